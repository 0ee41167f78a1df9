/**
 * The entry of a member whose store did not take a write (spec 03 §6.3).
 *
 * @module
 */
import { QUERY_FAILED_ENTRY, type MemberEntry } from '@sotto/protocol/rpc'
import type { StoreFailure } from '../store/store-failure.ts'

const REASONS: Readonly<Record<StoreFailure, string>> = {
  full: 'storage is full',
  failed: 'database error',
}

export function createQueryFailedEntry(failure: StoreFailure): MemberEntry {
  return { ...QUERY_FAILED_ENTRY, reason: REASONS[failure] }
}
