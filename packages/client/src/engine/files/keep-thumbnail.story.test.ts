/** Small pictures of pictures: made when a file comes or goes, kept as long as its message, and sent to nobody. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { createSource, FileStory } from '../../../test/file-story.ts'
import { codeOf, type SimulatedPerson, unwrap } from '../../../test/simulated-person.ts'
import { createGif, ScriptedScaler } from '../../../test/test-picture.ts'
import type { MessageName, StoredAttachment } from '../index.ts'

const SECRET = 'taken at 47.11, 8.15'
const THUMBNAIL = createGif(96, 64)

/** Bob's device makes thumbnails, and Alice's too if that is wanted. */
function createStory(scaler: ScriptedScaler, alices?: ScriptedScaler): FileStory {
  return new FileStory(1, undefined, { bob: scaler, ...(alices && { alice: alices }) })
}

function createPicture(bytes: Uint8Array) {
  return createSource(bytes, { fileName: 'cat.gif', contentType: 'image/gif' })
}

function findFile({ history }: SimulatedPerson, message: MessageName): StoredAttachment {
  const [file] = history.messages.find(message)?.details.attachments ?? []
  if (file === undefined) throw new Error('a file')
  return file
}

function thumbnail(person: SimulatedPerson, message: MessageName): Uint8Array | undefined {
  return person.messenger.files.thumbnailOf(findFile(person, message))
}

describe('a picture that was fetched', () => {
  it('has a small one of itself, without a request and without opening the file', async () => {
    const scaler = new ScriptedScaler()
    const story = createStory(scaler)
    const message = await story.send({ source: createPicture(createGif(400, 300)) })
    expect(thumbnail(story.bob, message)).toBeUndefined()
    unwrap(await story.fetch(message))
    expect(thumbnail(story.bob, message)).toEqual(THUMBNAIL)
    expect(scaler.asked.map(({ limits }) => limits)).toEqual([
      { sidePixelsMax: 96, bytesMax: 4096 },
    ])
    const asked = story.server.requests.length
    for (const { blob } of story.bob.history.files.listUnused(Number.MAX_SAFE_INTEGER))
      await story.bob.files.remove(blob)
    expect(thumbnail(story.bob, message)).toEqual(THUMBNAIL)
    expect(story.server.requests.length).toBe(asked)
  })

  it('is made small once, however often it is fetched', async () => {
    const scaler = new ScriptedScaler()
    const story = createStory(scaler)
    const message = await story.send({ source: createPicture(createGif(400, 300)) })
    unwrap(await story.fetch(message))
    unwrap(await story.fetch(message))
    expect(scaler.asked).toHaveLength(1)
  })

  it('tells neither the scaler nor the history where it was taken', async () => {
    const scaler = new ScriptedScaler()
    scaler.gives = createGif(96, 64, SECRET)
    const story = createStory(scaler)
    const source = createPicture(createGif(400, 300, SECRET))
    const message = await story.send({ source, isAsItIs: true })
    unwrap(await story.fetch(message))
    expect(scaler.asked[0]?.picture).toEqual(createGif(400, 300))
    expect(thumbnail(story.bob, message)).toEqual(THUMBNAIL)
  })

  it.each<[string, Uint8Array | undefined]>([
    ['nothing', undefined],
    ['no picture', encodeUtf8('some words')],
    ['a picture that is too wide', createGif(97, 1)],
    ['a picture that is too high', createGif(1, 97)],
    ['too many bytes', Uint8Array.from([...THUMBNAIL, ...new Uint8Array(4097)])],
  ])('has none when the scaler gives %s, and can be opened all the same', async (_, gives) => {
    const scaler = new ScriptedScaler()
    scaler.gives = gives
    const story = createStory(scaler)
    const message = await story.send({ source: createPicture(createGif(400, 300)) })
    unwrap(await story.fetch(message))
    expect(thumbnail(story.bob, message)).toBeUndefined()
    expect(await story.read(story.bob, message)).toEqual(createGif(400, 300))
  })

  it.each<[string, Uint8Array]>([
    ['30,000 by 30,000 pixels', createGif(30_000, 30_000)],
    ['no picture', encodeUtf8('some words')],
    ['half a picture', createGif(400, 300).subarray(0, 20)],
  ])('is never decoded when it is %s', async (_, bytes) => {
    const scaler = new ScriptedScaler()
    const story = createStory(scaler)
    const message = await story.send({ source: createPicture(bytes), isAsItIs: true })
    const file = { message, position: 0, isAsItIs: true }
    unwrap(await story.network.settle(story.bob.messenger.files.fetch(file)))
    expect(scaler.asked).toEqual([])
    expect(thumbnail(story.bob, message)).toBeUndefined()
  })

  it('has none on a platform that cannot make one', async () => {
    const story = new FileStory()
    const message = await story.send({ source: createPicture(createGif(400, 300)) })
    unwrap(await story.fetch(message))
    expect(thumbnail(story.bob, message)).toBeUndefined()
  })
})

