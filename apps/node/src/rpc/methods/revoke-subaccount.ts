/**
 * Applies `revoke_subaccount` (spec 03 §4).
 *
 * @module
 */
import { sign } from '@sotto/crypto/signing'
import { encodeRevokeEntryText, type MemberEntry, type RevokeParams } from '@sotto/protocol/rpc'
import type { ChangeDate } from '../../store/message-store.ts'
import { createQueryFailedEntry } from '../query-failed-entry.ts'
import type { ApplyContext } from '../rpc-context.ts'

export async function applyRevokeSubaccount(
  params: RevokeParams,
  { store, signing }: ApplyContext,
  date: ChangeDate,
): Promise<MemberEntry> {
  const outcome = await store.revoke(params.account, params.tokens, date)
  if (!outcome.ok) return createQueryFailedEntry(outcome.error)
  return { signature: sign(signing, encodeRevokeEntryText(params)) }
}
