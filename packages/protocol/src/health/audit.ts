/**
 * Storage audits (spec 09 §6): one member asks another for keyed hashes of a few messages that both must have had for a while.
 * The key is new each time, so that who threw the messages away cannot answer from what it kept of them.
 *
 * @module
 */

import { concatBytes, equalBytes } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { RECORD_KEY_BYTES, type RecordKey, isRecordKey } from '../replication/record-key.ts'

export interface AuditChallenge {
  /** 32 random bytes. */
  readonly nonce: Uint8Array
  readonly keys: readonly RecordKey[]
}

/** Spec 09 §6.1. */
export const AUDIT_KEYS_MAX = 8
const NONCE_BYTES = 32
const PROOF_BYTES = 32
const ABSENT: Uint8Array = new Uint8Array(PROOF_BYTES)

export function encodeAuditChallenge({ nonce, keys }: AuditChallenge): Uint8Array {
  if (nonce.length !== NONCE_BYTES || keys.length === 0 || keys.length > AUDIT_KEYS_MAX) {
    throw new RangeError('no audit')
  }
  return concatBytes([nonce, ...keys])
}

/** Reads bytes from outside. Never throws. */
export function decodeAuditChallenge(bytes: Uint8Array): AuditChallenge | undefined {
  const count = (bytes.length - NONCE_BYTES) / RECORD_KEY_BYTES
  if (!Number.isInteger(count) || count < 1 || count > AUDIT_KEYS_MAX) return undefined
  const keys: RecordKey[] = []
  for (let index = 0; index < count; index += 1) {
    const start = NONCE_BYTES + index * RECORD_KEY_BYTES
    const key = new Uint8Array(bytes.subarray(start, start + RECORD_KEY_BYTES))
    if (!isRecordKey(key)) return undefined
    keys.push(key)
  }
  return { nonce: new Uint8Array(bytes.subarray(0, NONCE_BYTES)), keys }
}

/** `undefined` for a message that is not here. */
export function proveMessage(nonce: Uint8Array, data: Uint8Array | undefined): Uint8Array {
  return data === undefined ? ABSENT : blake2b(data, { length: PROOF_BYTES, key: nonce })
}

export function encodeAuditAnswer(proofs: readonly Uint8Array[]): Uint8Array {
  return concatBytes(proofs)
}

export interface AuditOutcome {
  readonly passed: number
  readonly failed: number
}

/**
 * `expected` are the asking side's own proofs, made after the answer came: `undefined` where it does not keep the message
 * any more itself, which then says nothing.
 */
export function compareAudit(
  expected: readonly (Uint8Array | undefined)[],
  answer: Uint8Array,
): AuditOutcome {
  const counting = expected.filter((proof) => proof !== undefined).length
  if (answer.length !== expected.length * PROOF_BYTES) return { passed: 0, failed: counting }
  let passed = 0
  for (const [index, proof] of expected.entries()) {
    const given = answer.subarray(index * PROOF_BYTES, (index + 1) * PROOF_BYTES)
    if (proof !== undefined && equalBytes(proof, given)) passed += 1
  }
  return { passed, failed: counting - passed }
}
