/**
 * Proof that an authority signed two contents of one epoch (spec 07 §10.3). An honest one never does, so whoever holds
 * the proof can show anybody who forked the network. The proof holds both contents as a whole, because those are what
 * was signed.
 *
 * @module
 */

import { equalBytes } from '@sotto/crypto/bytes'
import { type Result, err, ok } from '@sotto/crypto/result'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import { ProtocolError } from '../errors.ts'
import { compareBytes } from './compare-bytes.ts'
import type { EpochDocument } from './epoch-content.ts'
import { decodeEpochContent, encodeEpochContent, hashEpochContent } from './epoch-content-codec.ts'
import { isSignedBy } from './verify-epoch.ts'

/** One of the two contents that the authority signed. */
export interface SignedContent {
  /** As `encodeEpochContent` gives them. */
  readonly bytes: Uint8Array
  readonly hash: Uint8Array
  readonly signature: Uint8Array
}

/** That the signatures are good is for `verifyEquivocation` to find; `epoch` and `network` are what `bytes` say. */
export interface Equivocation {
  readonly authority: Ed25519PublicKey
  readonly network: Uint8Array
  readonly epoch: number
  /** The one with the lower hash, so that there is one proof of one offence. */
  readonly first: SignedContent
  readonly second: SignedContent
}

/** One for each authority that truly signed both; none for two documents that do not contradict each other. */
export function findEquivocations(
  a: EpochDocument,
  b: EpochDocument,
  authorities: readonly Ed25519PublicKey[],
): readonly Equivocation[] {
  const { network, epoch } = a.content
  if (epoch !== b.content.epoch || !equalBytes(network, b.content.network)) return []
  if (equalBytes(a.hash, b.hash)) return []
  const [lower, higher] = compareBytes(a.hash, b.hash) < 0 ? [a, b] : [b, a]
  return authorities.flatMap((authority) => {
    const first = findSigned(lower, authority)
    const second = findSigned(higher, authority)
    if (first === undefined || second === undefined) return []
    return [{ authority, network, epoch, first, second }]
  })
}

/** Anybody can: it takes nothing but the proof. Whether the authority is one of the reader's own is for the reader. */
export function verifyEquivocation(proof: Equivocation): Result<void, ProtocolError> {
  const { authority, network, epoch, first, second } = proof
  for (const { bytes, hash, signature } of [first, second]) {
    const content = decodeEpochContent(bytes)
    if (!content.ok || !equalBytes(hash, hashEpochContent(bytes))) return refuse('no epoch')
    if (content.value.epoch !== epoch || !equalBytes(content.value.network, network)) {
      return refuse('of another epoch or network')
    }
    if (!isSignedBy({ authority, signature }, bytes)) return refuse('not signed')
  }
  return equalBytes(first.hash, second.hash) ? refuse('one content twice') : ok(undefined)
}

function findSigned(
  document: EpochDocument,
  authority: Ed25519PublicKey,
): SignedContent | undefined {
  const signed = document.signatures.find((entry) => equalBytes(entry.authority, authority))
  if (signed === undefined) return undefined
  const bytes = encodeEpochContent(document.content)
  if (!isSignedBy(signed, bytes)) return undefined
  return { bytes, hash: document.hash, signature: signed.signature }
}

function refuse(detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError('equivocation_unproven', detail))
}
