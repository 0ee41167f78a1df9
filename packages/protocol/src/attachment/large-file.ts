/**
 * Files that are larger than a file server takes (spec 13 §4.6): parts, each a file of its own, and a list of them, which is what the
 * message points to. Other clients see the list as a small file.
 *
 * @module
 */

import { decodeHex, decodeUtf8, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import { FILE_CONTENT_BYTES_MAX, FILE_KEY_BYTES } from '@sotto/crypto/session'
import { ProtocolError } from '../errors.ts'
import { type JsonObject, isJsonObject, parseJsonObject, readMember } from '../json-object.ts'
import { type FileAddress, formatFileAddress, parseFileAddress } from './file-address.ts'
import { cleanContentType } from './file-description.ts'

export interface FilePart {
  readonly address: FileAddress
  readonly key: Uint8Array
  readonly contentBytes: number
}

export interface LargeFile {
  readonly contentType: string
  readonly contentBytes: number
  /** In the order of the content. */
  readonly parts: readonly FilePart[]
}

/** The media type of a list. */
export const LARGE_FILE_TYPE = 'application/vnd.sotto.large-file+json'
/** Spec 13 §4.6. About 20 GB. */
export const FILE_PARTS_MAX = 2048

export function encodeLargeFile({ contentType, contentBytes, parts }: LargeFile): Uint8Array {
  const members = parts.map((part) => ({
    url: formatFileAddress(part.address),
    key: encodeHex(part.key),
    size: part.contentBytes,
  }))
  return encodeUtf8(JSON.stringify({ type: contentType, size: contentBytes, parts: members }))
}

/** Reads what a sender wrote. Total. */
export function decodeLargeFile(bytes: Uint8Array): Result<LargeFile, ProtocolError> {
  const text = bytes.length > FILE_CONTENT_BYTES_MAX ? undefined : decodeUtf8(bytes)
  const json = text === undefined ? undefined : parseJsonObject(text)
  if (json === undefined) return refuse('not a JSON object')
  const type = readMember(json, 'type')
  const size = readMember(json, 'size')
  const list = readMember(json, 'parts')
  if (typeof type !== 'string' || typeof size !== 'number') return refuse('no type or size')
  if (!Array.isArray(list) || list.length === 0 || list.length > FILE_PARTS_MAX) {
    return refuse('no parts, or too many')
  }
  const parts = list.map((part: unknown) => (isJsonObject(part) ? readPart(part) : undefined))
  const usable = parts.filter((part) => part !== undefined)
  if (usable.length < parts.length) return refuse('a part')
  const sum = usable.reduce((total, { contentBytes }) => total + contentBytes, 0)
  if (sum !== size) return refuse('another size than that of its parts')
  return ok({ contentType: cleanContentType(type), contentBytes: size, parts: usable })
}

function readPart(part: JsonObject): FilePart | undefined {
  const url = readMember(part, 'url')
  const size = readMember(part, 'size')
  const keyText = readMember(part, 'key')
  const address = typeof url === 'string' ? parseFileAddress(url) : undefined
  const key = typeof keyText === 'string' ? decodeHex(keyText) : undefined
  if (address?.isStream !== true || key?.length !== FILE_KEY_BYTES) return undefined
  return isPartSize(size) ? { address, key, contentBytes: size } : undefined
}

/** An empty part would let a list of any length stand for nothing. */
function isPartSize(size: unknown): size is number {
  return Number.isInteger(size) && Number(size) > 0 && Number(size) <= FILE_CONTENT_BYTES_MAX
}

function refuse(detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError('large_file_malformed', detail))
}
