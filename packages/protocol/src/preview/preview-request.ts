/**
 * What is asked of a preview node (spec 17 §3). All requests have one length: their size goes through every node of a path, and would
 * tell how long the address is.
 *
 * @module
 */
import { err, ok, type Result } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import {
  decodePreviewAddress,
  encodePreviewAddress,
  PREVIEW_ADDRESS_BYTES_MAX,
} from './preview-address.ts'

export type PreviewKind = 'page' | 'picture'

export interface PreviewRequest {
  readonly kind: PreviewKind
  readonly address: string
}

/** Spec 17 §3. */
export const PREVIEW_ENDPOINT = '/preview'
/** Spec 17 §3, §4. */
export const PREVIEW_VERSION = 1
const KINDS: readonly PreviewKind[] = ['page', 'picture']
const AT = { version: 0, kind: 1, length: 2, address: 4 } as const
/** Spec 17 §3. */
export const PREVIEW_REQUEST_BYTES: number = AT.address + PREVIEW_ADDRESS_BYTES_MAX

/** `undefined` for what is no address. */
export function encodePreviewRequest({ kind, address }: PreviewRequest): Uint8Array | undefined {
  const encoded = encodePreviewAddress(address)
  if (encoded === undefined) return undefined
  const bytes = new Uint8Array(PREVIEW_REQUEST_BYTES)
  bytes[AT.version] = PREVIEW_VERSION
  bytes[AT.kind] = KINDS.indexOf(kind) + 1
  new DataView(bytes.buffer).setUint16(AT.length, encoded.length)
  bytes.set(encoded, AT.address)
  return bytes
}

/** Reads bytes from outside. Never throws. */
export function decodePreviewRequest(bytes: Uint8Array): Result<PreviewRequest, ProtocolError> {
  if (bytes.length !== PREVIEW_REQUEST_BYTES) return refuse(`${bytes.length} bytes`)
  if (bytes[AT.version] !== PREVIEW_VERSION) return refuse('another version')
  const kind = KINDS[(bytes[AT.kind] ?? 0) - 1]
  if (kind === undefined) return refuse('another kind')
  const end = AT.address + new DataView(bytes.buffer, bytes.byteOffset).getUint16(AT.length)
  if (end > bytes.length) return refuse('a length beyond the end')
  const address = decodePreviewAddress(bytes.subarray(AT.address, end))
  if (address === undefined) return refuse('no address')
  // One form for one request: what is hidden in the padding would mark who sends it.
  if (bytes.subarray(end).some((byte) => byte !== 0)) return refuse('padding')
  return ok({ kind, address })
}

function refuse(detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError('preview_request_malformed', detail))
}
