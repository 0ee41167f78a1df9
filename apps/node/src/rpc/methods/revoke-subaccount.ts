/**
 * Applies `revoke_subaccount` (spec 03 §4).
 *
 * @module
 */
import { sign } from '@sotto/crypto/signing'
import {
  encodeRevokeEntryText,
  REVOCATIONS_MAX,
  type MemberEntry,
  type RevokeParams,
} from '@sotto/protocol/rpc'
import type { AccountChange } from '../../store/message-store.ts'
import { createQueryFailedEntry } from '../query-failed-entry.ts'
import type { RpcContext } from '../rpc-context.ts'

export async function applyRevokeSubaccount(
  params: RevokeParams,
  { store, signing }: RpcContext,
  change: AccountChange | undefined,
): Promise<MemberEntry> {
  const outcome = await store.revoke(params.account, params.tokens, {
    keep: REVOCATIONS_MAX,
    ...(change === undefined ? {} : { change }),
  })
  if (!outcome.ok) return createQueryFailedEntry(outcome.error)
  return { signature: sign(signing, encodeRevokeEntryText(params)) }
}
