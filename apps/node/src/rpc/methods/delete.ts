/**
 * Applies `delete` (spec 03 §4).
 *
 * @module
 */
import { sign } from '@sotto/crypto/signing'
import {
  encodeDeleteEntryText,
  sortHashes,
  type DeleteParams,
  type MemberEntry,
} from '@sotto/protocol/rpc'
import type { ChangeDate } from '../../store/message-store.ts'
import { createQueryFailedEntry } from '../query-failed-entry.ts'
import type { ApplyContext } from '../rpc-context.ts'

export async function applyDelete(
  { account, messages }: DeleteParams,
  { store, signing }: ApplyContext,
  date: ChangeDate,
): Promise<MemberEntry> {
  const outcome = await store.delete(account, messages, date)
  if (!outcome.ok) return createQueryFailedEntry(outcome.error)
  const deleted = sortHashes(outcome.value)
  const text = encodeDeleteEntryText({ account, requested: messages, deleted })
  return { deleted, signature: sign(signing, text) }
}
