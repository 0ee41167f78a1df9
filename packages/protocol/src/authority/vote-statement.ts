/**
 * What an authority signs about a vote (spec 08 §2.4): its author with the first signature, everybody who passes it on
 * with a further one. Who must have signed by when is `agreement.ts`.
 *
 * @module
 */

import { blake2b } from '@sotto/crypto/hash'
import {
  type Ed25519PublicKey,
  type SignedMessage,
  type SigningKeyPair,
  sign,
  verify,
} from '@sotto/crypto/signing'
import { type BtInput, encodeBt } from '../bt/index.ts'

/** Spec 08 §2.4. A signature made for another purpose must never pass for one under a vote. */
const CONTEXT = 'sotto-authority-vote'
const HASH_BYTES = 32

export interface VoteStatement {
  readonly network: Uint8Array
  readonly epoch: number
  /** Whose vote it is. Without it, a relay's signature under one author's bytes would serve another who sent the same. */
  readonly author: Ed25519PublicKey
  /** Of the vote's bytes. */
  readonly hash: Uint8Array
}

/** An authority's own key and the way to check those of others; replaced where a key lives in other hardware. */
export interface AuthoritySigner {
  readonly authority: Ed25519PublicKey
  sign(message: Uint8Array): Uint8Array
  verify(signed: SignedMessage): boolean
}

export function createAuthoritySigner(keyPair: SigningKeyPair): AuthoritySigner {
  return { authority: keyPair.publicKey, sign: (message) => sign(keyPair, message), verify }
}

export function hashVote(bytes: Uint8Array): Uint8Array {
  return blake2b(bytes, { length: HASH_BYTES })
}

export function encodeVoteStatement({ network, epoch, author, hash }: VoteStatement): Uint8Array {
  return encodeBt(
    new Map<string, BtInput>([
      ['author', author],
      ['context', CONTEXT],
      ['epoch', epoch],
      ['network', network],
      ['vote', hash],
    ]),
  )
}
