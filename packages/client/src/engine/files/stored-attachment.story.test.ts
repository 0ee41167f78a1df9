/** What a device knows of files without asking anybody, and files that are passed on. */
import { decodeUtf8, encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { createContent, createSource, FileStory } from '../../../test/file-story.ts'
import { codeOf, type SimulatedPerson, unwrap } from '../../../test/simulated-person.ts'
import type { MessageName, StoredAttachment } from '../index.ts'

const NOTES = encodeUtf8('what nobody else should read')

function findFile({ history }: SimulatedPerson, message: MessageName): StoredAttachment {
  const [file] = history.messages.find(message)?.details.attachments ?? []
  if (file === undefined) throw new Error('a file')
  return file
}

describe('the presence of a file', () => {
  it('is known without a request, and ends with the message', async () => {
    const story = new FileStory()
    const { files, conversations } = story.bob.messenger
    const message = await story.send({ source: createSource(NOTES) })
    const file = findFile(story.bob, message)
    const asked = story.server.requests.length
    expect(files.presenceOf(file)).toBe('absent')
    expect(story.alice.messenger.files.presenceOf(file)).toBe('present')
    expect(story.server.requests.length).toBe(asked)
    unwrap(await story.fetch(message))
    expect(files.presenceOf(file)).toBe('present')
    await story.network.settle(conversations.deleteHere([message]))
    unwrap(await story.network.settle(story.bob.messenger.poll()))
    expect(files.presenceOf(file)).toBe('absent')
  })

  it('of a large one is begun, however much of it came', async () => {
    const story = new FileStory(1, 1000)
    const message = await story.send({ source: createSource(createContent(2500)) })
    const { files } = story.bob.messenger
    expect(files.presenceOf(findFile(story.bob, message))).toBe('absent')
    unwrap(await story.fetch(message))
    expect(files.presenceOf(findFile(story.bob, message))).toBe('begun')
  })

  it.each<[string, Partial<StoredAttachment>]>([
    ['without an address', { url: '' }],
    ['without a key', { key: '' }],
    ['with a key that is no text of bytes', { key: 'zz' }],
  ])('is absent for one %s', async (_, change) => {
    const story = new FileStory()
    const message = await story.send({ source: createSource(NOTES) })
    unwrap(await story.fetch(message))
    const file = { ...findFile(story.bob, message), ...change }
    expect(story.bob.messenger.files.presenceOf(file)).toBe('absent')
  })
})

describe('a message with a file that is passed on', () => {
  it('takes the file along, with all that was said of it', async () => {
    const story = new FileStory()
    const { bob, alice, network } = story
    const source = createSource(NOTES)
    const message = await story.send({ source, caption: 'for you', isVoiceMessage: true })
    const to = alice.account.accountId
    const { sentAtMs } = unwrap(await network.settle(bob.messenger.forward(message, to)))
    unwrap(await network.settle(alice.messenger.poll()))
    const author = bob.account.accountId
    const passedOn = { conversation: author, author, sentAtMs }
    expect(findFile(alice, passedOn)).toEqual(findFile(bob, message))
    const fetching = alice.messenger.files.fetch({ message: passedOn, position: 0 })
    unwrap(await network.settle(fetching))
    expect(decodeUtf8(await story.read(alice, passedOn))).toBe(decodeUtf8(NOTES))
    expect(story.server.files.size).toBe(1)
  })

  it('is nothing to pass on where the file cannot be opened and no text is there', async () => {
    const story = new FileStory()
    const pointer = unwrap(await story.upload({ source: createSource(NOTES) }))
    const message = await story.receive(Object.assign(pointer, { key: new Uint8Array(5) }))
    const to = story.alice.account.accountId
    const passing = story.bob.messenger.forward(message, to)
    expect(codeOf(await story.network.settle(passing))).toBe('text_empty')
  })
})