describe('a picture of a person', () => {
  it('has a small one from when it was fetched until it is kept no longer', async () => {
    const story = createStory(new ScriptedScaler())
    const { alice, bob, network } = story
    const picture = unwrap(
      await network.settle(alice.messenger.files.uploadPicture(createGif(400, 300))),
    )
    const { files } = bob.messenger
    expect(files.thumbnailOfPicture(picture)).toBeUndefined()
    unwrap(await network.settle(files.fetchPicture(picture)))
    expect(files.thumbnailOfPicture(picture)).toEqual(THUMBNAIL)
    expect(files.thumbnailOfPicture({ ...picture, key: new Uint8Array(32) })).toBeUndefined()
    expect(files.thumbnailOfPicture({ ...picture, url: '' })).toBeUndefined()
    await network.clock.advance(24 * 60 * 60 * 1000 + 1)
    unwrap(await network.settle(bob.messenger.poll()))
    expect(files.thumbnailOfPicture(picture)).toBeUndefined()
  })

  it('is neither decoded, kept nor given when it says that it is 30,000 by 30,000', async () => {
    const scaler = new ScriptedScaler()
    const story = createStory(scaler)
    const { alice, bob, network } = story
    const source = createPicture(createGif(30_000, 30_000))
    const pointer = unwrap(await story.upload({ source, isAsItIs: true }))
    const picture = { url: pointer.url, key: pointer.key }
    const fetched = await network.settle(bob.messenger.files.fetchPicture(picture))
    expect(codeOf(fetched)).toBe('picture_refused')
    const own = await network.settle(alice.messenger.files.fetchPicture(picture))
    expect(codeOf(own)).toBe('picture_refused')
    expect([scaler.asked, bob.files.size]).toEqual([[], 0])
  })
})

describe('a thumbnail', () => {
  it('goes at once with the last message that has the file', async () => {
    const story = createStory(new ScriptedScaler())
    const first = await story.send({ source: createPicture(createGif(400, 300)) })
    const second = await story.send({ source: createPicture(createGif(400, 300)) })
    unwrap(await story.fetch(first))
    unwrap(await story.fetch(second))
    const file = findFile(story.bob, second)
    const { files, conversations } = story.bob.messenger
    await story.network.settle(conversations.deleteHere([first]))
    expect(files.thumbnailOf(file)).toEqual(THUMBNAIL)
    await story.network.settle(conversations.deleteHere([second]))
    expect(files.thumbnailOf(file)).toBeUndefined()
    expect(story.bob.database.prepare('SELECT * FROM thumbnails').all()).toEqual([])
  })

  it('is not shown of a file that somebody names with another key', async () => {
    const story = createStory(new ScriptedScaler())
    const message = await story.send({ source: createPicture(createGif(400, 300)) })
    unwrap(await story.fetch(message))
    const file = findFile(story.bob, message)
    const key = '00'.repeat(32)
    expect(story.bob.messenger.files.thumbnailOf({ ...file, key })).toBeUndefined()
  })

  it('is made of what is sent, stays here, and goes when nothing was sent', async () => {
    const story = createStory(new ScriptedScaler(), new ScriptedScaler())
    const source = createPicture(createGif(400, 300))
    const pointer = unwrap(await story.upload({ source }))
    expect(pointer.thumbnail).toHaveLength(0)
    const message = await story.receive(pointer)
    const own = { ...message, conversation: story.bob.account.accountId }
    expect(thumbnail(story.alice, own)).toEqual(THUMBNAIL)
    expect(thumbnail(story.bob, message)).toBeUndefined()
    const other = unwrap(await story.upload({ source: createPicture(createGif(500, 300)) }))
    expect(story.alice.database.prepare('SELECT * FROM thumbnails').all()).toHaveLength(2)
    expect(other.url).not.toBe(pointer.url)
    await story.network.clock.advance(24 * 60 * 60 * 1000 + 1)
    unwrap(await story.network.settle(story.alice.messenger.poll()))
    expect(story.alice.database.prepare('SELECT * FROM thumbnails').all()).toHaveLength(1)
  })
})
