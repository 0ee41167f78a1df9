/** File servers and senders that do not do what they should: nothing of it is kept, and each is refused with a code. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { SEALED_FILE_BYTES_MAX } from '@sotto/crypto/session'
import { encodeFailure, encodeUploadReply } from '@sotto/protocol/files'
import type { AttachmentPointer } from '@sotto/protocol/session'
import { describe, expect, it } from 'vitest'
import { createSource, FileStory } from '../../../test/file-story.ts'
import { reply, SimulatedFileServer } from '../../../test/simulated-file-server.ts'
import { codeOf, createPerson, unwrap } from '../../../test/simulated-person.ts'

const NOTES = encodeUtf8('what nobody else should read')
const ZIP = encodeUtf8('PK\u0003\u0004')

/** What the server has becomes something else. */
async function fetchChanged(change: (sealed: Uint8Array) => Uint8Array) {
  const story = new FileStory()
  const message = await story.send({ source: createSource(NOTES) })
  for (const [id, sealed] of story.server.files) story.server.files.set(id, change(sealed))
  const fetched = await story.fetch(message)
  return { code: codeOf(fetched), kept: story.bob.files.size }
}

/** What the pointer says becomes something else. */
async function fetchPointer(changes: Partial<AttachmentPointer>) {
  const story = new FileStory()
  const pointer = unwrap(await story.upload({ source: createSource(NOTES) }))
  const message = await story.receive(Object.assign(pointer, changes))
  const fetched = await story.fetch(message)
  return { code: codeOf(fetched), kept: story.bob.files.size, asked: story.server.requests }
}

describe('a file server', () => {
  it.each<[string, (sealed: Uint8Array) => Uint8Array]>([
    ['cuts a file short', (sealed) => sealed.subarray(0, 2000)],
    ['gives nothing', () => new Uint8Array()],
    ['gives another file', () => ZIP],
    ['changes one bit', (sealed) => sealed.map((byte, index) => (index === 99 ? byte ^ 1 : byte))],
    ['adds bytes', (sealed) => Uint8Array.from([...sealed, 0])],
    ['gives more than any file has', () => new Uint8Array(SEALED_FILE_BYTES_MAX + 1)],
  ])('that %s is not believed, and nothing is kept', async (_, change) => {
    expect(await fetchChanged(change)).toEqual({ code: 'file_broken', kept: 0 })
  })

  it.each([
    [404, 'file_gone'],
    [413, 'file_too_large'],
    [503, 'file_server_full'],
    [507, 'file_server_full'],
    [500, 'file_server_refused'],
    [302, 'file_server_refused'],
  ])('that answers %i to an upload is told as %s', async (status, code) => {
    const story = new FileStory()
    story.server.answer = () => reply(status, encodeFailure(status))
    expect(codeOf(await story.upload({ source: createSource(NOTES) }))).toBe(code)
    expect(story.alice.files.size).toBe(0)
  })

  it.each(['', '{}', '{"id":"../x"}', '[]', 'x'.repeat(5000)])(
    'that says %j after an upload said nothing',
    async (text) => {
      const story = new FileStory()
      story.server.answer = () => reply(200, encodeUtf8(text))
      const code = codeOf(await story.upload({ source: createSource(NOTES) }))
      expect(code).toBe('reply_malformed')
    },
  )

  it('that is not there costs its path nothing that would lose us a guard', async () => {
    const story = new FileStory()
    story.server.isDead = true
    expect(codeOf(await story.upload({ source: createSource(NOTES) }))).toBe('path_failed')
    story.server.isDead = false
    unwrap(await story.upload({ source: createSource(NOTES) }))
  })

  it('that gives an id which is a number serves it all the same', async () => {
    const story = new FileStory()
    story.server.answer = ({ body, endpoint }, honest) => {
      if (endpoint !== '/file') return honest()
      story.server.files.set('7', Uint8Array.from(body ?? []))
      return reply(200, encodeUploadReply({ fileId: '7' }))
    }
    const message = await story.send({ source: createSource(NOTES) })
    unwrap(await story.fetch(message))
    expect(await story.read(story.bob, message)).toEqual(NOTES)
  })
})

describe('a sender', () => {
  it.each<[string, Partial<AttachmentPointer>]>([
    ['gives no address', { url: '' }],
    ['gives the address of a file of this device', { url: 'file:///etc/passwd' }],
    ['gives no key', { key: new Uint8Array() }],
    ['gives another key', { key: new Uint8Array(32) }],
    ['announces 1 GB', { size: 2 ** 30 }],
    ['announces less than there is', { size: NOTES.length - 1 }],
    ['announces more than there is', { size: NOTES.length + 1 }],
  ])('who %s is refused, and nothing is kept', async (_, changes) => {
    expect(await fetchPointer(changes)).toMatchObject({ code: 'file_broken', kept: 0 })
  })

  it('who names a server without its key makes nobody ask it', async () => {
    const story = new FileStory()
    const stranger = new SimulatedFileServer(story.network, 'stranger')
    const pointer = unwrap(await story.upload({ source: createSource(NOTES) }))
    const id = [...story.server.files.keys()][0] ?? ''
    const message = await story.receive(
      Object.assign(pointer, { url: `${stranger.url}/file/${id}#d=` }),
    )
    expect(codeOf(await story.fetch(message))).toBe('file_server_unknown')
    expect(stranger.requests).toEqual([])
  })

  it('who names a server that is ours needs no key of it', async () => {
    const story = new FileStory()
    const pointer = unwrap(await story.upload({ source: createSource(NOTES) }))
    const id = [...story.server.files.keys()][0] ?? ''
    const message = await story.receive(
      Object.assign(pointer, { url: `${story.server.url}/file/${id}#d=` }),
    )
    unwrap(await story.fetch(message))
  })

  it.each([-1, 1, 0.5])('sent no file number %d', async (position) => {
    const story = new FileStory()
    const message = await story.send({ source: createSource(NOTES) })
    expect(codeOf(await story.fetch(message, position))).toBe('file_unknown')
  })
})

it('sends nothing where the network has no file server', async () => {
  const story = new FileStory(0)
  const carol = createPerson(story.network, 'carol')
  const uploaded = await carol.messenger.files.upload({ source: createSource(NOTES) })
  expect(codeOf(uploaded)).toBe('file_server_unknown')
})
