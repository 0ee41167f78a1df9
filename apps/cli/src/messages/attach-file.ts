/**
 * What `sotto attach` does: uploads each file, then sends one message that carries them.
 *
 * @module
 */
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import type { FileSource, FileToSend, Messenger } from '@sotto/client/engine'
import { ClientError } from '@sotto/client/errors'
import type { AttachmentPointer } from '@sotto/protocol/session'
import { CliError } from '../errors.ts'
import type { Outcome } from '../output.ts'
import { readConversationId } from '../refused-text.ts'
import { guessContentType } from './content-type.ts'
import { layOutPath } from './describe-path.ts'
import { type AccountPlace, withMessenger } from './with-messenger.ts'

export interface FilesToAttach {
  readonly to: string
  readonly text: string
  readonly files: readonly string[]
  readonly isVoiceMessage: boolean
  readonly isAsItIs: boolean
}

/** Spec 05 §5.1. */
const FILES_MAX = 32

export function attachFiles(
  place: AccountPlace,
  { to, text, files, ...choices }: FilesToAttach,
): Promise<Outcome> {
  const recipient = readConversationId(to)
  if (files.length > FILES_MAX) {
    throw new CliError('usage', `A message has at most ${FILES_MAX} files.`)
  }
  return withMessenger(place, async (messenger) => {
    const attachments = []
    for (const path of files) attachments.push(await uploadFile(messenger, path, choices))
    const sent = await messenger.send({ to: recipient, text, attachments })
    if (!sent.ok) throw sent.error
    const { messageHash, path, storedOn, sentAtMs } = sent.value
    const count = files.length === 1 ? 'One file is' : `${files.length} files are`
    return {
      json: { messageHash, sentAt: sentAtMs, path, storedOn, files: files.length },
      text: `Sent. ${count} on the file server until it ends, sealed for those whom you wrote to.\n\n${layOutPath(path)}`,
    }
  })
}

/** Gives what a message carries of it. */
export async function uploadFile(
  messenger: Messenger,
  path: string,
  choices: Omit<FileToSend, 'source' | 'caption'>,
): Promise<AttachmentPointer> {
  await using file = await openFile(path)
  const source = await describeSource(file, path)
  const uploaded = await messenger.files.upload({ source, ...choices })
  if (!uploaded.ok) throw uploaded.error
  return uploaded.value
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    throw new CliError('usage', `${path} cannot be read.`, { cause })
  }
}

async function describeSource(file: FileHandle, path: string): Promise<FileSource> {
  const status = await file.stat()
  if (!status.isFile()) throw new CliError('usage', `${path} is no file.`)
  return {
    fileName: basename(path),
    contentType: guessContentType(path),
    byteLength: status.size,
    read: (start, end) => readRange(file, start, end),
  }
}

/** What is read may be less than was asked for, when the file has become shorter. */
async function readRange(file: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start)
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled)
    if (bytesRead === 0) throw new ClientError('file_broken', 'shorter than it was')
    filled += bytesRead
  }
  return bytes
}
