/**
 * Applies `delete_all` (spec 03 §4).
 *
 * @module
 */
import { sign } from '@sotto/crypto/signing'
import { describeBox } from '@sotto/protocol/replication'
import { encodeRangeEntryText, type DeleteAllParams, type MemberEntry } from '@sotto/protocol/rpc'
import { listChanged } from '../hashes-by-namespace.ts'
import type { ChangeDate } from '../../store/message-store.ts'
import { createQueryFailedEntry } from '../query-failed-entry.ts'
import type { ApplyContext } from '../rpc-context.ts'

export async function applyDeleteAll(
  params: DeleteAllParams,
  { store, signing }: ApplyContext,
  date: ChangeDate,
): Promise<MemberEntry> {
  const { account, namespace, timestampMs } = params
  const box = describeBox({ method: 'delete_all', params })
  const outcome = await store.deleteRange({ account, ...box }, date)
  if (!outcome.ok) return createQueryFailedEntry(outcome.error)
  const deleted = listChanged(namespace, outcome.value)
  const text = encodeRangeEntryText({ account, timeMs: timestampMs, changed: deleted })
  return { deleted, signature: sign(signing, text) }
}
