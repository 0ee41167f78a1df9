/**
 * An epoch's content with signatures of authorities behind it (spec 07 §8.4). Who counts as an authority, and how many
 * signatures make a document, is `verify-epoch.ts`.
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { type Result, err, ok } from '@sotto/crypto/result'
import { type SigningKeyPair, sign, toEd25519PublicKey } from '@sotto/crypto/signing'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { areAscending, compareBytes } from './compare-bytes.ts'
import type { EpochContent, EpochDocument, EpochSignature } from './epoch-content.ts'
import {
  decodeEpochContent,
  encodeEpochContent,
  hashEpochContent,
  readEpochContent,
} from './epoch-content-codec.ts'
import { AUTHORITIES_MAX, EPOCH_SIGNATURE_BYTES, KEY_BYTES } from './epoch-layout.ts'

type Checked<T> = Result<T, ProtocolError>

/** `bytes` from `encodeEpochContent`. Throws for others: an authority's signature must not make sense of anything. */
export function signEpoch(bytes: Uint8Array, key: SigningKeyPair): EpochSignature {
  const decoded = decodeEpochContent(bytes)
  if (!decoded.ok) throw new RangeError(decoded.error.message, { cause: decoded.error })
  return { authority: key.publicKey, signature: sign(key, bytes) }
}

/** Puts signatures in order. Throws for a content that no reader would take, and for two signatures of one key. */
export function createEpochDocument(
  content: EpochContent,
  signatures: readonly EpochSignature[],
): EpochDocument {
  const sorted = signatures.toSorted((a, b) => compareBytes(a.authority, b.authority))
  assertSignatures(sorted)
  return { content, hash: hashEpochContent(encodeEpochContent(content)), signatures: sorted }
}

export function encodeEpochDocument({ content, signatures }: EpochDocument): Uint8Array {
  assertSignatures(signatures)
  const pairs = signatures.flatMap(({ authority, signature }) => [authority, signature])
  return concatBytes([encodeEpochContent(content), Uint8Array.of(signatures.length), ...pairs])
}

/** Reads bytes from outside. Never throws; says nothing of whether the signatures are any good. */
export function decodeEpochDocument(bytes: Uint8Array): Checked<EpochDocument> {
  // A copy: the document is kept for long, the buffer that it came in is not.
  const kept = new Uint8Array(bytes)
  const read = readEpochContent(kept)
  if (!read.ok) return read
  const { content, end } = read.value
  const signatures = readSignatures(kept.subarray(end))
  if (!signatures.ok) return signatures
  return ok({
    content,
    hash: hashEpochContent(kept.subarray(0, end)),
    signatures: signatures.value,
  })
}

function readSignatures(bytes: Uint8Array): Checked<readonly EpochSignature[]> {
  const count = bytes[0]
  if (count === undefined) return refuse('epoch_malformed', 'no signatures')
  if (count > AUTHORITIES_MAX) return refuse('epoch_limit', `${count} signatures`)
  if (bytes.length !== 1 + count * EPOCH_SIGNATURE_BYTES) {
    return refuse('epoch_malformed', 'signatures of another length')
  }
  const signatures: EpochSignature[] = []
  for (let offset = 1; offset < bytes.length; offset += EPOCH_SIGNATURE_BYTES) {
    const authority = toEd25519PublicKey(bytes.subarray(offset, offset + KEY_BYTES))
    if (authority === undefined) return refuse('epoch_malformed', 'no key')
    const signature = bytes.subarray(offset + KEY_BYTES, offset + EPOCH_SIGNATURE_BYTES)
    signatures.push({ authority, signature })
  }
  if (areAscending(signatures.map(({ authority }) => authority))) return ok(signatures)
  return refuse('epoch_malformed', 'signatures out of order')
}

function assertSignatures(signatures: readonly EpochSignature[]): void {
  const isEachWhole = signatures.every(
    ({ authority, signature }) => authority.length + signature.length === EPOCH_SIGNATURE_BYTES,
  )
  const isOrdered = areAscending(signatures.map(({ authority }) => authority))
  if (!isEachWhole || !isOrdered || signatures.length > AUTHORITIES_MAX) {
    throw new RangeError('signatures are malformed, repeated, out of order or too many')
  }
}

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}
