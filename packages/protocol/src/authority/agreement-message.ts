/**
 * A vote on its way between authorities (spec 08 §3.1): its bytes and who has signed them so far, the author first and
 * the others sorted, so that one set of signatures has one encoding. Whether they are genuine is judged by
 * `agreement.ts`.
 *
 * @module
 */

import { type Result, err, ok } from '@sotto/crypto/result'
import { type Ed25519PublicKey, SIGNATURE_BYTES } from '@sotto/crypto/signing'
import { type BtInput, type BtValue, decodeBt, encodeBt } from '../bt/index.ts'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { compareKeys, isAscending } from './compare-keys.ts'
import { readBytes, readDict, readItems, readKey, readList } from '../bt/read-bt.ts'
import { AUTHORITIES_MAX, VOTE_BYTES_MAX } from './vote.ts'

export interface VoteSignature {
  readonly authority: Ed25519PublicKey
  readonly signature: Uint8Array
}

export interface AgreementMessage {
  readonly voteBytes: Uint8Array
  /** The author's first, the others ascending by authority; each once. */
  readonly signatures: readonly VoteSignature[]
}

/** Spec 08 §3.1. Room for the signatures of all authorities beside the longest vote. */
const MESSAGE_BYTES_MAX: number = VOTE_BYTES_MAX + 2048
const SIGNATURE_ITEMS = 2
/** The dict, the vote, the list, and each signature as a list of two. */
const LIMITS = { bytes: MESSAGE_BYTES_MAX, depth: 3, items: 3 + 3 * AUTHORITIES_MAX }
const KEYS = ['signatures', 'vote']

/** The message with one more signature, in its place. */
export function addSignature(message: AgreementMessage, added: VoteSignature): AgreementMessage {
  const [author, ...others] = message.signatures
  if (author === undefined) return { ...message, signatures: [added] }
  const sorted = [...others, added].toSorted((a, b) => compareKeys(a.authority, b.authority))
  return { ...message, signatures: [author, ...sorted] }
}

/** Throws for what no receiver would take. */
export function encodeAgreementMessage(message: AgreementMessage): Uint8Array {
  const { voteBytes, signatures } = message
  if (!isInOrder(signatures)) throw new RangeError('signatures out of order')
  if (voteBytes.length > VOTE_BYTES_MAX || signatures.length > AUTHORITIES_MAX) {
    throw new RangeError('an agreement message is too long')
  }
  return encodeBt(
    new Map<string, BtInput>([
      ['signatures', signatures.map(({ authority, signature }) => [authority, signature])],
      ['vote', voteBytes],
    ]),
  )
}

/** Reads bytes from outside. Never throws. Byte strings of the message are views into the input. */
export function decodeAgreementMessage(bytes: Uint8Array): Result<AgreementMessage, ProtocolError> {
  const decoded = decodeBt(bytes, LIMITS)
  if (!decoded.ok) return decoded
  const dict = readDict(decoded.value, KEYS)
  const voteBytes = dict?.get('vote')
  const signatures = readItems(readList(dict?.get('signatures')) ?? [], readSignature)
  if (!(voteBytes instanceof Uint8Array) || signatures === undefined || signatures.length === 0) {
    return refuse('agreement_malformed', 'no vote or no signatures')
  }
  if (voteBytes.length > VOTE_BYTES_MAX) return refuse('agreement_malformed', 'vote too long')
  if (!isInOrder(signatures)) return refuse('agreement_order', `${signatures.length} signatures`)
  return ok({ voteBytes, signatures })
}

/** Whether the author signed first and the others, sorted, each once. */
export function isInOrder(signatures: readonly VoteSignature[]): boolean {
  const [author, ...others] = signatures.map(({ authority }) => authority)
  if (author === undefined) return false
  return isAscending(others) && others.every((key) => compareKeys(key, author) !== 0)
}

function readSignature(value: BtValue): VoteSignature | undefined {
  const items = readList(value)
  if (items?.length !== SIGNATURE_ITEMS) return undefined
  const authority = readKey(items[0])
  const signature = readBytes(items[1], SIGNATURE_BYTES)
  return authority === undefined || signature === undefined ? undefined : { authority, signature }
}

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}
