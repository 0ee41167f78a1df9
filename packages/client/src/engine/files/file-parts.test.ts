/** Files that are kept: noted before they are written, so that nothing stays that nobody knows of. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { createSource, FileStory } from '../../../test/file-story.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'

const NOTES = encodeUtf8('what nobody else should read')

describe('a kept file', () => {
  it('that was lost from the disk is fetched again', async () => {
    const story = new FileStory()
    const message = await story.send({ source: createSource(NOTES) })
    unwrap(await story.fetch(message))
    const [blob] = story.bob.database.prepare('SELECT blob FROM kept_files').all()
    await story.bob.files.remove(String(blob?.['blob']))
    const opened = await story.bob.messenger.files.open({ message, position: 0 })
    expect(codeOf(opened)).toBe('file_not_fetched')
    unwrap(await story.fetch(message))
    expect(await story.read(story.bob, message)).toEqual(NOTES)
    expect(story.bob.files.size).toBe(1)
  })

  it('that was spoiled on the disk is fetched again, and never shown', async () => {
    const story = new FileStory()
    const message = await story.send({ source: createSource(NOTES) })
    unwrap(await story.fetch(message))
    const [blob] = story.bob.database.prepare('SELECT blob FROM kept_files').all()
    await story.bob.files.write(String(blob?.['blob']), new Uint8Array(4096))
    const opened = await story.bob.messenger.files.open({ message, position: 0 })
    expect(codeOf(opened)).toBe('file_broken')
    unwrap(await story.fetch(message))
    expect(await story.read(story.bob, message)).toEqual(NOTES)
  })

  it('is known before it is written, so that a program that ends meanwhile leaves nothing unknown', async () => {
    const story = new FileStory()
    const message = await story.send({ source: createSource(NOTES) })
    const { files } = story.bob
    files.write = () => Promise.reject(new Error('the disk is full'))
    await expect(story.fetch(message)).rejects.toThrow('the disk is full')
    expect(story.bob.database.prepare('SELECT blob FROM kept_files').all()).toHaveLength(1)
    expect(files.size).toBe(0)
  })

  it('has a name that says nothing of it', async () => {
    const story = new FileStory()
    const message = await story.send({ source: createSource(NOTES) })
    unwrap(await story.fetch(message))
    const rows = [story.alice, story.bob].map(({ database }) =>
      String(database.prepare('SELECT blob FROM kept_files').get()?.['blob']),
    )
    for (const blob of rows) expect(blob).toMatch(/^[0-9a-f]{32}$/)
    expect(rows[0]).not.toBe(rows[1])
  })
})
