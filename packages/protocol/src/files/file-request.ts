/**
 * What is asked of a file server (spec 15 §3), as HTTP and as the payload of an onion request alike. Which sizes and
 * lifetimes are granted is the server's matter.
 *
 * @module
 */
import { isFileId, isHashId } from './file-id.ts'

export type FileRequest =
  | { readonly kind: 'upload'; readonly ttlSeconds?: number }
  | { readonly kind: 'upload-text' }
  | { readonly kind: 'download'; readonly fileId: string }
  | { readonly kind: 'download-text'; readonly fileId: string }
  | { readonly kind: 'info'; readonly fileId: string }
  | { readonly kind: 'extend'; readonly fileId: string; readonly ttlSeconds?: number }
  /** The status to answer with. */
  | { readonly kind: 'refused'; readonly status: 400 | 404 | 405 }

export interface FileRequestLine {
  readonly method: string
  /** Path and query. */
  readonly endpoint: string
  /** What `x-fs-ttl` says, if it is there. */
  readonly ttl?: string | undefined
}

/** Spec 15 §3.2. */
export const TTL_HEADER = 'x-fs-ttl'
/** More than any route has; longer ones are not looked at. */
const ENDPOINT_CHARACTERS_MAX = 512
const ROUTE = /^\/(files?)(?:\/([^/]+)(?:\/(info|extend))?)?$/
const TTL = /^[1-9][0-9]{0,9}$/

const NOT_FOUND: FileRequest = { kind: 'refused', status: 404 }
const NOT_ALLOWED: FileRequest = { kind: 'refused', status: 405 }
const BAD_REQUEST: FileRequest = { kind: 'refused', status: 400 }

/** Total. Nothing is decoded: an id has no character that would need it, so `%2e%2e` is no id. */
export function parseFileRequest({ method, endpoint, ttl }: FileRequestLine): FileRequest {
  if (endpoint.length > ENDPOINT_CHARACTERS_MAX) return NOT_FOUND
  const [path = ''] = endpoint.split('?', 1)
  const [, collection, fileId, action] = ROUTE.exec(path) ?? []
  if (collection === undefined) return NOT_FOUND
  const isText = collection === 'files'
  if (fileId === undefined) {
    if (method !== 'POST') return NOT_ALLOWED
    return isText ? { kind: 'upload-text' } : withTtl({ kind: 'upload' }, ttl)
  }
  if (!isFileId(fileId) || (isText && action !== undefined)) return NOT_FOUND
  if (action === 'extend') return parseExtend(method, fileId, ttl)
  if (method !== 'GET') return NOT_ALLOWED
  if (action === 'info') return { kind: 'info', fileId }
  return { kind: isText ? 'download-text' : 'download', fileId }
}

/** A number can be guessed, and whoever guesses could keep what is to go; a hash cannot. */
function parseExtend(method: string, fileId: string, ttl: string | undefined): FileRequest {
  if (method !== 'POST') return NOT_ALLOWED
  return isHashId(fileId) ? withTtl({ kind: 'extend', fileId }, ttl) : NOT_FOUND
}

function withTtl(
  request: Extract<FileRequest, { readonly ttlSeconds?: number }>,
  ttl: string | undefined,
): FileRequest {
  if (ttl === undefined) return request
  return TTL.test(ttl) ? { ...request, ttlSeconds: Number(ttl) } : BAD_REQUEST
}
