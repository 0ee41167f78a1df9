/**
 * Applies `unrevoke_subaccount` (spec 03 §4).
 *
 * @module
 */
import { sign } from '@sotto/crypto/signing'
import { encodeRevokeEntryText, type MemberEntry, type RevokeParams } from '@sotto/protocol/rpc'
import type { ChangeDate } from '../../store/message-store.ts'
import { createQueryFailedEntry } from '../query-failed-entry.ts'
import type { ApplyContext } from '../rpc-context.ts'

export async function applyUnrevokeSubaccount(
  params: RevokeParams,
  { store, signing }: ApplyContext,
  date: ChangeDate,
): Promise<MemberEntry> {
  const outcome = await store.unrevoke(params.account, params.tokens, date)
  if (!outcome.ok) return createQueryFailedEntry(outcome.error)
  return { count: outcome.value, signature: sign(signing, encodeRevokeEntryText(params)) }
}
