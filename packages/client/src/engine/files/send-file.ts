/**
 * Seals a file, brings it to a file server, and makes the pointer that goes into a message (spec 13, spec 15). What is too large for one
 * file goes in parts (spec 13 §4.6); a transfer that broke off begins where it was, because the same file gives the same
 * parts and the server says which it has.
 *
 * @module
 */
import { err, ok, type Result } from '@sotto/crypto/result'
import { sealFile } from '@sotto/crypto/session'
import type { FilePurpose } from '@sotto/crypto/session'
import {
  createAttachmentPointer,
  encodeLargeFile,
  FILE_PARTS_MAX,
  type FileAddress,
  type FilePart,
  LARGE_FILE_TYPE,
  PICTURE_BYTES_MAX,
} from '@sotto/protocol/attachment'
import { deriveFileId } from '@sotto/protocol/files'
import type { AttachmentPointer } from '@sotto/protocol/session'
import { ClientError } from '../../errors.ts'
import { type FileParts, keepFile } from './file-parts.ts'
import type { FileServer } from './file-server.ts'
import { keepThumbnail } from './keep-thumbnail.ts'
import { type PreparedContent, prepareContent } from './prepare-content.ts'
import { type TransferOptions, untilCancelled } from './transfer.ts'

export interface FileSource {
  readonly fileName: string
  readonly contentType: string
  readonly byteLength: number
  /** From `start` up to `end`. Asked for more than once. */
  read(start: number, end: number): Promise<Uint8Array>
}

export interface FileToSend extends TransferOptions {
  readonly source: FileSource
  readonly isVoiceMessage?: boolean
  /** Sends a picture with all that it tells, or what could not be cleaned. */
  readonly isAsItIs?: boolean
  readonly caption?: string
}

interface SealedPlace {
  readonly address: FileAddress
  readonly key: Uint8Array
}

interface Placing {
  readonly content: Uint8Array
  readonly purpose: FilePurpose
  /** Which server comes first. */
  readonly turn: number
}

const NO_SERVER: Result<never, ClientError> = err(new ClientError('file_server_unknown', 'none'))

export async function sendFile(
  file: FileToSend,
  parts: FileParts,
): Promise<Result<AttachmentPointer, ClientError>> {
  if (parts.servers.length === 0) return NO_SERVER
  const prepared = await prepare(file)
  if (!prepared.ok) return prepared
  const { byteLength, contentType } = prepared.value
  if (byteLength > parts.contentBytesMax * FILE_PARTS_MAX) {
    return err(new ClientError('file_too_large', `${byteLength} bytes`))
  }
  if (byteLength > parts.contentBytesMax) return sendInParts(file, prepared.value, parts)
  const content = await prepared.value.read(0, byteLength)
  const placed = await untilCancelled(
    () => place({ content, purpose: 'attachment', turn: 0 }, parts),
    file,
  )
  if (!placed.ok) return placed
  await keepThumbnail(placed.value, content, parts)
  file.onProgress?.({ doneBytes: byteLength, totalBytes: byteLength })
  return ok(describe(file, placed.value, { ...prepared.value, contentType }))
}

/** A picture that others see beside our name: its address and its key. */
export async function sendPicture(
  bytes: Uint8Array,
  parts: FileParts,
): Promise<Result<SealedPlace, ClientError>> {
  if (parts.servers.length === 0) return NO_SERVER
  const prepared = prepareContent({ bytes, contentType: 'image/unknown' })
  if (!prepared.ok) return prepared
  return place({ content: prepared.value.bytes, purpose: 'profile_picture', turn: 0 }, parts)
}

type Prepared = Omit<PreparedContent, 'bytes'> & Pick<FileSource, 'byteLength' | 'read'>

/** What may be a picture is looked at as a whole. */
async function prepare({
  source,
  isAsItIs = false,
}: FileToSend): Promise<Result<Prepared, ClientError>> {
  if (source.byteLength > PICTURE_BYTES_MAX) {
    const { contentType } = source
    if (contentType.startsWith('image/') && !isAsItIs) {
      return err(new ClientError('picture_refused', 'too large to be cleaned'))
    }
    const plain = prepareContent({ bytes: new Uint8Array(), contentType, isAsItIs: true })
    if (!plain.ok) return plain
    return ok({
      ...plain.value,
      byteLength: source.byteLength,
      read: (...at) => source.read(...at),
    })
  }
  const bytes = await source.read(0, source.byteLength)
  const prepared = prepareContent({ bytes, contentType: source.contentType, isAsItIs })
  if (!prepared.ok) return prepared
  const { bytes: clean, ...description } = prepared.value
  return ok({
    ...description,
    byteLength: clean.length,
    read: async (start, end) => clean.subarray(start, end),
  })
}

