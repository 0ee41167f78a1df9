/**
 * What `sotto save` does: fetches a file of a message if need be, and writes it where nothing is yet.
 *
 * @module
 */
import { type FileHandle, open, rm } from 'node:fs/promises'
import { parse, resolve } from 'node:path'
import type { FileToFetch, Messenger } from '@sotto/client/engine'
import { cleanFileName } from '@sotto/protocol/attachment'
import { CliError } from '../errors.ts'
import { makePrintable, type Outcome } from '../output.ts'
import { findMessage } from './find-message.ts'
import { type AccountPlace, withMessenger } from './with-messenger.ts'

export interface FileToSave {
  readonly message: string
  /** From 1; or the picture of the message's preview. */
  readonly file: string
  readonly out?: string
  readonly isAsItIs: boolean
}

export interface SavedFile {
  readonly path: string
  readonly fileName: string
  readonly contentType: string
  readonly contentBytes: number
}

/** A new file for one of this name, which a stranger chose. */
export type FilePlace = (fileName: string) => Promise<CreatedFile>

interface CreatedFile {
  readonly path: string
  readonly file: FileHandle
}

const NAMELESS = 'file'
const FILE_MODE = 0o600
const NAMESAKES_MAX = 99
/** Less than the 255 of most systems, so that a number has room. */
const NAME_BYTES_MAX = 240

export function saveFile(place: AccountPlace, wish: FileToSave): Promise<Outcome> {
  const position = readPosition(wish.file)
  return withMessenger(place, async (messenger) => {
    const message = findMessage(messenger, wish.message)
    const which = { message, position, isAsItIs: wish.isAsItIs }
    const saved = await fetchAndSave(messenger, which, (name) => createAt(wish.out ?? name))
    const { path, fileName, contentType, contentBytes } = saved
    return {
      json: { path, fileName, contentType, bytes: contentBytes },
      text: `Saved ${contentBytes} bytes as ${makePrintable(path)}`,
    }
  })
}

export async function fetchAndSave(
  messenger: Messenger,
  which: FileToFetch,
  createPlace: FilePlace,
): Promise<SavedFile> {
  const fetched = await messenger.files.fetch(which)
  if (!fetched.ok) throw fetched.error
  const opened = await messenger.files.open(which)
  if (!opened.ok) throw opened.error
  const { fileName, contentType, contentBytes, content } = opened.value
  const created = await createPlace(chooseName(fileName))
  await write(created, content)
  const { author, conversation } = which.message
  // Of a file of ours nobody needs to know, and a group has no such notice.
  if (author === conversation) await messenger.tellExtraction(author, 'media_saved')
  return { path: created.path, fileName, contentType, contentBytes }
}

/** It stays in the folder that was meant, and is none of those that programs read by themselves when they start, such as `.profile`. */
export function chooseName(fileName: string): string {
  return cleanFileName(fileName).replace(/^[.\s]+/u, '') || NAMELESS
}

function readPosition(file: string): number | 'preview' {
  if (file === 'preview') return file
  if (/^[1-9]\d?$/u.test(file)) return Number(file) - 1
  throw new CliError('usage', 'Files are counted from 1; the picture of a preview is `preview`.')
}

async function write(created: CreatedFile, content: AsyncIterable<Uint8Array>): Promise<void> {
  await using file = created.file
  try {
    for await (const piece of content) await file.writeFile(piece)
  } catch (error) {
    await rm(created.path, { force: true })
    throw error
  }
}

async function createAt(name: string): Promise<CreatedFile> {
  const path = resolve(name)
  try {
    return { path, file: await open(path, 'wx', FILE_MODE) }
  } catch (cause) {
    throw new CliError(
      'usage',
      `${makePrintable(path)} is there already, or cannot be written; name another place with --out.`,
      { cause },
    )
  }
}

/** In this folder, under a name that is free: `cat.jpg`, else `cat (2).jpg`. */
export async function createFree(folder: string, fileName: string): Promise<CreatedFile> {
  const { name, ext } = cutName(fileName)
  for (let number = 1; number <= NAMESAKES_MAX; number++) {
    const path = resolve(folder, number === 1 ? `${name}${ext}` : `${name} (${number})${ext}`)
    try {
      return { path, file: await open(path, 'wx', FILE_MODE) }
    } catch (cause) {
      if (isTaken(cause)) continue
      throw new CliError('usage', `${makePrintable(path)} cannot be written.`, { cause })
    }
  }
  throw new CliError('usage', `${NAMESAKES_MAX} files of that name are there already.`)
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}

/** To what a folder takes, with its end, by which programs know it. */
function cutName(fileName: string): { readonly name: string; readonly ext: string } {
  const { name, ext } = parse(fileName)
  const room = NAME_BYTES_MAX - Math.min(Buffer.byteLength(ext), NAME_BYTES_MAX / 2)
  let cut = ''
  for (const character of name) {
    if (Buffer.byteLength(cut) + Buffer.byteLength(character) > room) break
    cut += character
  }
  return { name: cut, ext: Buffer.byteLength(ext) > NAME_BYTES_MAX / 2 ? '' : ext }
}
