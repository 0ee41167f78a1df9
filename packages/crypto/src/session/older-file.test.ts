import { createCipheriv, createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { concatBytes, decodeHex, encodeUtf8 } from '../bytes.ts'
import { openOlderAttachment, openOlderPicture } from './index.ts'

const key = Uint8Array.from({ length: 64 }, (_, index) => index)
const iv = key.subarray(0, 16)
const content = encodeUtf8('hello world')

function bytesOf(hex: string): Uint8Array {
  return decodeHex(hex) ?? new Uint8Array()
}

const PUBLISHED = {
  sealed: bytesOf(
    '000102030405060708090a0b0c0d0e0fb575a2c03e577110f6c0103c28719896736af6f5d318acfae96ad51b111e74387986308d1a6aef9a7cb93ff71372c7ea',
  ),
  digest: bytesOf('d52e6906ebc7bc26a316fc5d22ba973f107fa45114ea4f7fd8eb238e4531f2f9'),
}
const PICTURE = bytesOf(
  '000102030405060708090a0b2f67ba77aac5b574ff2df305301c56437e2377b98ef3961c271928',
)

interface Sealed {
  readonly sealed: Uint8Array
  readonly digest: Uint8Array
}

/** With OpenSSL. `isPadded` false leaves the block padding out, which nobody honest does. */
function seal(padded: Uint8Array, isPadded = true): Sealed {
  const cipher = createCipheriv('aes-256-cbc', key.subarray(0, 32), iv).setAutoPadding(isPadded)
  const body = concatBytes([iv, cipher.update(padded), cipher.final()])
  const code = createHmac('sha256', key.subarray(32)).update(body).digest()
  const sealed = concatBytes([body, code])
  return { sealed, digest: Uint8Array.from(createHash('sha256').update(sealed).digest()) }
}

function open(file: Sealed, contentBytes: number, otherKey = key): Uint8Array | string {
  const opened = openOlderAttachment({ ...file, key: otherKey, contentBytes })
  return opened.ok ? opened.value : opened.error.code
}

function redigest(sealed: Uint8Array): Sealed {
  return { sealed, digest: Uint8Array.from(createHash('sha256').update(sealed).digest()) }
}

describe('openOlderAttachment', () => {
  test('it opens the published file by 64 bytes of key and a digest (trap 30)', () => {
    expect(open(PUBLISHED, content.length)).toEqual(content)
  })

  test.each([541, 542, 10_000, 1_041_743])(
    'it takes off the padding of a file of %i bytes',
    (size) => {
      const padded = new Uint8Array(size)
      padded.set(content)
      expect(open(seal(padded), content.length)).toEqual(content)
    },
  )

  test('it opens an empty file', () => {
    expect(open(seal(new Uint8Array(541)), 0)).toEqual(new Uint8Array())
  })

  test('it refuses a content that is shorter than announced', () => {
    expect(open(PUBLISHED, content.length + 1)).toBe('file_size')
  })

  test('it refuses a file that is not the announced one, before it looks at the code', () => {
    const other = seal(new Uint8Array(541))
    expect(open({ sealed: PUBLISHED.sealed, digest: other.digest }, 1)).toBe('file_digest')
    expect(open({ ...PUBLISHED, digest: PUBLISHED.digest.subarray(1) }, 1)).toBe('file_digest')
  })

  test('it refuses an altered file whose digest was made to fit, in each of its parts', () => {
    for (let index = 0; index < PUBLISHED.sealed.length; index++) {
      const altered = Uint8Array.from(PUBLISHED.sealed)
      altered[index] = (altered[index] ?? 0) ^ 1
      expect(open(redigest(altered), content.length)).toBe('file_unopened')
    }
  })

  test('it refuses each other key', () => {
    for (const index of [0, 32]) {
      const other = Uint8Array.from(key)
      other[index] = 0xff
      expect(open(PUBLISHED, content.length, other)).not.toEqual(content)
    }
  })

  test('it refuses bad block padding only after the code held', () => {
    expect(open(seal(new Uint8Array(32), false), 1)).toBe('file_malformed')
  })

  test('it refuses every length that no file has', () => {
    for (const length of [0, 1, 16, 48, 63, 65, 79, 81]) {
      expect(open(redigest(new Uint8Array(length)), 0)).toBe('file_malformed')
    }
    expect(open(redigest(new Uint8Array(10_223_617)), 0)).toBe('file_too_large')
  })
})

describe('openOlderPicture', () => {
  test('it opens the published picture', () => {
    expect(openOlderPicture(key.subarray(0, 32), PICTURE)).toEqual({ ok: true, value: content })
  })

  test('it refuses an altered one, another key and a short one', () => {
    for (let index = 0; index < PICTURE.length; index++) {
      const altered = Uint8Array.from(PICTURE)
      altered[index] = (altered[index] ?? 0) ^ 0x80
      expect(openOlderPicture(key.subarray(0, 32), altered)).toMatchObject({ ok: false })
    }
    expect(openOlderPicture(key.subarray(32), PICTURE)).toMatchObject({ ok: false })
    for (let length = 0; length < PICTURE.length; length++) {
      expect(openOlderPicture(key.subarray(0, 32), PICTURE.subarray(0, length))).toMatchObject({
        ok: false,
      })
    }
  })

  test('it refuses more than a file server takes', () => {
    const opened = openOlderPicture(key.subarray(0, 32), new Uint8Array(10_223_617))
    expect(opened.ok ? 'opened' : opened.error.code).toBe('file_too_large')
  })
})
