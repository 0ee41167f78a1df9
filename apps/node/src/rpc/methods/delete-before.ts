/**
 * Applies `delete_before` (spec 03 §4).
 *
 * @module
 */
import { sign } from '@sotto/crypto/signing'
import {
  encodeRangeEntryText,
  type DeleteBeforeParams,
  type MemberEntry,
} from '@sotto/protocol/rpc'
import { listChanged } from '../hashes-by-namespace.ts'
import type { AccountChange } from '../../store/message-store.ts'
import { createQueryFailedEntry } from '../query-failed-entry.ts'
import type { RpcContext } from '../rpc-context.ts'

export async function applyDeleteBefore(
  { account, namespace, beforeMs }: DeleteBeforeParams,
  { store, signing }: RpcContext,
  change: AccountChange | undefined,
): Promise<MemberEntry> {
  const outcome = await store.deleteRange({ account, namespace }, beforeMs, change)
  if (!outcome.ok) return createQueryFailedEntry(outcome.error)
  const deleted = listChanged(namespace, outcome.value)
  const text = encodeRangeEntryText({ account, timeMs: beforeMs, changed: deleted })
  return { deleted, signature: sign(signing, text) }
}
