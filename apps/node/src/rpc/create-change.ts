/**
 * The record of a request that alters messages, as the store keeps it (spec 10 §8.1).
 *
 * @module
 */
import { blake2b } from '@sotto/crypto/hash'
import { type ChangeRequest, encodeChange, findSignedTime } from '@sotto/protocol/replication'
import { TTL_MAX_MS } from '@sotto/protocol/rpc'
import type { AccountChange } from '../store/message-store.ts'

const HASH_BYTES = 32

/** Undefined for a request that is too large to be kept; it is applied all the same. */
export function createChange(request: ChangeRequest, atMs: number): AccountChange | undefined {
  const bytes = encodeChange(request)
  if (bytes === undefined) return undefined
  return {
    account: request.params.account,
    atMs,
    signedMs: findSignedTime(request),
    hash: blake2b(bytes, { length: HASH_BYTES }),
    untilMs: atMs + TTL_MAX_MS,
    request: bytes,
  }
}
