/**
 * Brings a file of a message to this device. Nothing is kept that does not open with the key that the message gave, and nothing is
 * fetched twice: a transfer that broke off goes on with the next part.
 *
 * @module
 */
import { err, ok, type Result } from '@sotto/crypto/result'
import { openFile } from '@sotto/crypto/session'
import {
  type Attachment,
  decodeLargeFile,
  type FileAddress,
  type FilePart,
  type LargeFile,
  LARGE_FILE_TYPE,
  openAttachment,
} from '@sotto/protocol/attachment'
import { ClientError } from '../../errors.ts'
import type { MessageName } from '../../storage/history-message.ts'
import { type FileParts, keepFile, readKept } from './file-parts.ts'
import { findFileServer, nameFile } from './file-server.ts'
import { keepThumbnail } from './keep-thumbnail.ts'
import { isTooManyPixels } from './prepare-content.ts'
import { readStoredAttachment } from './stored-attachment.ts'
import { type TransferOptions, untilCancelled } from './transfer.ts'

export interface FileToFetch extends TransferOptions {
  readonly message: MessageName
  /** Of the message's files, from 0; or the picture of its preview. */
  readonly position: number | 'preview'
  /** Takes pictures that are too large to be shown, too. */
  readonly isAsItIs?: boolean
}

type Opened = Result<Uint8Array, ClientError>
type Open = (sealed: Uint8Array) => Opened

export function findAttachment(
  { message, position }: Pick<FileToFetch, 'message' | 'position'>,
  { history }: Pick<FileParts, 'history'>,
): Result<Attachment, ClientError> {
  const { attachments = [], preview } = history.messages.find(message)?.details ?? {}
  const stored = position === 'preview' ? preview?.image : attachments[position]
  if (stored === undefined) return err(new ClientError('file_unknown'))
  const attachment = readStoredAttachment(stored)
  if (attachment.ok) return attachment
  return err(new ClientError('file_broken', '', { cause: attachment.error }))
}

export async function fetchFile(
  file: FileToFetch,
  parts: FileParts,
): Promise<Result<void, ClientError>> {
  const attachment = findAttachment(file, parts)
  if (!attachment.ok) return attachment
  const { address, contentType, contentBytes: totalBytes } = attachment.value
  const content = await fetchOne({ file, address, open: openWhole(attachment.value, file) }, parts)
  if (!content.ok) return content
  if (contentType !== LARGE_FILE_TYPE) {
    await keepThumbnail({ address, key: attachment.value.seal.key }, content.value, parts)
    file.onProgress?.({ doneBytes: totalBytes, totalBytes })
    return ok(undefined)
  }
  const list = decodeLargeFile(content.value)
  if (!list.ok) return err(new ClientError('file_broken', '', { cause: list.error }))
  return fetchParts(file, list.value, parts)
}

async function fetchParts(
  file: FileToFetch,
  { parts: list, contentBytes: totalBytes }: LargeFile,
  parts: FileParts,
): Promise<Result<void, ClientError>> {
  let doneBytes = 0
  for (const part of list) {
    const { address } = part
    const content = await fetchOne({ file, address, open: openPart(part) }, parts)
    if (!content.ok) return content
    doneBytes += part.contentBytes
    file.onProgress?.({ doneBytes, totalBytes })
  }
  return ok(undefined)
}

interface OneFile {
  readonly file: FileToFetch
  readonly address: FileAddress
  readonly open: Open
}

async function fetchOne({ file, address, open }: OneFile, parts: FileParts): Promise<Opened> {
  const kept = await readKept(address, parts)
  const opened = kept && open(kept)
  if (opened?.ok === true) {
    parts.history.files.use(file.message, nameFile(address))
    return opened
  }
  const server = findFileServer(address, parts.servers)
  if (server === undefined) return err(new ClientError('file_server_unknown'))
  const sealed = await untilCancelled(() => parts.requests.download(server, address.fileId), file)
  if (!sealed.ok) return sealed
  const content = open(sealed.value)
  if (!content.ok) return content
  // Somebody may have taken the message back meanwhile.
  if (parts.history.messages.find(file.message) === undefined) {
    return err(new ClientError('file_unknown'))
  }
  await keepFile(address, sealed.value, parts)
  parts.history.files.use(file.message, nameFile(address))
  return content
}

export function openWhole(
  attachment: Attachment,
  { isAsItIs = false }: Pick<FileToFetch, 'isAsItIs'>,
): Open {
  return (sealed) => {
    const content = openAttachment(attachment, sealed)
    if (!content.ok) return err(new ClientError('file_broken', '', { cause: content.error }))
    if (!isAsItIs && isTooManyPixels(content.value)) {
      return err(new ClientError('picture_refused', 'too many pixels'))
    }
    return content
  }
}

export function openPart({ key, contentBytes }: FilePart): Open {
  return (sealed) => {
    const content = openFile(key, sealed)
    if (!content.ok) return err(new ClientError('file_broken', '', { cause: content.error }))
    if (content.value.length !== contentBytes) {
      return err(new ClientError('file_broken', 'a part of another length'))
    }
    return content
  }
}
