/**
 * Files go between Alice and Dora, whose client others wrote, through the file servers of the network: Dora asks them over a path
 * as newer clients do, or in plain HTTP as older ones do, and seals in the old or the new form.
 */
import type { FileSource, FileToSend, Messenger, MessageName } from '@sotto/client/engine'
import { describe, expect, it } from 'vitest'
import { Cast, idOf, listMessages, must } from '../cluster/cast.ts'
import { meetFileServer } from '../cluster/foreign-files.ts'
import { openStream, sealOldFile, sealStream } from '../foreign/foreign-attachment.ts'
import { VOICE_MESSAGE } from '../foreign/foreign-content.ts'
import type { ForeignDevice } from '../foreign/foreign-device.ts'
import { type FileWay, findNumericId, parseFileUrl } from '../foreign/foreign-file-server.ts'
import { isMessage, type Message, type Value } from '../foreign/foreign-protobuf.ts'

const CONTENT = Buffer.from('a picture of a cat, more or less')
const SHAPE = { fileName: 'cat.jpg', width: 640, height: 480, caption: 'Tom' }
const WAYS: readonly FileWay[] = ['onion', 'plain']

type Form = 'old' | 'new'
const EVERY = WAYS.flatMap((way) => (['old', 'new'] as const).map((form) => ({ way, form })))

interface Pointer extends Message {
  readonly url: string
  readonly key: Buffer
}

/** What Dora's client does with a file; gives the pointer for her message. */
async function attach(
  dora: ForeignDevice,
  { way, form, content = CONTENT }: { way: FileWay; form: Form; content?: Buffer },
): Promise<Pointer> {
  const server = meetFileServer(dora.nodes, way)
  const base = { size: content.length, contentType: 'image/jpeg', ...SHAPE }
  if (form === 'old') {
    const { file, key, digest } = sealOldFile(content)
    const url = await server.upload(file)
    return { id: findNumericId(url), url, key, digest, ...base }
  }
  const { file, key } = sealStream(dora.account.seed, 'attachment', content)
  const url = await server.upload(file, { isStream: true })
  return { id: findNumericId(url), url, key, ...base }
}

/** What came last from her, as this device names it. */
function findLast(messenger: Messenger, dora: ForeignDevice): MessageName {
  const [last] = listMessages(messenger, idOf(dora)).slice(-1)
  if (last === undefined) throw new Error('no message')
  return last
}

