/** Alice sends Bob a note, a picture and a film over the file servers of the network; the film in parts. */
import type { FileSource, Messenger, MessageName } from '@sotto/client/engine'
import { expect, it } from 'vitest'
import { Cast, must, seenByOther } from '../cluster/cast.ts'

/** Of 48 by 32 pixels. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAADAAAAAgAgMAAAApuhOPAAAADFBMVEXIHloUHlrItFoUtFqCO+OYAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAGElEQVQYlWNYBQb/wYBhGHAgIBQMhgEHAH5yv0ENzvjYAAAAAElFTkSuQmCC',
  'base64',
)
/** More than one file can hold. */
const FILM_BYTES = 11_000_000

function createSource(bytes: Uint8Array, fileName: string): FileSource {
  return {
    fileName,
    contentType: 'application/octet-stream',
    byteLength: bytes.length,
    read: async (start, end) => bytes.slice(start, end),
  }
}

async function send(cast: Cast, source: FileSource): Promise<MessageName> {
  const alice = cast.of('alice')
  const attachments = [must(await alice.files.upload({ source }))]
  const to = cast.id('bob')
  const { sentAtMs } = must(await alice.send({ to, text: '', attachments }))
  return { conversation: to, author: cast.id('alice'), sentAtMs }
}

async function read({ files }: Messenger, message: MessageName): Promise<Buffer> {
  must(await files.fetch({ message, position: 0 }))
  const opened = must(await files.open({ message, position: 0 }))
  const pieces: Uint8Array[] = []
  for await (const piece of opened.content) pieces.push(piece)
  return Buffer.concat(pieces)
}

it('arrives whole on every device of Bob, and on the other one of Alice', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const note = Buffer.from('the key is under the mat')
  const film = Buffer.alloc(FILM_BYTES, 'frame ')
  const names = [
    await send(cast, createSource(note, 'note.txt')),
    await send(cast, createSource(film, 'film.bin')),
  ]
  await cast.sync()
  for (const [index, content] of [note, film].entries()) {
    const name = names[index]
    if (name === undefined) throw new Error('a message')
    for (const bob of cast.devicesOf('bob')) {
      expect((await read(bob, seenByOther(name))).equals(content)).toBe(true)
    }
    expect((await read(cast.of('alice', 1), name)).equals(content)).toBe(true)
  }
  cast.expectEqualDevices()
})

it('has a thumbnail on each device that has the picture, and on no other', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const name = await send(cast, createSource(PICTURE, 'fields.png'))
  await cast.sync()
  const [first, second] = cast.devicesOf('bob')
  if (first === undefined || second === undefined) throw new Error('two devices')
  await read(first, seenByOther(name))
  const shown = [cast.of('alice'), first, second].map(({ files, conversations }) => {
    const found = conversations.find(name) ?? conversations.find(seenByOther(name))
    const [file] = found?.details.attachments ?? []
    return file && files.thumbnailOf(file)
  })
  // WebP, of a few bytes.
  expect(shown.map((small) => small && small.length < 500)).toEqual([true, true, undefined])
  expect(Buffer.from(shown[1] ?? []).toString('latin1')).toMatch(/^RIFF.{4}WEBP/su)
})
