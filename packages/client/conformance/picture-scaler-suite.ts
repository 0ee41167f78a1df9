/**
 * What every `PictureScaler` must do. The pictures show four fields of 24 by 16 pixels each; JPEG and WebP tell where they were taken, and the
 * JPEG lies on its side.
 *
 * @module
 */
import { decodeBase64, encodeUtf8 } from '@sotto/crypto/bytes'
import { type CleanPicture, stripMetadata } from '@sotto/protocol/attachment'
import { describe, expect, it } from 'vitest'
import type { PictureScaler } from '../src/ports/index.ts'

const JPEG =
  '/9j/4QDeRXhpZgAASUkqAAgAAAAHABIBAwABAAAABgAAABoBBQABAAAAYgAAABsBBQABAAAAagAAACgBAwABAAAAAg' +
  'AAABMCAwABAAAAAQAAAJiCAgAVAAAAcgAAAGmHBAABAAAAiAAAAAAAAAA4YwAA6AMAADhjAADoAwAAdGFrZW4gYXQg' +
  'NDcuMTEsIDguMTUAAAYAAJAHAAQAAAAwMjEwAZEHAAQAAAABAgMAAKAHAAQAAAAwMTAwAaADAAEAAAD//wAAAqAEAA' +
  'EAAAAwAAAAA6AEAAEAAAAgAAAAAAAAAP/bAEMAGxIUFxQRGxcWFx4cGyAoQisoJSUoUTo9MEJgVWVkX1VdW2p4mYFq' +
  'cZBzW12FtYaQnqOrratngLzJuqbHmairpP/bAEMBHB4eKCMoTisrTqRuXW6kpKSkpKSkpKSkpKSkpKSkpKSkpKSkpK' +
  'SkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpP/AABEIACAAMAMBIgACEQEDEQH/xAAWAAEBAQAAAAAAAAAAAAAAAAAA' +
  'BQT/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFgEBAQEAAAAAAAAAAAAAAAAAAwQG/8QAFxEBAQEBAAAAAAAAAAAAAA' +
  'AAAEEDBP/aAAwDAQACEQMRAD8A3AISieoJ5c0XXAAiJlAK1gnqCeXOouuABET/2Q=='
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAADAAAAAgAgMAAAApuhOPAAAADFBMVEXIHloUHlrItFoUtFqCO+OYAAAACXBIWXMAAA' +
  'PoAAAD6AG1e1JrAAAAGElEQVQYlWNYBQb/wYBhGHAgIBQMhgEHAH5yv0ENzvjYAAAAAElFTkSuQmCC'
const WEBP =
  'UklGRlIBAABXRUJQVlA4WAoAAAAIAAAALwAAHwAAVlA4IFAAAABQAwCdASowACAAPulaolApJSMiuqgBIB0JZAC2FE' +
  'mYc26FgAD+5mnfdDyh2KUVRRYH3//i0/LaDv/xVz+sMP/feuj/ajnh/phxJS/h8AAAAEVYSUbcAAAARXhpZgAASUkq' +
  'AAgAAAAHABIBAwABAAAAAQAAABoBBQABAAAAYgAAABsBBQABAAAAagAAACgBAwABAAAAAgAAABMCAwABAAAAAQAAAJ' +
  'iCAgAVAAAAcgAAAGmHBAABAAAAiAAAAAAAAAA4YwAA6AMAADhjAADoAwAAdGFrZW4gYXQgNDcuMTEsIDguMTUAAAYA' +
  'AJAHAAQAAAAwMjEwAZEHAAQAAAABAgMAAKAHAAQAAAAwMTAwAaADAAEAAAD//wAAAqAEAAEAAAAwAAAAA6AEAAEAAA' +
  'AgAAAAAAAAAA=='
