/**
 * What `sotto save` does: fetches a file of a message if need be, and writes it where nothing is yet.
 *
 * @module
 */
import { type FileHandle, open, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { cleanFileName } from '@sotto/protocol/attachment'
import { CliError } from '../errors.ts'
import { makePrintable, type Outcome } from '../output.ts'
import { findMessage } from './find-message.ts'
import { type AccountPlace, withMessenger } from './with-messenger.ts'

export interface FileToSave {
  readonly message: string
  /** From 1. */
  readonly file: string
  readonly out?: string
  readonly isAsItIs: boolean
}

const NAMELESS = 'file'
const FILE_MODE = 0o600

export function saveFile(place: AccountPlace, wish: FileToSave): Promise<Outcome> {
  if (!/^[1-9]\d?$/u.test(wish.file)) throw new CliError('usage', 'Files are counted from 1.')
  return withMessenger(place, async (messenger) => {
    const message = findMessage(messenger, wish.message)
    const which = { message, position: Number(wish.file) - 1, isAsItIs: wish.isAsItIs }
    const fetched = await messenger.files.fetch(which)
    if (!fetched.ok) throw fetched.error
    const opened = await messenger.files.open(which)
    if (!opened.ok) throw opened.error
    const { fileName, contentType, contentBytes, content } = opened.value
    // A stranger chose the name: it stays in the folder where the command was called.
    const path = resolve(wish.out ?? (cleanFileName(fileName) || NAMELESS))
    await write(path, content)
    const { author } = message
    // Of a file of ours nobody needs to know, and a group has no such notice.
    if (author === message.conversation) await messenger.tellExtraction(author, 'media_saved')
    return {
      json: { path, fileName, contentType, bytes: contentBytes },
      text: `Saved ${contentBytes} bytes as ${makePrintable(path)}`,
    }
  })
}

async function write(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  await using file = await create(path)
  try {
    for await (const piece of content) await file.writeFile(piece)
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', FILE_MODE)
  } catch (cause) {
    const name = makePrintable(path)
    throw new CliError(
      'usage',
      `${name} is there already, or cannot be written; name another place with --out.`,
      {
        cause,
      },
    )
  }
}
