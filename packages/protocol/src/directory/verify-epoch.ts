/**
 * Whether a document is the network's (spec 07 §10.1): signed by enough of the authorities that the reader's
 * configuration names. Whether it is also the one to use now is `epoch-tracker.ts`.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import { type Result, err, ok } from '@sotto/crypto/result'
import { ED25519_KEY_BYTES, type Ed25519PublicKey, verify } from '@sotto/crypto/signing'
import { ProtocolError } from '../errors.ts'
import { encodeEpochContent } from './epoch-content-codec.ts'
import type { AuthoritySet, EpochDocument, EpochSignature } from './epoch-content.ts'
import { AUTHORITIES_MAX } from './epoch-layout.ts'

/** Throws unless `threshold` is more than half of the keys, each of which is there once. */
export function createAuthoritySet(
  keys: readonly Ed25519PublicKey[],
  threshold: number,
): AuthoritySet {
  if (keys.length > AUTHORITIES_MAX) throw new RangeError(`${keys.length} authorities`)
  if (keys.some((key) => key.length !== ED25519_KEY_BYTES)) throw new RangeError('not a key')
  if (new Set(keys.map(encodeHex)).size !== keys.length) throw new RangeError('a key twice')
  const isMajority = Number.isInteger(threshold) && 2 * threshold > keys.length
  // With half or less, two groups of authorities could each make a document of one epoch, and nobody would have lied.
  if (!isMajority || threshold > keys.length) {
    throw new RangeError(`${threshold} signatures of ${keys.length} authorities`)
  }
  return { keys, threshold }
}

/** How many authorities signed it. */
export function countSignatures(document: EpochDocument, authorities: AuthoritySet): number {
  const message = encodeEpochContent(document.content)
  const named = findNamed(document, authorities)
  return named.filter((signed) => isSignedBy(signed, message)).length
}

export function verifyEpoch(
  document: EpochDocument,
  authorities: AuthoritySet,
): Result<void, ProtocolError> {
  const { threshold } = authorities
  const named = findNamed(document, authorities)
  // Costs nothing, and spares the dear part where a stranger made the document up.
  if (named.length < threshold) return refuse(`${named.length} of ${threshold} authorities`)
  const message = encodeEpochContent(document.content)
  let count = 0
  for (const signed of named) {
    if (isSignedBy(signed, message)) count++
    if (count === threshold) return ok(undefined)
  }
  return refuse(`${count} of ${threshold} signatures`)
}

export function isSignedBy(signed: EpochSignature, message: Uint8Array): boolean {
  return verify({ publicKey: signed.authority, message, signature: signed.signature })
}

/** One for each authority at most, so that nobody is counted twice, however the document was made. */
function findNamed(
  { signatures }: EpochDocument,
  authorities: AuthoritySet,
): readonly EpochSignature[] {
  const byAuthority = new Map(signatures.map((signed) => [encodeHex(signed.authority), signed]))
  return authorities.keys.flatMap((key) => byAuthority.get(encodeHex(key)) ?? [])
}

function refuse(detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError('epoch_signatures', detail))
}
