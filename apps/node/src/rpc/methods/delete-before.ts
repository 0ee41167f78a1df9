/**
 * Applies `delete_before` (spec 03 §4).
 *
 * @module
 */
import { sign } from '@sotto/crypto/signing'
import { describeBox } from '@sotto/protocol/replication'
import {
  encodeRangeEntryText,
  type DeleteBeforeParams,
  type MemberEntry,
} from '@sotto/protocol/rpc'
import { listChanged } from '../hashes-by-namespace.ts'
import type { ChangeDate } from '../../store/message-store.ts'
import { createQueryFailedEntry } from '../query-failed-entry.ts'
import type { ApplyContext } from '../rpc-context.ts'

export async function applyDeleteBefore(
  params: DeleteBeforeParams,
  { store, signing }: ApplyContext,
  date: ChangeDate,
): Promise<MemberEntry> {
  const { account, namespace, beforeMs } = params
  const box = describeBox({ method: 'delete_before', params })
  const outcome = await store.deleteRange({ account, ...box }, date)
  if (!outcome.ok) return createQueryFailedEntry(outcome.error)
  const deleted = listChanged(namespace, outcome.value)
  const text = encodeRangeEntryText({ account, timeMs: beforeMs, changed: deleted })
  return { deleted, signature: sign(signing, text) }
}