async function fetchAndRead({ files }: Messenger, message: MessageName): Promise<Buffer> {
  must(await files.fetch({ message, position: 0 }))
  const { content } = must(await files.open({ message, position: 0 }))
  const pieces: Uint8Array[] = []
  for await (const piece of content) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function send(cast: Cast, dora: ForeignDevice, attachments: Message[]): Promise<void> {
  await dora.send(cast.id('alice'), { dataMessage: { attachments } })
  await cast.sync()
}

describe.each(EVERY)('what Dora uploads ($way, $form form)', ({ way, form }) => {
  it('is downloaded and opened by every device of Alice, with all that was said of it', async () => {
    await using cast = new Cast()
    const dora = await cast.befriendForeigner('alice')
    const pointer = await attach(dora, { way, form })
    await send(cast, dora, [{ ...pointer, flags: VOICE_MESSAGE }])
    for (const alice of cast.devicesOf('alice')) {
      const message = findLast(alice, dora)
      const [shown] = alice.conversations.find(message)?.details.attachments ?? []
      const size = CONTENT.length
      expect(shown).toMatchObject({ ...SHAPE, contentType: 'image/jpeg', size, isVoice: true })
      expect(await fetchAndRead(alice, message)).toEqual(CONTENT)
    }
    cast.expectEqualDevices()
  })
})

describe('what Dora uploads', () => {
  it('may have as many bytes as the old form can hold', async () => {
    await using cast = new Cast()
    const dora = await cast.befriendForeigner('alice')
    const content = Buffer.alloc(9_999_999, 'frame ')
    await send(cast, dora, [await attach(dora, { way: 'onion', form: 'old', content })])
    const alice = cast.of('alice')
    expect((await fetchAndRead(alice, findLast(alice, dora))).equals(content)).toBe(true)
  })

  it.each<[string, (pointer: Pointer) => Message]>([
    ['has another digest', (pointer) => ({ ...pointer, digest: Buffer.alloc(32, 1) })],
    ['was sealed under another key', (pointer) => ({ ...pointer, key: Buffer.alloc(64, 1) })],
    ['is shorter than announced', (pointer) => ({ ...pointer, size: 100_000 })],
    ['has an empty digest', (pointer) => ({ ...pointer, digest: Buffer.alloc(0) })],
    ['calls itself a stream', (pointer) => ({ ...pointer, url: `${pointer.url}#d=` })],
  ])('is refused when it %s', async (_, change) => {
    await using cast = new Cast()
    const dora = await cast.befriendForeigner('alice')
    const pointer = await attach(dora, { way: 'plain', form: 'old' })
    await send(cast, dora, [change(pointer), pointer])
    const { files } = cast.of('alice')
    const message = findLast(cast.of('alice'), dora)
    const fetched = await files.fetch({ message, position: 0 })
    expect(fetched).toMatchObject({ ok: false, error: { code: 'file_broken' } })
    expect(await files.open({ message, position: 0 })).toMatchObject({ ok: false })
    must(await files.fetch({ message, position: 1 }))
  })

  it.each(EVERY)('is refused when it was cut short ($way, $form form)', async ({ way, form }) => {
    await using cast = new Cast()
    const dora = await cast.befriendForeigner('alice')
    const whole = await attach(dora, { way, form, content: Buffer.alloc(70_000, 7) })
    const server = meetFileServer(dora.nodes, way)
    const file = await server.download(whole.url)
    // After a whole chunk, so that nothing but the end is missing.
    const cut = file.subarray(0, form === 'new' ? 25 + 32_785 : -16)
    const url = await server.upload(cut, { isStream: form === 'new' })
    await send(cast, dora, [{ ...whole, url, id: findNumericId(url) }])
    const message = findLast(cast.of('alice'), dora)
    const fetched = await cast.of('alice').files.fetch({ message, position: 0 })
    expect(fetched).toMatchObject({ ok: false, error: { code: 'file_broken' } })
  })

  it('is gone when no server has it, and not asked of a server that nobody chose', async () => {
    await using cast = new Cast()
    const dora = await cast.befriendForeigner('alice')
    const pointer = await attach(dora, { way: 'plain', form: 'old' })
    const { base } = parseFileUrl(pointer.url)
    const elsewhere = 'http://files.example/file/1'
    await send(cast, dora, [
      { ...pointer, url: `${base}/file/1` },
      { ...pointer, url: elsewhere },
    ])
    const message = findLast(cast.of('alice'), dora)
    const { files } = cast.of('alice')
    const [gone, unknown] = [
      await files.fetch({ message, position: 0 }),
      await files.fetch({ message, position: 1 }),
    ]
    expect(gone).toMatchObject({ error: { code: 'file_gone' } })
    expect(unknown).toMatchObject({ error: { code: 'file_server_unknown' } })
  })
})

function createSource(bytes: Uint8Array): FileSource {
  return {
    fileName: 'cat.bin',
    contentType: 'application/x-cat',
    byteLength: bytes.length,
    read: async (start, end) => bytes.slice(start, end),
  }
}

/** Alice sends this; gives the attachment as Dora's client reads it. */
async function sendToDora(cast: Cast, dora: ForeignDevice, file: FileToSend): Promise<Pointer> {
  const alice = cast.of('alice')
  const attachments = [must(await alice.files.upload(file))]
  must(await alice.send({ to: idOf(dora), text: 'look', attachments }))
  const data = (await dora.receive()).at(-1)?.content['dataMessage']
  const received = isMessage(data) ? data['attachments'] : undefined
  const list: readonly Value[] = Array.isArray(received) ? received : []
  const [first] = list
  if (!isMessage(first)) throw new Error('no attachment')
  const { url, key } = first
  if (typeof url !== 'string' || !(key instanceof Uint8Array)) throw new Error('no pointer')
  return { ...first, url, key: Buffer.from(key) }
}

describe('what Alice uploads', () => {
  it.each([0, 1, 70_000])(
    'is downloaded and opened by Dora, both ways (%i bytes)',
    async (size) => {
      await using cast = new Cast()
      const dora = await cast.befriendForeigner('alice')
      const content = Buffer.alloc(size, 'meow')
      const file = { source: createSource(content), caption: 'Tom', isVoiceMessage: true }
      const { url, key, ...shown } = await sendToDora(cast, dora, file)
      const said = { fileName: 'cat.bin', contentType: 'application/x-cat', caption: 'Tom' }
      expect(shown).toMatchObject({ id: 0, size, flags: VOICE_MESSAGE, ...said })
      expect(shown).not.toHaveProperty('digest')
      expect(key).toHaveLength(32)
      expect(parseFileUrl(url).isStream).toBe(true)
      expect(parseFileUrl(url).serverKey).toMatch(/^[0-9a-f]{64}$/)
      for (const way of WAYS) {
        const sealed = await meetFileServer(dora.nodes, way, url).download(url)
        expect(openStream({ file: sealed, key }, size)).toEqual(content)
      }
    },
  )

  it('is refused by Dora when a server gives less of it, or another file', async () => {
    await using cast = new Cast()
    const dora = await cast.befriendForeigner('alice')
    const content = Buffer.alloc(70_000, 'meow')
    const { url, key } = await sendToDora(cast, dora, { source: createSource(content) })
    const server = meetFileServer(dora.nodes, 'onion', url)
    const file = await server.download(url)
    const cut = await server.download(await server.upload(file.subarray(0, 25 + 32_785)))
    expect(() => openStream({ file: cut, key })).toThrow('cut off')
    const other = sealStream(dora.account.seed, 'attachment', content).file
    expect(() => openStream({ file: other, key })).toThrow('changed on its way')
  })
})
