/**
 * The bytes of the proof that an authority signed two votes for one epoch (spec 08 §3.6), and whether they prove it. It has
 * hashes in the place of votes: those are what was signed, so that a proof is small and shows nothing of what anybody voted.
 *
 * Finding one is `agreement.ts`.
 *
 * @module
 */

import { concatBytes, decodeUtf8, encodeUtf8 } from '@sotto/crypto/bytes'
import { type Result, err, ok } from '@sotto/crypto/result'
import {
  type Ed25519PublicKey,
  SIGNATURE_BYTES,
  toEd25519PublicKey,
  verify,
} from '@sotto/crypto/signing'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { compareKeys } from './compare-keys.ts'
import type { Equivocation } from './equivocation.ts'
import { EPOCH_MIN, HASH_BYTES, NETWORK_BYTES } from './vote.ts'
import { encodeVoteStatement, hashVote } from './vote-statement.ts'

/** A vote of which nothing is left but its hash and its author's signature. */
export interface SignedVoteHash {
  readonly hash: Uint8Array
  readonly signature: Uint8Array
}

/** That the signatures are good is for `verifyVoteEquivocation` to find. */
export interface VoteEquivocation {
  readonly network: Uint8Array
  readonly epoch: number
  readonly author: Ed25519PublicKey
  /** The lower hash first, so that there is one proof of one pair. */
  readonly first: SignedVoteHash
  readonly second: SignedVoteHash
}

/** Spec 08 §3.6. */
const CONTEXT = 'sotto-two-votes-1'
const EPOCH_BYTES = 4
const KEY_BYTES = 32
/** Spec 08 §3.6. */
export const VOTE_EQUIVOCATION_BYTES: number =
  CONTEXT.length + NETWORK_BYTES + EPOCH_BYTES + KEY_BYTES + 2 * (HASH_BYTES + SIGNATURE_BYTES)

/** The proof without the votes themselves; `evidence` is what an agreement on this epoch concluded with. */
export function createVoteEquivocation(
  { author, first, second }: Equivocation,
  { network, epoch }: Pick<VoteEquivocation, 'network' | 'epoch'>,
): VoteEquivocation {
  const [lower, higher] = [first, second]
    .map(({ bytes, signature }) => ({ hash: hashVote(bytes), signature }))
    .toSorted((a, b) => compareKeys(a.hash, b.hash))
  if (lower === undefined || higher === undefined) throw new RangeError('two votes are needed')
  return { network, epoch, author, first: lower, second: higher }
}

export function encodeVoteEquivocation(proof: VoteEquivocation): Uint8Array {
  const { network, epoch, author, first, second } = proof
  const number = new Uint8Array(EPOCH_BYTES)
  new DataView(number.buffer).setUint32(0, epoch)
  const votes = [first.hash, first.signature, second.hash, second.signature]
  const bytes = concatBytes([encodeUtf8(CONTEXT), network, number, author, ...votes])
  if (bytes.length !== VOTE_EQUIVOCATION_BYTES) throw new RangeError('a part of another length')
  return bytes
}

/** Reads bytes from outside. Never throws; checks no signature. */
export function decodeVoteEquivocation(bytes: Uint8Array): Result<VoteEquivocation, ProtocolError> {
  if (bytes.length !== VOTE_EQUIVOCATION_BYTES) return refuseForm(`${bytes.length} bytes`)
  const kept = new Uint8Array(bytes)
  let offset = 0
  const take = (length: number): Uint8Array => kept.subarray(offset, (offset += length))
  if (decodeUtf8(take(CONTEXT.length)) !== CONTEXT) return refuseForm('another context')
  const network = take(NETWORK_BYTES)
  const number = take(EPOCH_BYTES)
  const epoch = new DataView(kept.buffer, number.byteOffset, EPOCH_BYTES).getUint32(0)
  const author = toEd25519PublicKey(take(KEY_BYTES))
  const takeVote = (): SignedVoteHash => ({
    hash: take(HASH_BYTES),
    signature: take(SIGNATURE_BYTES),
  })
  const first = takeVote()
  const second = takeVote()
  if (author === undefined || epoch < EPOCH_MIN) return refuseForm('no epoch or no key')
  if (compareKeys(first.hash, second.hash) >= 0) return refuseForm('out of order')
  return ok({ network, epoch, author, first, second })
}

/** Anybody can: it takes nothing but the proof. Whether the author is one of the reader's authorities is for the reader. */
export function verifyVoteEquivocation(proof: VoteEquivocation): Result<void, ProtocolError> {
  const { network, epoch, author: publicKey, first, second } = proof
  if (compareKeys(first.hash, second.hash) === 0) return refuseProof('one vote twice')
  const isProven = [first, second].every(({ hash, signature }) => {
    const message = encodeVoteStatement({ network, epoch, author: publicKey, hash })
    return verify({ publicKey, message, signature })
  })
  return isProven ? ok(undefined) : refuseProof('not signed')
}

function refuseForm(detail: string): Result<never, ProtocolError> {
  return refuse('equivocation_malformed', detail)
}

function refuseProof(detail: string): Result<never, ProtocolError> {
  return refuse('equivocation_unproven', detail)
}

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}
