/**
 * What a preview node answers (spec 17 §4). Replies have few lengths: a page's own length would tell which page it is to every node of
 * the path, the guard among them.
 *
 * @module
 */
import { concatBytes } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import { decodePreviewAddress, encodePreviewAddress } from './preview-address.ts'
import { PREVIEW_VERSION, type PreviewKind } from './preview-request.ts'

export type PreviewContentType =
  | 'text/html'
  | 'image/jpeg'
  | 'image/png'
  | 'image/gif'
  | 'image/webp'

export type PreviewRefusal =
  /** Also what may not be reached: the difference would show what is inside the node's network. */
  'unreachable' | 'timed_out' | 'site_refused' | 'other_type' | 'too_large' | 'busy'

export interface PreviewFound {
  readonly outcome: 'found'
  readonly contentType: PreviewContentType
  /** After all redirections. */
  readonly address: string
  /** The beginning of a page, or a whole picture. */
  readonly content: Uint8Array
}

export interface PreviewRefused {
  readonly outcome: PreviewRefusal
  /** The site's, with `site_refused` only. */
  readonly status?: number
}

export type PreviewReply = PreviewFound | PreviewRefused

/** Spec 17 §4.1. */
export const PREVIEW_CONTENT_BYTES_MAX: Readonly<Record<PreviewKind, number>> = {
  page: 520_192,
  picture: 2_093_056,
}
/** Spec 17 §4.2. */
export const PREVIEW_REPLY_BYTES_MIN = 32_768
export const PREVIEW_REPLY_BYTES_MAX = 2_097_152

const OUTCOMES = [
  'found',
  'unreachable',
  'timed_out',
  'site_refused',
  'other_type',
  'too_large',
  'busy',
] as const
const TYPES: readonly PreviewContentType[] = [
  'text/html',
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
]
const AT = { version: 0, outcome: 1, status: 2, type: 4, address: 5, content: 7, rest: 11 } as const
const STATUS_MIN = 100
const STATUS_MAX = 599

/** `undefined` for an address that is none or content beyond its limit. */
export function encodePreviewReply(reply: PreviewReply): Uint8Array | undefined {
  if (reply.outcome !== 'found') {
    return assemble({ outcome: reply.outcome, status: reply.status ?? 0, type: 0 }, [])
  }
  const { contentType, content } = reply
  const address = encodePreviewAddress(reply.address)
  if (address === undefined || content.length > findLimit(contentType)) return undefined
  const type = TYPES.indexOf(contentType) + 1
  return assemble({ outcome: 'found', status: 0, type }, [address, content])
}

interface ReplyHead {
  readonly outcome: PreviewReply['outcome']
  readonly status: number
  readonly type: number
}

function assemble({ outcome, status, type }: ReplyHead, parts: readonly Uint8Array[]): Uint8Array {
  const [address, content] = parts
  const rest = concatBytes(parts)
  const bytes = new Uint8Array(padLength(AT.rest + rest.length))
  const view = new DataView(bytes.buffer)
  bytes[AT.version] = PREVIEW_VERSION
  bytes[AT.outcome] = OUTCOMES.indexOf(outcome)
  view.setUint16(AT.status, status)
  bytes[AT.type] = type
  view.setUint16(AT.address, address?.length ?? 0)
  view.setUint32(AT.content, content?.length ?? 0)
  bytes.set(rest, AT.rest)
  return bytes
}

/** Reads bytes from outside. Never throws. The content is a view of `bytes`. */
export function decodePreviewReply(bytes: Uint8Array): Result<PreviewReply, ProtocolError> {
  const { length } = bytes
  if (length < PREVIEW_REPLY_BYTES_MIN || length > PREVIEW_REPLY_BYTES_MAX)
    return refuse(`${length} bytes`)
  if (bytes[AT.version] !== PREVIEW_VERSION) return refuse('another version')
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const contentAt = AT.rest + view.getUint16(AT.address)
  const end = contentAt + view.getUint32(AT.content)
  if (length !== padLength(end)) return refuse('a length that is not that of its parts')
  if (bytes.subarray(end).some((byte) => byte !== 0)) return refuse('padding')
  const outcome = OUTCOMES[bytes[AT.outcome] ?? 0]
  if (outcome === undefined) return refuse('another outcome')
  const status = view.getUint16(AT.status)
  if (outcome !== 'found') return readRefusal({ outcome, status, type: bytes[AT.type] ?? 0 }, end)
  const contentType = TYPES[(bytes[AT.type] ?? 0) - 1]
  const address = decodePreviewAddress(bytes.subarray(AT.rest, contentAt))
  if (contentType === undefined || address === undefined || status !== 0)
    return refuse('a find without type or address, or with a status')
  const content = bytes.subarray(contentAt, end)
  if (content.length > findLimit(contentType)) return refuse(`content of ${content.length} bytes`)
  return ok({ outcome, contentType, address, content })
}

interface RefusalHead {
  readonly outcome: PreviewRefusal
  readonly status: number
  readonly type: number
}

function readRefusal(
  { outcome, status, type }: RefusalHead,
  end: number,
): Result<PreviewRefused, ProtocolError> {
  if (type !== 0 || end !== AT.rest) return refuse('a refusal with content')
  const isStatus = status >= STATUS_MIN && status <= STATUS_MAX
  if (outcome === 'site_refused') return isStatus ? ok({ outcome, status }) : refuse('no status')
  return status === 0 ? ok({ outcome }) : refuse('a status of nobody')
}

/** The smallest of the lengths that holds this many bytes. */
function padLength(bytes: number): number {
  let length = PREVIEW_REPLY_BYTES_MIN
  while (length < bytes) length *= 2
  return length
}

function findLimit(contentType: PreviewContentType): number {
  return PREVIEW_CONTENT_BYTES_MAX[contentType === 'text/html' ? 'page' : 'picture']
}

function refuse(detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError('preview_reply_malformed', detail))
}
