/**
 * Opens a file that is on this device: whole, or one part after the other, so that memory holds one of them.
 *
 * @module
 */
import { err, ok, type Result } from '@sotto/crypto/result'
import {
  decodeLargeFile,
  type FileAddress,
  LARGE_FILE_TYPE,
  type LargeFile,
} from '@sotto/protocol/attachment'
import { ClientError } from '../../errors.ts'
import { type FileToFetch, findAttachment, openPart, openWhole } from './fetch-file.ts'
import { type FileParts, readKept } from './file-parts.ts'

export interface OpenedFile {
  readonly fileName: string
  readonly contentType: string
  readonly contentBytes: number
  /** Throws `ClientError` `file_not_fetched` where a part is missing. */
  readonly content: AsyncIterable<Uint8Array>
}

export type FileToOpen = Pick<FileToFetch, 'message' | 'position' | 'isAsItIs'>

export async function openKeptFile(
  file: FileToOpen,
  parts: FileParts,
): Promise<Result<OpenedFile, ClientError>> {
  const attachment = findAttachment(file, parts)
  if (!attachment.ok) return attachment
  const { address, fileName, contentType, contentBytes } = attachment.value
  const content = await open(address, openWhole(attachment.value, file), parts)
  if (!content.ok) return content
  if (contentType !== LARGE_FILE_TYPE) {
    return ok({ fileName, contentType, contentBytes, content: once(content.value) })
  }
  const list = decodeLargeFile(content.value)
  if (!list.ok) return err(new ClientError('file_broken', '', { cause: list.error }))
  const { contentType: type, contentBytes: size } = list.value
  return ok({
    fileName,
    contentType: type,
    contentBytes: size,
    content: openParts(list.value, parts),
  })
}

async function open(
  address: FileAddress,
  unseal: (sealed: Uint8Array) => Result<Uint8Array, ClientError>,
  parts: FileParts,
): Promise<Result<Uint8Array, ClientError>> {
  const sealed = await readKept(address, parts)
  return sealed === undefined ? err(new ClientError('file_not_fetched')) : unseal(sealed)
}

async function* once(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield content
}

async function* openParts(list: LargeFile, parts: FileParts): AsyncIterable<Uint8Array> {
  for (const part of list.parts) {
    const content = await open(part.address, openPart(part), parts)
    if (!content.ok) throw content.error
    yield content.value
  }
}