async function sendInParts(
  file: FileToSend,
  prepared: Prepared,
  parts: FileParts,
): Promise<Result<AttachmentPointer, ClientError>> {
  const { byteLength: totalBytes, contentType } = prepared
  const placed: FilePart[] = []
  for (let doneBytes = 0; doneBytes < totalBytes;) {
    const end = Math.min(doneBytes + parts.contentBytesMax, totalBytes)
    const content = await prepared.read(doneBytes, end)
    if (content.length !== end - doneBytes)
      return err(new ClientError('file_broken', 'a short read'))
    const turn = placed.length
    const part = await untilCancelled(() => placePart(content, turn, parts), file)
    if (!part.ok) return part
    placed.push({ ...part.value, contentBytes: content.length })
    doneBytes = end
    file.onProgress?.({ doneBytes, totalBytes })
  }
  const content = encodeLargeFile({ contentType, contentBytes: totalBytes, parts: placed })
  const list = await place({ content, purpose: 'attachment', turn: 0 }, parts)
  if (!list.ok) return list
  const description = { ...prepared, contentType: LARGE_FILE_TYPE, byteLength: content.length }
  return ok(describe(file, list.value, description))
}

function describe(
  { source, isVoiceMessage = false, caption = '' }: FileToSend,
  { address, key }: SealedPlace,
  { contentType, byteLength, width, height }: Omit<Prepared, 'read'>,
): AttachmentPointer {
  return createAttachmentPointer({
    address,
    seal: { kind: 'stream', key },
    contentBytes: byteLength,
    contentType,
    fileName: source.fileName,
    isVoiceMessage,
    width,
    height,
    caption,
  })
}

/** Parts are not kept here: whoever sends a large file has it. */
async function placePart(
  content: Uint8Array,
  turn: number,
  parts: FileParts,
): Promise<Result<SealedPlace, ClientError>> {
  const sealed = seal({ content, purpose: 'attachment', turn }, parts)
  if (!sealed.ok) return sealed
  const { bytes, key } = sealed.value
  const server = parts.servers[turn % parts.servers.length]
  const fileId = deriveFileId(bytes)
  if (server !== undefined) {
    const isThere = await parts.requests.has(server, fileId)
    if (isThere.ok && isThere.value) return ok({ key, address: createAddress(server, fileId) })
  }
  return upload({ bytes, key, turn }, parts)
}

async function place(
  placing: Placing,
  parts: FileParts,
): Promise<Result<SealedPlace, ClientError>> {
  const sealed = seal(placing, parts)
  if (!sealed.ok) return sealed
  const placed = await upload({ ...sealed.value, turn: placing.turn }, parts)
  if (placed.ok) await keepFile(placed.value.address, sealed.value.bytes, parts)
  return placed
}

function seal({ content, purpose }: Placing, { account }: FileParts) {
  const sealed = sealFile({ seed: account.signing.seed, purpose }, content)
  return sealed.ok ? sealed : err(new ClientError('file_too_large', '', { cause: sealed.error }))
}

interface SealedUpload {
  readonly bytes: Uint8Array
  readonly key: Uint8Array
  readonly turn: number
}

/** The next server is asked when one cannot. */
async function upload(
  { bytes, key, turn }: SealedUpload,
  { servers, requests }: FileParts,
): Promise<Result<SealedPlace, ClientError>> {
  let failure = NO_SERVER
  for (let tried = 0; tried < servers.length; tried++) {
    const server = servers[(turn + tried) % servers.length]
    if (server === undefined) break
    const uploaded = await requests.upload(server, bytes)
    if (uploaded.ok) return ok({ key, address: createAddress(server, uploaded.value) })
    failure = uploaded
  }
  return failure
}

function createAddress({ url, key }: FileServer, fileId: string): FileAddress {
  return { baseUrl: url, fileId, serverKey: key, isStream: true }
}
