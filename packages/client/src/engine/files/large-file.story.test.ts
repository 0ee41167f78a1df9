/** Files that are larger than a server takes: in parts, over several servers, and never twice. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { LARGE_FILE_TYPE } from '@sotto/protocol/attachment'
import { describe, expect, it } from 'vitest'
import { createContent, createSource, FileStory } from '../../../test/file-story.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'
import type { TransferProgress } from './transfer.ts'

const PART_BYTES = 50_000
/** Two whole parts, and some more. */
const FILM = createContent(2 * PART_BYTES + 1000)
const SOURCE = createSource(FILM, { fileName: 'film.mp4', contentType: 'video/mp4' })

function countUploads(story: FileStory): number {
  const requests = story.servers.flatMap((server) => server.requests)
  return requests.filter((request) => request === 'POST /file').length
}

describe('a large file', () => {
  it('comes in parts over several servers, and is whole again', async () => {
    const story = new FileStory(2, PART_BYTES)
    const progress: TransferProgress[] = []
    const message = await story.send({ source: SOURCE, onProgress: (each) => progress.push(each) })
    expect(story.servers.map(({ files }) => files.size)).toEqual([3, 1])
    expect(progress.map(({ doneBytes }) => doneBytes)).toEqual([
      PART_BYTES,
      2 * PART_BYTES,
      FILM.length,
    ])
    const shown = story.bob.history.messages.find(message)?.details.attachments?.[0]
    expect(shown).toMatchObject({ fileName: 'film.mp4', contentType: LARGE_FILE_TYPE })
    unwrap(await story.fetch(message))
    const opened = unwrap(await story.bob.messenger.files.open({ message, position: 0 }))
    expect(opened).toMatchObject({ contentType: 'video/mp4', contentBytes: FILM.length })
    let at = 0
    for await (const piece of opened.content) {
      expect(Buffer.compare(piece, FILM.subarray(at, at + piece.length))).toBe(0)
      at += piece.length
    }
    expect(at).toBe(FILM.length)
  })

  it('goes on where an upload broke off', async () => {
    const story = new FileStory(1, PART_BYTES)
    const { answer } = story.server
    story.server.answer = (_, honest) =>
      story.server.files.size < 2 ? honest() : { code: 507, headers: {}, body: encodeUtf8('{}') }
    expect(codeOf(await story.upload({ source: SOURCE }))).toBe('file_server_full')
    const before = countUploads(story)
    story.server.answer = answer
    unwrap(await story.upload({ source: SOURCE }))
    // The third part and the list of parts; the first two were there.
    expect(countUploads(story) - before).toBe(2)
  })

  it('goes on where a download broke off, after a restart too', async () => {
    const story = new FileStory(1, PART_BYTES)
    const message = await story.send({ source: SOURCE })
    const [, third] = [...story.server.files.keys()].slice(1)
    const lost = story.server.files.get(third ?? '') ?? new Uint8Array()
    story.server.files.delete(third ?? '')
    expect(codeOf(await story.fetch(message))).toBe('file_gone')
    story.server.files.set(third ?? '', lost)
    const before = story.server.requests.length
    const again = story.bob.restart()
    unwrap(await story.network.settle(again.files.fetch({ message, position: 0 })))
    expect(story.server.requests.length - before).toBe(1)
  })

  it('stops between two parts when it is cancelled, and goes on later', async () => {
    const story = new FileStory(1, PART_BYTES)
    const controller = new AbortController()
    const uploaded = await story.upload({
      source: SOURCE,
      signal: controller.signal,
      onProgress: () => {
        controller.abort()
      },
    })
    expect(codeOf(uploaded)).toBe('cancelled')
    expect(countUploads(story)).toBe(1)
    unwrap(await story.upload({ source: SOURCE }))
    expect(countUploads(story)).toBe(4)
  })

  it('does not wait for a server when it is cancelled', async () => {
    const story = new FileStory(1, PART_BYTES)
    const controller = new AbortController()
    story.server.answer = (_, honest) => {
      controller.abort()
      return honest()
    }
    const uploaded = await story.upload({ source: SOURCE, signal: controller.signal })
    expect(codeOf(uploaded)).toBe('cancelled')
    const second = await story.upload({ source: SOURCE, signal: controller.signal })
    expect(codeOf(second)).toBe('cancelled')
  })

  it('tells how far its download is', async () => {
    const story = new FileStory(1, PART_BYTES)
    const message = await story.send({ source: SOURCE })
    const progress: TransferProgress[] = []
    const { files } = story.bob.messenger
    const fetching = files.fetch({
      message,
      position: 0,
      onProgress: (each) => progress.push(each),
    })
    unwrap(await story.network.settle(fetching))
    expect(progress.at(-1)).toEqual({ doneBytes: FILM.length, totalBytes: FILM.length })
    expect(progress).toHaveLength(3)
  })

  it('is not sent when it has more parts than a list has room for', async () => {
    const story = new FileStory(1, 1)
    const source = createSource(createContent(2049))
    expect(codeOf(await story.upload({ source }))).toBe('file_too_large')
    expect(story.server.requests).toEqual([])
  })

  it('is not sent when its source gives less than it announced', async () => {
    const story = new FileStory(1, PART_BYTES)
    const source = { ...SOURCE, byteLength: FILM.length + 70 * 1024 * 1024 }
    expect(codeOf(await story.upload({ source }))).toBe('file_broken')
  })

  it('is refused when its list is none, or a part is not what the list says', async () => {
    const story = new FileStory(1, PART_BYTES)
    const list = createSource(encodeUtf8('{"type":"a/b","size":1,"parts":[]}'), {
      contentType: LARGE_FILE_TYPE,
    })
    expect(codeOf(await story.fetch(await story.send({ source: list })))).toBe('file_broken')
    const message = await story.send({ source: SOURCE })
    const [, first = '', second = ''] = story.server.files.keys()
    const swapped = story.server.files.get(second) ?? new Uint8Array()
    story.server.files.set(first, swapped)
    expect(codeOf(await story.fetch(message))).toBe('file_broken')
  })
})
