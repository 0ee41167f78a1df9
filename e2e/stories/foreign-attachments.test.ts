/** Where files lie and how they open goes between Alice and Dora, whose client others wrote; the files lie nowhere yet. */
import { expect, it } from 'vitest'
import { Cast, idOf, listMessages, must } from '../cluster/cast.ts'
import { openOldFile, openStream, sealOldFile, sealStream } from '../foreign/foreign-attachment.ts'
import { VOICE_MESSAGE } from '../foreign/foreign-content.ts'

const BASE = 'http://filev2.getsession.org/file'
const CONTENT = Buffer.from('a picture of a cat, more or less')

it('shows what she attached in the old and in the new form, with all that opens it', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  const old = sealOldFile(CONTENT)
  const stream = sealStream(dora.account.seed, 'attachment', CONTENT)
  const size = CONTENT.length
  const shape = { fileName: 'cat.jpg', width: 640, height: 480, caption: 'Tom' }
  const base = { size, key: old.key, digest: old.digest, contentType: 'image/jpeg', ...shape }
  await dora.send(cast.id('alice'), {
    dataMessage: {
      attachments: [
        { id: 1234, url: `${BASE}/1234`, ...base },
        { id: 0, url: `${BASE}/ab#d=`, size, key: stream.key, flags: VOICE_MESSAGE },
      ],
    },
  })
  await cast.sync()
  const [message] = listMessages(cast.of('alice'), idOf(dora)).slice(-1)
  const [first, second] = message?.details.attachments ?? []
  expect(first).toMatchObject({ ...shape, url: `${BASE}/1234`, contentType: 'image/jpeg', size })
  expect(second).toMatchObject({ url: `${BASE}/ab#d=`, size, isVoice: true, digest: '' })
  const hex = (value = ''): Buffer => Buffer.from(value, 'hex')
  const found = { file: old.file, key: hex(first?.key), digest: hex(first?.digest) }
  expect(openOldFile(found, first?.size ?? 0)).toEqual(CONTENT)
  expect(openStream({ file: stream.file, key: hex(second?.key) }, size)).toEqual(CONTENT)
  cast.expectEqualDevices()
})

it('is told where ours lie, in both forms, with all that opens them', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  const key = new Uint8Array(32).fill(9)
  const named = { contentType: 'image/jpeg', fileName: 'cat.jpg', caption: 'Tom' }
  const shape = { ...named, size: 31, width: 640, height: 480, flags: VOICE_MESSAGE }
  const streamed = { ...shape, key, digest: new Uint8Array(), url: `${BASE}/ab#d=` }
  const old = { ...shape, key: new Uint8Array(64).fill(8), digest: key, url: `${BASE}/1234` }
  const $typeName = 'sotto.session.AttachmentPointer' as const
  const dead = { $typeName, thumbnail: new Uint8Array() }
  const attachments = [
    { ...dead, id: 0n, ...streamed },
    { ...dead, id: 1234n, ...old },
  ]
  must(await cast.of('alice').send({ to: idOf(dora), text: 'look', attachments }))
  const [message] = await dora.receive()
  const { digest: _, ...withoutDigest } = streamed
  expect(message?.content).toMatchObject({
    dataMessage: {
      body: 'look',
      attachments: [
        { id: 0, ...withoutDigest, key: Buffer.from(key) },
        { id: 1234, ...old, key: Buffer.from(old.key), digest: Buffer.from(key) },
      ],
    },
  })
})
