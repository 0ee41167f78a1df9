/**
 * The record of a request that alters messages, as the store keeps it (spec 10 §8.1): of one that a client sent, and of one
 * that another member handed over and that was checked.
 *
 * @module
 */
import {
  CHANGE_LIFE_MS,
  type ChangeRequest,
  deriveChangeHash,
  encodeChange,
  findChangeSort,
} from '@sotto/protocol/replication'
import type { AccountChange } from '../store/message-store.ts'

/** Throws for a request that is too long to be kept, which is longer than what is parsed (spec 10 §2.2). */
export function createChange(request: ChangeRequest, atMs: number): AccountChange {
  const bytes = encodeChange(request)
  // Applied and not kept, it would never reach a member that misses it now.
  if (bytes === undefined) throw new RangeError('a change that is too long to be kept')
  return {
    account: request.params.account,
    atMs,
    hash: deriveChangeHash(bytes, atMs),
    untilMs: atMs + CHANGE_LIFE_MS,
    sort: findChangeSort(request),
    request: bytes,
  }
}