const GIF =
  'R0lGODlhMAAgAIEAABS0Wsi0WhQeWsgeWiH5BAQAAAAALAAAAAAwACAAAAKAjI+pB+0Po1u0yourTrjDDQbeCIQb6Z' +
  'ka2qkWe7kUHMsKLdk3/ukI3/MZgA8hg9gwDpElJbNpfA6m1Kr1ShVot9yud4sNi7/ksvhsLau76PZgDRe40fH1/FxX' +
  '38d58j7c5/d3Ffg1SFjIdliVqLg41cj1mBWpNQlZKXeZqTnJWQAAOw=='

const PLACE = 'taken at 47.11'
const LIMITS = { sidePixelsMax: 24, bytesMax: 4096 }
/** Where PNG says its width and height. */
const PNG_SIZE_AT = 16

const PICTURES = [
  ['JPEG', JPEG, 16, 24],
  ['PNG', PNG, 24, 16],
  ['WebP', WEBP, 24, 16],
  ['GIF', GIF, 24, 16],
] as const

function decode(base64: string): Uint8Array {
  const bytes = decodeBase64(base64)
  if (bytes === undefined) throw new Error('a picture')
  return Uint8Array.from(bytes)
}

function read(bytes: Uint8Array | undefined): CleanPicture {
  const picture = bytes && stripMetadata(bytes)
  if (picture?.ok !== true) throw new Error('no picture came back')
  return picture.value
}

/** A picture that says of itself that it is larger than it is. */
function claimSize(width: number, height: number): Uint8Array {
  const png = decode(PNG)
  const view = new DataView(png.buffer)
  view.setUint32(PNG_SIZE_AT, width)
  view.setUint32(PNG_SIZE_AT + 4, height)
  return png
}

export function describePictureScaler(name: string, create: () => PictureScaler): void {
  describe(`${name} as a scaler of pictures`, () => {
    it.each(PICTURES)('makes a small upright one of a %s', async (_, base64, width, height) => {
      const small = await create().shrink(decode(base64), LIMITS)
      expect(read(small)).toMatchObject({ width, height, orientation: 1 })
      expect(small?.length).toBeLessThanOrEqual(LIMITS.bytesMax)
    })

    it.each(PICTURES)('lets nothing through of what a %s tells', async (_, base64) => {
      const small = await create().shrink(decode(base64), LIMITS)
      expect(String.fromCharCode(...(small ?? []))).not.toContain(PLACE)
      expect(read(small).bytes).toEqual(small)
    })

    it('makes nothing larger than it was', async () => {
      const limits = { ...LIMITS, sidePixelsMax: 96 }
      expect(read(await create().shrink(decode(PNG), limits))).toMatchObject({
        width: 48,
        height: 32,
      })
    })

    it('gives nothing when it does not get small enough', async () => {
      expect(await create().shrink(decode(PNG), { ...LIMITS, bytesMax: 20 })).toBeUndefined()
    })

    it.each<[string, Uint8Array]>([
      ['nothing', new Uint8Array()],
      ['text', encodeUtf8('some words')],
      [
        'another format',
        encodeUtf8('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      ],
      ['the head of a picture alone', decode(PNG).subarray(0, 40)],
      ['what is behind a head', Uint8Array.from([...decode(GIF).subarray(0, 13), 0x3b])],
      ['30,000 by 30,000 pixels', claimSize(30_000, 30_000)],
      ['more pixels than there are', claimSize(9000, 9000)],
    ])('gives nothing for %s', async (_, bytes) => {
      expect(await create().shrink(bytes, LIMITS)).toBeUndefined()
    })

    it('leaves what it was given as it was, and mixes up no two of them', async () => {
      const scaler = create()
      const pictures = PICTURES.map(([, base64]) => decode(base64))
      const small = await Promise.all(pictures.map((each) => scaler.shrink(each, LIMITS)))
      expect(small.map((each) => read(each).width)).toEqual(PICTURES.map(([, , width]) => width))
      expect(pictures).toEqual(PICTURES.map(([, base64]) => decode(base64)))
    })
  })
}
