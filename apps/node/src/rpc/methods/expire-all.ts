/**
 * Applies `expire_all`, which only ever shortens (spec 03 §4).
 *
 * @module
 */
import { sign } from '@sotto/crypto/signing'
import { describeBox } from '@sotto/protocol/replication'
import { encodeRangeEntryText, type ExpireAllParams, type MemberEntry } from '@sotto/protocol/rpc'
import { listChanged } from '../hashes-by-namespace.ts'
import type { ChangeDate } from '../../store/message-store.ts'
import { createQueryFailedEntry } from '../query-failed-entry.ts'
import type { ApplyContext } from '../rpc-context.ts'

export async function applyExpireAll(
  params: ExpireAllParams,
  { store, signing }: ApplyContext,
  date: ChangeDate,
): Promise<MemberEntry> {
  const { account, namespace, expiryMs } = params
  const box = describeBox({ method: 'expire_all', params })
  const outcome = await store.expireAll({ account, ...box }, expiryMs, date)
  if (!outcome.ok) return createQueryFailedEntry(outcome.error)
  const updated = listChanged(namespace, outcome.value)
  const text = encodeRangeEntryText({ account, timeMs: expiryMs, changed: updated })
  return { updated, signature: sign(signing, text) }
}
