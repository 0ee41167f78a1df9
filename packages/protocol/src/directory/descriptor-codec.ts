/**
 * The bytes of what a node says of itself (spec 07 §7.2): a dict, and behind it a signature of each of the node's two
 * signing keys. What its members may hold is `parse-descriptor.ts`.
 *
 * @module
 */

import { concatBytes, equalBytes } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { type Result, err, ok } from '@sotto/crypto/result'
import { SIGNATURE_BYTES, type SigningKeyPair, sign, verify } from '@sotto/crypto/signing'
import { type BtInput, decodeBt, encodeBt } from '../bt/index.ts'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { CLOCK_TOLERANCE_MS } from './network-times.ts'
import type { NodeDescriptor } from './node-descriptor.ts'
import { DESCRIPTOR_CONTEXT, parseDescriptor } from './parse-descriptor.ts'
import { isAgreementPoint, isSigningPoint } from './usable-key.ts'

/** Spec 07 §7.2. */
export const DESCRIPTOR_BYTES_MAX = 4096
const HASH_BYTES = 32
/** More values than a descriptor can have. */
const LIMITS = { bytes: DESCRIPTOR_BYTES_MAX, depth: 2, items: 64 }

export interface DescriptorKeys {
  readonly signing: SigningKeyPair
  readonly legacy: SigningKeyPair
}

export interface SignedDescriptor {
  readonly descriptor: NodeDescriptor
  /** As they are passed on. */
  readonly bytes: Uint8Array
  /** BLAKE2b-256 of the dict: two signatures of one content make one descriptor. */
  readonly hash: Uint8Array
}

/** Throws for a descriptor that no reader would take, and for keys that are not its own. */
export function encodeDescriptor(descriptor: NodeDescriptor, keys: DescriptorKeys): Uint8Array {
  const { signing, legacy } = keys
  if (!equalBytes(signing.publicKey, descriptor.ed25519)) throw new RangeError('another key')
  if (!equalBytes(legacy.publicKey, descriptor.legacy)) throw new RangeError('another legacy key')
  const content = encodeContent(descriptor)
  const parsed = parseContent(content)
  if (!parsed.ok) throw new RangeError(parsed.error.message, { cause: parsed.error })
  return concatBytes([content, sign(signing, content), sign(legacy, content)])
}

/** Reads bytes from outside. Never throws. */
export function decodeDescriptor(bytes: Uint8Array): Result<SignedDescriptor, ProtocolError> {
  if (bytes.length > DESCRIPTOR_BYTES_MAX) {
    return refuse('descriptor_limit', `${bytes.length} bytes`)
  }
  if (bytes.length < 2 * SIGNATURE_BYTES) return refuse('descriptor_malformed', 'cut short')
  // A copy: the descriptor is kept for long, the buffer that it came in is not.
  const kept = new Uint8Array(bytes)
  const content = kept.subarray(0, -2 * SIGNATURE_BYTES)
  const parsed = parseContent(content)
  if (!parsed.ok) return parsed
  const descriptor = parsed.value
  if (!isSigned(descriptor, kept)) {
    return refuse('descriptor_signature', 'not signed by both keys')
  }
  // Only now, because these are the dearest checks.
  const isUsable = isSigningPoint(descriptor.ed25519) && isSigningPoint(descriptor.legacy)
  if (!isUsable) return refuse('descriptor_field', 'a key is no point')
  return ok({ descriptor, bytes: kept, hash: blake2b(content, { length: HASH_BYTES }) })
}

/**
 * Whether its time is beyond what clocks may differ by. A node that could say when its last word is spoken would keep
 * later ones, and its successor's after a theft of keys, from being heard.
 */
export function isFromFuture(descriptor: NodeDescriptor, nowMs: number): boolean {
  return descriptor.issuedAt > nowMs + CLOCK_TOLERANCE_MS
}

function encodeContent(descriptor: NodeDescriptor): Uint8Array {
  const { ports } = descriptor
  return encodeBt(
    new Map<string, BtInput>([
      ['contact', descriptor.contact],
      ['context', DESCRIPTOR_CONTEXT],
      ['ed25519', descriptor.ed25519],
      ['host', descriptor.host],
      ['hybrid', descriptor.hybrid],
      ['issued_at', descriptor.issuedAt],
      ['leaving', descriptor.isLeaving ? 1 : 0],
      ['legacy', descriptor.legacy],
      ['name', descriptor.name],
      ['ports', [ports.https, ports.web, ports.peer]],
      ['roles', descriptor.roles],
      ['software', descriptor.software],
      ['x25519', descriptor.x25519],
    ]),
  )
}

function parseContent(content: Uint8Array): Result<NodeDescriptor, ProtocolError> {
  const decoded = decodeBt(content, LIMITS)
  if (!decoded.ok) {
    const cause = decoded.error
    return err(new ProtocolError('descriptor_malformed', 'not a bt value', { cause }))
  }
  const parsed = parseDescriptor(decoded.value)
  if (parsed.ok && !isAgreementPoint(parsed.value.x25519)) {
    return refuse('descriptor_field', 'x25519 is of low order')
  }
  return parsed
}

/** Both over the same bytes: whoever has only one of the keys cannot claim the other. */
function isSigned({ ed25519, legacy }: NodeDescriptor, bytes: Uint8Array): boolean {
  const message = bytes.subarray(0, -2 * SIGNATURE_BYTES)
  const signature = bytes.subarray(-2 * SIGNATURE_BYTES, -SIGNATURE_BYTES)
  const legacySignature = bytes.subarray(-SIGNATURE_BYTES)
  return (
    verify({ publicKey: ed25519, message, signature }) &&
    verify({ publicKey: legacy, message, signature: legacySignature })
  )
}

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}
