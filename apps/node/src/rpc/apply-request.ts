/**
 * Applies a recursive request on this member alone and gives its signed entry (spec 03 §6.3). What alters messages is kept
 * as a change, to be shown to members that missed it (spec 10 §8.1).
 *
 * @module
 */
import type { MemberEntry, RecursiveMethodName, RequestOf } from '@sotto/protocol/rpc'
import { createChange } from './create-change.ts'
import { applyDelete } from './methods/delete.ts'
import { applyDeleteAll } from './methods/delete-all.ts'
import { applyDeleteBefore } from './methods/delete-before.ts'
import { applyExpireAll } from './methods/expire-all.ts'
import { applyExpire } from './methods/expire.ts'
import { applyRevokeSubaccount } from './methods/revoke-subaccount.ts'
import { applyStore } from './methods/store.ts'
import { applyUnrevokeSubaccount } from './methods/unrevoke-subaccount.ts'
import type { ApplyContext } from './rpc-context.ts'

/** `receivedMs`: when the entry node had the request, the same for all members. */
export function applyRequest(
  request: RequestOf<RecursiveMethodName>,
  context: ApplyContext,
  receivedMs: number,
): Promise<MemberEntry> {
  if (request.method === 'store') return applyStore(request.params, context, receivedMs)
  const date = { atMs: receivedMs, change: createChange(request, receivedMs) }
  switch (request.method) {
    case 'delete':
      return applyDelete(request.params, context, date)
    case 'delete_all':
      return applyDeleteAll(request.params, context, date)
    case 'delete_before':
      return applyDeleteBefore(request.params, context, date)
    case 'expire_all':
      return applyExpireAll(request.params, context, date)
    case 'expire':
      return applyExpire(request.params, context, date)
    case 'revoke_subaccount':
      return applyRevokeSubaccount(request.params, context, date)
    case 'unrevoke_subaccount':
      return applyUnrevokeSubaccount(request.params, context, date)
  }
}
