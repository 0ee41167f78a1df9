/**
 * What a file server answers (spec 15 §4): JSON for everything but the file itself. Times are seconds, with fractions.
 *
 * @module
 */
import { decodeUtf8, encodeUtf8 } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import { type JsonObject, parseJsonObject, readMember } from '../json-object.ts'
import { isFileId } from './file-id.ts'

export interface UploadReply {
  readonly fileId: string
  /** Older servers leave both out. */
  readonly uploadedMs?: number
  readonly expiresMs?: number
}

export interface FileInfo {
  readonly bytes: number
  readonly uploadedMs: number
  readonly expiresMs: number
}

/** Far more than any of these replies needs. */
const REPLY_BYTES_MAX = 4096
const MS_PER_SECOND = 1000
/** The last moment that a `Date` can show. */
const TIME_MS_MAX = 8.64e15

export function encodeUploadReply({ fileId, ...times }: UploadReply): Uint8Array {
  return encodeJson({ id: fileId, ...encodeTimes(times) })
}

export function encodeFileInfo({ bytes, ...times }: FileInfo): Uint8Array {
  return encodeJson({ size: bytes, ...encodeTimes(times) })
}

export function encodeFailure(status: number): Uint8Array {
  return encodeJson({ status_code: status })
}

/** Reads bytes from outside. Never throws. Some servers write the id as a number. */
export function decodeUploadReply(bytes: Uint8Array): Result<UploadReply, ProtocolError> {
  const json = readJson(bytes)
  if (json === undefined) return refuse('not a JSON object')
  const id = readMember(json, 'id')
  const fileId = typeof id === 'number' ? String(id) : id
  if (typeof fileId !== 'string' || !isFileId(fileId)) return refuse('no id')
  const uploadedMs = readTime(json, 'uploaded')
  const expiresMs = readTime(json, 'expires')
  return ok({
    fileId,
    ...(uploadedMs === undefined ? {} : { uploadedMs }),
    ...(expiresMs === undefined ? {} : { expiresMs }),
  })
}

/** Reads bytes from outside. Never throws. */
export function decodeFileInfo(bytes: Uint8Array): Result<FileInfo, ProtocolError> {
  const json = readJson(bytes)
  if (json === undefined) return refuse('not a JSON object')
  const size = readMember(json, 'size')
  const uploadedMs = readTime(json, 'uploaded')
  const expiresMs = readTime(json, 'expires')
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return refuse('no size')
  if (uploadedMs === undefined || expiresMs === undefined) return refuse('no times')
  return ok({ bytes: size, uploadedMs, expiresMs })
}

function encodeTimes(times: { readonly uploadedMs?: number; readonly expiresMs?: number }): object {
  return {
    ...(times.uploadedMs === undefined ? {} : { uploaded: times.uploadedMs / MS_PER_SECOND }),
    ...(times.expiresMs === undefined ? {} : { expires: times.expiresMs / MS_PER_SECOND }),
  }
}

function readTime(json: JsonObject, name: string): number | undefined {
  const seconds = readMember(json, name)
  const ms = typeof seconds === 'number' ? Math.round(seconds * MS_PER_SECOND) : Number.NaN
  return ms >= 0 && ms <= TIME_MS_MAX ? ms : undefined
}

function readJson(bytes: Uint8Array): JsonObject | undefined {
  if (bytes.length > REPLY_BYTES_MAX) return undefined
  const text = decodeUtf8(bytes)
  return text === undefined ? undefined : parseJsonObject(text)
}

function encodeJson(value: object): Uint8Array {
  return encodeUtf8(JSON.stringify(value))
}

function refuse(detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError('file_reply_malformed', detail))
}
