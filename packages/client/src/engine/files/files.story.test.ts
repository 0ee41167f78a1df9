/** Files from one person to another, over file servers that see sealed bytes. */
import { decodeUtf8, encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { createContent, createSource, FileStory } from '../../../test/file-story.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const NOTES = encodeUtf8('what nobody else should read')

describe('a file', () => {
  it('comes from one person to another, sealed, and with its name', async () => {
    const story = new FileStory()
    const message = await story.send({ source: createSource(NOTES), caption: 'for you' })
    const received = story.bob.history.messages.find(message)
    expect(received?.details.attachments).toMatchObject([
      { fileName: 'notes.txt', contentType: 'text/plain', size: NOTES.length, caption: 'for you' },
    ])
    expect(unwrap(await story.fetch(message))).toBeUndefined()
    expect(decodeUtf8(await story.read(story.bob, message))).toBe(decodeUtf8(NOTES))
    const [sealed] = story.server.files.values()
    expect(sealed?.length).toBe(4096)
    expect(decodeUtf8(sealed ?? NOTES) ?? '').not.toContain('nobody')
  })

  it('is fetched once, and stays where it was sent from', async () => {
    const story = new FileStory()
    const message = await story.send({ source: createSource(NOTES) })
    unwrap(await story.fetch(message))
    const asked = story.server.requests.length
    unwrap(await story.fetch(message))
    expect(story.server.requests.length).toBe(asked)
    const own = { ...message, conversation: story.bob.account.accountId }
    expect(decodeUtf8(await story.read(story.alice, own))).toBe(decodeUtf8(NOTES))
  })

  it('says that it is not here before it was fetched', async () => {
    const story = new FileStory()
    const message = await story.send({ source: createSource(NOTES) })
    const opened = await story.bob.messenger.files.open({ message, position: 0 })
    expect(codeOf(opened)).toBe('file_not_fetched')
  })

  it('is marked as what somebody said aloud', async () => {
    const story = new FileStory()
    const source = createSource(NOTES, { fileName: 'voice.ogg', contentType: 'audio/ogg' })
    const message = await story.send({ source, isVoiceMessage: true })
    expect(story.bob.history.messages.find(message)?.details.attachments?.[0]?.isVoice).toBe(true)
  })

  it.each([0, 1, 32_768])('may have %i bytes', async (length) => {
    const story = new FileStory()
    const content = createContent(length)
    const message = await story.send({ source: createSource(content) })
    unwrap(await story.fetch(message))
    expect(await story.read(story.bob, message)).toEqual(content)
  })

  it('goes to the next server when one is dead', async () => {
    const story = new FileStory(2)
    story.server.isDead = true
    const message = await story.send({ source: createSource(NOTES) })
    expect(story.servers.map(({ files }) => files.size)).toEqual([0, 1])
    unwrap(await story.fetch(message))
  })

  it('has the same bytes when it is sent again, so that a server keeps it once', async () => {
    const story = new FileStory()
    await story.send({ source: createSource(NOTES) })
    await story.send({ source: createSource(NOTES, { fileName: 'again.txt' }) })
    expect(story.server.files.size).toBe(1)
  })
})

describe('a file whose message goes', () => {
  it('goes from the device with it', async () => {
    const story = new FileStory()
    const message = await story.send({ source: createSource(NOTES) })
    unwrap(await story.fetch(message))
    expect(story.bob.files.size).toBe(1)
    await story.network.settle(story.bob.messenger.conversations.deleteHere([message]))
    unwrap(await story.network.settle(story.bob.messenger.poll()))
    expect(story.bob.files.size).toBe(0)
    const opened = await story.bob.messenger.files.open({ message, position: 0 })
    expect(codeOf(opened)).toBe('file_unknown')
  })

  it('stays while another message needs it', async () => {
    const story = new FileStory()
    const first = await story.send({ source: createSource(NOTES) })
    const second = await story.send({ source: createSource(NOTES) })
    unwrap(await story.fetch(first))
    unwrap(await story.fetch(second))
    await story.network.settle(story.bob.messenger.conversations.deleteHere([first]))
    unwrap(await story.network.settle(story.bob.messenger.poll()))
    expect(decodeUtf8(await story.read(story.bob, second))).toBe(decodeUtf8(NOTES))
  })

  it('goes when the timer of its message ends', async () => {
    const story = new FileStory()
    const timer = { mode: 'after_send', seconds: 60 } as const
    const { alice, bob, network } = story
    unwrap(await network.settle(alice.messenger.contacts.setTimer(bob.account.accountId, timer)))
    const message = await story.send({ source: createSource(NOTES) })
    unwrap(await story.fetch(message))
    await network.clock.advance(61_000)
    unwrap(await network.settle(bob.messenger.poll()))
    unwrap(await network.settle(alice.messenger.poll()))
    expect([bob.files.size, alice.files.size]).toEqual([0, 0])
  })

  it('goes after a day when it was uploaded and never sent', async () => {
    const story = new FileStory()
    unwrap(await story.upload({ source: createSource(NOTES) }))
    unwrap(await story.network.settle(story.alice.messenger.poll()))
    expect(story.alice.files.size).toBe(1)
    await story.network.clock.advance(DAY_MS + 1)
    unwrap(await story.network.settle(story.alice.messenger.poll()))
    expect(story.alice.files.size).toBe(0)
  })

  it('does not come back when the message was erased while it was fetched', async () => {
    const story = new FileStory()
    const message = await story.send({ source: createSource(NOTES) })
    story.server.answer = (_, honest) => {
      story.bob.history.erase(message, story.network.clock.now() + DAY_MS)
      return honest()
    }
    expect(codeOf(await story.fetch(message))).toBe('file_unknown')
    expect(story.bob.files.size).toBe(0)
  })
})
