/** Dora, whose client others wrote, and Alice show each other pictures of themselves, which lie on the file servers of the network. */
import { describe, expect, it } from 'vitest'
import { Cast, idOf, must } from '../cluster/cast.ts'
import { meetFileServer } from '../cluster/foreign-files.ts'
import { openStream, sealStream } from '../foreign/foreign-attachment.ts'
import type { ForeignDevice } from '../foreign/foreign-device.ts'
import { type FileWay, parseFileUrl } from '../foreign/foreign-file-server.ts'
import { openOldPicture, sealOldPicture } from '../foreign/foreign-picture.ts'
import { isMessage, type Value } from '../foreign/foreign-protobuf.ts'

const FACE = Buffer.from('a face, more or less')
const WAYS: readonly FileWay[] = ['onion', 'plain']
const EVERY = WAYS.flatMap((way) => (['old', 'new'] as const).map((form) => ({ way, form })))

interface Shown {
  readonly url: string
  readonly key: Buffer
}

/** What Dora's client does with a picture of her. */
async function place(
  dora: ForeignDevice,
  { way, form }: { readonly way: FileWay; readonly form: 'old' | 'new' },
): Promise<Shown> {
  const isStream = form === 'new'
  const sealed = isStream ? sealStream(dora.account.seed, 'picture', FACE) : sealOldPicture(FACE)
  const url = await meetFileServer(dora.nodes, way).upload(sealed.file, { isStream })
  return { url, key: sealed.key }
}

async function show(cast: Cast, dora: ForeignDevice, { url, key }: Shown): Promise<void> {
  const lastProfileUpdateSeconds = Math.floor(dora.takeTimeMs() / 1000)
  const profile = { displayName: 'Dora', profilePicture: url, lastProfileUpdateSeconds }
  await dora.send(cast.id('alice'), { dataMessage: { body: 'me', profileKey: key, profile } })
  await cast.sync()
}

describe('the picture of Dora', () => {
  it.each(EVERY)('is seen on every device of Alice ($way, $form form)', async (how) => {
    await using cast = new Cast()
    const dora = await cast.befriendForeigner('alice')
    await show(cast, dora, await place(dora, how))
    for (const { contacts, files } of cast.devicesOf('alice')) {
      const picture = contacts.find(idOf(dora))?.picture
      if (picture === undefined || picture === null) throw new Error('no picture')
      expect(Buffer.from(must(await files.fetchPicture(picture)))).toEqual(FACE)
    }
    cast.expectEqualDevices()
  })

  it.each<[string, (shown: Shown, dora: ForeignDevice) => Shown | Promise<Shown>]>([
    ['another key', ({ url }) => ({ url, key: Buffer.alloc(32, 9) })],
    ['the mark of the other form', ({ url, key }) => ({ url: `${url}#d=`, key })],
    [
      'fewer bytes',
      async ({ url, key }, dora) => {
        const server = meetFileServer(dora.nodes, 'plain')
        const file = await server.download(url)
        return { url: await server.upload(file.subarray(0, -1)), key }
      },
    ],
  ])('is not shown when it has %s', async (_, change) => {
    await using cast = new Cast()
    const dora = await cast.befriendForeigner('alice')
    const shown = await place(dora, { way: 'plain', form: 'old' })
    await show(cast, dora, await change(shown, dora))
    const { contacts, files } = cast.of('alice')
    const picture = contacts.find(idOf(dora))?.picture
    if (picture === undefined || picture === null) throw new Error('no picture')
    expect(await files.fetchPicture(picture)).toMatchObject({ error: { code: 'file_broken' } })
  })
})

/** Four pixels by three. */
function createGif(): Buffer {
  const pixels = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 1, 0, 0]
  return Buffer.from([...Buffer.from('GIF89a'), 4, 0, 3, 0, 0, 0, 0, ...pixels, 0x3b])
}

function readShown(data: Value | undefined): Shown {
  const profile = isMessage(data) ? data['profile'] : undefined
  const url = isMessage(profile) ? profile['profilePicture'] : undefined
  const key = isMessage(data) ? data['profileKey'] : undefined
  if (typeof url !== 'string' || !(key instanceof Uint8Array)) throw new Error('no picture')
  return { url, key: Buffer.from(key) }
}

describe('the picture of Alice', () => {
  it('is seen by Dora, whichever way she asks', async () => {
    await using cast = new Cast()
    const dora = await cast.befriendForeigner('alice')
    const alice = cast.of('alice')
    const picture = must(await alice.files.uploadPicture(Uint8Array.from(createGif())))
    await alice.updateProfile({ name: 'Alice', picture })
    must(await alice.send({ to: idOf(dora), text: 'me' }))
    const { url, key } = readShown((await dora.receive()).at(-1)?.content['dataMessage'])
    expect(parseFileUrl(url).isStream).toBe(true)
    expect(parseFileUrl(url).serverKey).toMatch(/^[0-9a-f]{64}$/)
    for (const way of WAYS) {
      const file = await meetFileServer(dora.nodes, way, url).download(url)
      expect(openStream({ file, key })).toEqual(createGif())
      expect(() => openStream({ file, key: Buffer.alloc(32) })).toThrow('changed on its way')
      expect(() => openOldPicture({ file, key })).toThrow('authenticate')
    }
  })
})
