/**
 * A bt dict and its author's signature over it (spec 09 §1): the outer form of everything that nodes state about themselves
 * and each other.
 *
 * @module
 */

import { concatBytes, decodeUtf8 } from '@sotto/crypto/bytes'
import {
  type Ed25519PublicKey,
  SIGNATURE_BYTES,
  type SigningKeyPair,
  sign,
  verify,
} from '@sotto/crypto/signing'
import { type BtDict, type BtInput, decodeBt, encodeBt } from '../bt/index.ts'

export function encodeStatement(
  entries: ReadonlyMap<string, BtInput>,
  key: SigningKeyPair,
): Uint8Array {
  const bytes = encodeBt(new Map([...entries].toSorted(([a], [b]) => (a < b ? -1 : 1))))
  return concatBytes([bytes, sign(key, bytes)])
}

export interface OpenedStatement {
  readonly dict: BtDict
  /** Whether this key signed it. */
  readonly isSignedBy: (key: Ed25519PublicKey) => boolean
}

export interface StatementForm {
  /** Ascending. */
  readonly keys: readonly string[]
  readonly bytesMax: number
  /** A signature made for another purpose must never pass for one over this. */
  readonly context: string
}

/** Reads bytes from outside; only with exactly these keys, in order. Never throws. */
export function openStatement(
  bytes: Uint8Array,
  { keys, bytesMax, context }: StatementForm,
): OpenedStatement | undefined {
  if (bytes.length > bytesMax || bytes.length <= SIGNATURE_BYTES) return undefined
  // A copy: what is read of it is kept, the buffer that it came in is not.
  const kept = new Uint8Array(bytes)
  const message = kept.subarray(0, kept.length - SIGNATURE_BYTES)
  const signature = kept.subarray(kept.length - SIGNATURE_BYTES)
  const decoded = decodeBt(message)
  if (!decoded.ok || !(decoded.value instanceof Map)) return undefined
  const dict: BtDict = decoded.value
  if ([...dict.keys()].join() !== keys.join()) return undefined
  const stated = dict.get('context')
  if (!(stated instanceof Uint8Array) || decodeUtf8(stated) !== context) return undefined
  return { dict, isSignedBy: (publicKey) => verify({ publicKey, message, signature }) }
}
