/** Pictures lose what they tell beside what they show, and none takes a device's memory. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { createSource, FileStory } from '../../../test/file-story.ts'
import { SECRET, writePng } from '../../../test/sample-picture.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'

function createPicture(bytes: Uint8Array) {
  return createSource(bytes, { fileName: 'picture.png', contentType: 'image/png' })
}

async function sendAndRead(isAsItIs: boolean): Promise<string> {
  const story = new FileStory()
  const message = await story.send({ source: createPicture(writePng(3, 2)), isAsItIs })
  unwrap(await story.fetch(message))
  return Buffer.from(await story.read(story.bob, message)).toString('latin1')
}

describe('a picture', () => {
  it('arrives with its size, and without what it told', async () => {
    const story = new FileStory()
    const source = createSource(writePng(3, 2), { contentType: 'application/octet-stream' })
    const message = await story.send({ source })
    const shown = story.bob.history.messages.find(message)?.details.attachments?.[0]
    expect(shown).toMatchObject({ contentType: 'image/png', width: 3, height: 2 })
    expect(await sendAndRead(false)).not.toContain(SECRET)
  })

  it('arrives as it is when somebody wants that', async () => {
    expect(await sendAndRead(true)).toContain(SECRET)
  })

  it.each<[string, Uint8Array, string]>([
    ['is damaged', writePng(3, 2).subarray(0, 40), 'image/png'],
    ['is of an unknown kind', encodeUtf8('ftypheic'), 'image/heic'],
    ['has 30,000 by 30,000 pixels', writePng(30_000, 30_000), 'image/png'],
  ])('that %s is not sent, unless as it is', async (_, bytes, contentType) => {
    const story = new FileStory()
    const source = createSource(bytes, { contentType })
    expect(codeOf(await story.upload({ source }))).toBe('picture_refused')
    expect(story.server.requests).toEqual([])
    unwrap(await story.upload({ source, isAsItIs: true }))
  })

  it('that is too large to be looked at is not sent either', async () => {
    const story = new FileStory()
    const source = { ...createPicture(new Uint8Array()), byteLength: 65 * 1024 * 1024 }
    expect(codeOf(await story.upload({ source }))).toBe('picture_refused')
  })

  it('of 30,000 by 30,000 pixels is not kept when it comes, unless as it is', async () => {
    const story = new FileStory()
    const source = createPicture(writePng(30_000, 30_000))
    const message = await story.send({ source, isAsItIs: true })
    expect(codeOf(await story.fetch(message))).toBe('picture_refused')
    expect(story.bob.files.size).toBe(0)
    const { files } = story.bob.messenger
    unwrap(await story.network.settle(files.fetch({ message, position: 0, isAsItIs: true })))
    expect(codeOf(await files.open({ message, position: 0 }))).toBe('picture_refused')
    expect(codeOf(await files.open({ message, position: 0, isAsItIs: true }))).toBe('success')
  })
})

describe('a picture of a person', () => {
  it('is shown to others, and is not recognised as the same file', async () => {
    const story = new FileStory()
    const { alice, bob, network } = story
    const bytes = writePng(3, 2)
    const picture = unwrap(await network.settle(alice.messenger.files.uploadPicture(bytes)))
    await network.settle(alice.messenger.updateProfile({ name: 'Alice', picture }))
    const message = await story.send({ source: createPicture(bytes) })
    expect(story.server.files.size).toBe(2)
    const known = bob.history.profiles.find(message.author)
    const shown = { url: known?.pictureUrl ?? '', key: known?.pictureKey ?? new Uint8Array() }
    const fetched = unwrap(await network.settle(bob.messenger.files.fetchPicture(shown)))
    expect(Buffer.from(fetched).toString('latin1')).not.toContain(SECRET)
    const asked = story.server.requests.length
    unwrap(await network.settle(bob.messenger.files.fetchPicture(shown)))
    expect(story.server.requests.length).toBe(asked)
  })

  it.each([
    { url: '', key: new Uint8Array(32) },
    { url: 'http://files0.example:8080/file/1#d=', key: new Uint8Array(5) },
  ])('is nobody where address or key is none', async (picture) => {
    const { alice } = new FileStory()
    expect(codeOf(await alice.messenger.files.fetchPicture(picture))).toBe('file_unknown')
  })

  it('that a server changed is not shown', async () => {
    const story = new FileStory()
    const { alice, bob, network } = story
    const picture = unwrap(
      await network.settle(alice.messenger.files.uploadPicture(writePng(3, 2))),
    )
    for (const [id] of story.server.files) story.server.files.set(id, new Uint8Array(500))
    const fetched = await network.settle(bob.messenger.files.fetchPicture(picture))
    expect(codeOf(fetched)).toBe('file_broken')
    expect(bob.files.size).toBe(0)
  })
})
