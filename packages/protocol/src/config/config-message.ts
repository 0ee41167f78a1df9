/**
 * One revision of a configuration: its data, what changed, and what changed in the revisions before it (spec 11 §2.3).
 * Here a revision is written; `decode-message.ts` reads one.
 *
 * @module
 */

import { concatBytes, encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { type SigningKeyPair, sign } from '@sotto/crypto/signing'
import { type BtInput, encodeBt } from '../bt/index.ts'
import { fromByteText, toByteText } from './byte-text.ts'
import { type ConfigDiff, computeDiff, EMPTY_DIFF } from './config-diff.ts'
import { type ConfigDict, EMPTY_DICT } from './config-value.ts'
import { encodeData } from './data-encoding.ts'
import { encodeDiff } from './diff-encoding.ts'
import { CONFIG_LAG } from './limits.ts'

/** Names a revision. Several may share a `seqno` when devices changed something at the same time. */
export interface RevisionId {
  readonly seqno: number
  /** BLAKE2b-256 of the serialised revision, one character a byte. */
  readonly hash: string
}

export interface LaggedDiff extends RevisionId {
  readonly diff: ConfigDiff
}

export interface RevisionParts {
  readonly seqno: number
  readonly data: ConfigDict
  readonly diff: ConfigDiff
  /** In ascending order of seqno and hash. */
  readonly lagged: readonly LaggedDiff[]
  /** Members that this version does not know, kept for those that do. */
  readonly unknown: ReadonlyMap<string, BtInput>
}

export interface ConfigMessage extends RevisionParts, RevisionId {
  /** As serialised, with the signature. */
  readonly bytes: Uint8Array
}

export const MESSAGE_KEY = {
  seqno: '#',
  data: '&',
  lagged: '<',
  diff: '=',
  signature: '~',
} as const
/** What stands between the signed bytes and the signature, and after it. */
export const SIGNATURE_FRAME: { readonly before: Uint8Array; readonly after: Uint8Array } = {
  before: encodeUtf8('1:~64:'),
  after: encodeUtf8('e'),
}
const HASH_BYTES = 32

export function hashMessage(bytes: Uint8Array): string {
  return toByteText(blake2b(bytes, { length: HASH_BYTES }))
}

export function compareRevisions(a: RevisionId, b: RevisionId): number {
  if (a.seqno !== b.seqno) return a.seqno - b.seqno
  if (a.hash === b.hash) return 0
  return a.hash < b.hash ? -1 : 1
}

/** Serialises, and signs if the configuration is a group's. Diffs beyond the lag are left out. */
export function createMessage(parts: RevisionParts, signer?: SigningKeyPair): ConfigMessage {
  const lagged = parts.lagged.filter(({ seqno }) => seqno > parts.seqno - CONFIG_LAG)
  const unsigned = encodeBt(
    new Map<string, BtInput>([
      ...parts.unknown,
      [MESSAGE_KEY.seqno, parts.seqno],
      [MESSAGE_KEY.data, encodeData(parts.data)],
      [MESSAGE_KEY.lagged, lagged.map(encodeLagged)],
      [MESSAGE_KEY.diff, encodeDiff(parts.diff)],
    ]),
  )
  const bytes = signer === undefined ? unsigned : appendSignature(unsigned, signer)
  return { ...parts, lagged, bytes, hash: hashMessage(bytes) }
}

function encodeLagged({ seqno, hash, diff }: LaggedDiff): BtInput {
  return [seqno, fromByteText(hash), encodeDiff(diff)]
}

function appendSignature(unsigned: Uint8Array, signer: SigningKeyPair): Uint8Array {
  const signed = unsigned.subarray(0, -SIGNATURE_FRAME.after.length)
  return concatBytes([signed, SIGNATURE_FRAME.before, sign(signer, signed), SIGNATURE_FRAME.after])
}

/** Where every configuration begins: nothing, unsigned, and never sent. */
export function createFirstMessage(): ConfigMessage {
  const nothing = { data: EMPTY_DICT, diff: EMPTY_DIFF, lagged: [], unknown: new Map() }
  return createMessage({ seqno: 0, ...nothing })
}

/** The next revision after `source`, which may differ in nothing: a new key needs new bytes. */
export function createNextMessage(
  source: ConfigMessage,
  data: ConfigDict,
  signer?: SigningKeyPair,
): ConfigMessage {
  const { seqno, hash, diff, unknown } = source
  return createMessage(
    {
      seqno: seqno + 1,
      data,
      diff: computeDiff(source.data, data),
      lagged: [...source.lagged, { seqno, hash, diff }],
      unknown,
    },
    signer,
  )
}
