/**
 * Proof that an authority signed two votes for one epoch (spec 08 §3.3). It stands on its own: whoever knows the
 * authority's key can check it, without having taken part.
 *
 * @module
 */

import type { Ed25519PublicKey, SignedMessage } from '@sotto/crypto/signing'
import { isSame } from './compare-keys.ts'
import { encodeVoteStatement, hashVote } from './vote-statement.ts'

/** A vote's bytes and its author's signature. */
export interface SignedVote {
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
}

export interface Equivocation {
  readonly author: Ed25519PublicKey
  readonly first: SignedVote
  readonly second: SignedVote
}

export interface EquivocationCheck {
  readonly network: Uint8Array
  readonly epoch: number
  readonly verify: (signed: SignedMessage) => boolean
}

/** Never throws. Authorities sign for one network and one epoch, so evidence says nothing beyond them. */
export function isEquivocation(evidence: Equivocation, check: EquivocationCheck): boolean {
  const { author, first, second } = evidence
  if (isSame(hashVote(first.bytes), hashVote(second.bytes))) return false
  const { network, epoch, verify } = check
  return [first, second].every(({ bytes, signature }) => {
    const message = encodeVoteStatement({ network, epoch, author, hash: hashVote(bytes) })
    return verify({ publicKey: author, message, signature })
  })
}
