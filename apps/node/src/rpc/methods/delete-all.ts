/**
 * Applies `delete_all` (spec 03 §4).
 *
 * @module
 */
import { sign } from '@sotto/crypto/signing'
import { encodeRangeEntryText, type DeleteAllParams, type MemberEntry } from '@sotto/protocol/rpc'
import { listChanged } from '../hashes-by-namespace.ts'
import type { AccountChange } from '../../store/message-store.ts'
import { createQueryFailedEntry } from '../query-failed-entry.ts'
import type { RpcContext } from '../rpc-context.ts'

export async function applyDeleteAll(
  { account, namespace, timestampMs }: DeleteAllParams,
  { store, signing }: RpcContext,
  change: AccountChange | undefined,
): Promise<MemberEntry> {
  const outcome = await store.deleteRange({ account, namespace }, undefined, change)
  if (!outcome.ok) return createQueryFailedEntry(outcome.error)
  const deleted = listChanged(namespace, outcome.value)
  const text = encodeRangeEntryText({ account, timeMs: timestampMs, changed: deleted })
  return { deleted, signature: sign(signing, text) }
}
