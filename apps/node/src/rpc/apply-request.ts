/**
 * Applies a recursive request on this member alone and gives its signed entry (spec 03 §6.3).
 *
 * @module
 */
import type { MemberEntry, RecursiveMethodName, RequestOf } from '@sotto/protocol/rpc'
import { applyDelete } from './methods/delete.ts'
import { applyDeleteAll } from './methods/delete-all.ts'
import { applyDeleteBefore } from './methods/delete-before.ts'
import { applyExpireAll } from './methods/expire-all.ts'
import { applyExpire } from './methods/expire.ts'
import { applyRevokeSubaccount } from './methods/revoke-subaccount.ts'
import { applyStore } from './methods/store.ts'
import { applyUnrevokeSubaccount } from './methods/unrevoke-subaccount.ts'
import type { RpcContext } from './rpc-context.ts'

export function applyRequest(
  request: RequestOf<RecursiveMethodName>,
  context: RpcContext,
): Promise<MemberEntry> {
  switch (request.method) {
    case 'store':
      return applyStore(request.params, context)
    case 'delete':
      return applyDelete(request.params, context)
    case 'delete_all':
      return applyDeleteAll(request.params, context)
    case 'delete_before':
      return applyDeleteBefore(request.params, context)
    case 'expire_all':
      return applyExpireAll(request.params, context)
    case 'expire':
      return applyExpire(request.params, context)
    case 'revoke_subaccount':
      return applyRevokeSubaccount(request.params, context)
    case 'unrevoke_subaccount':
      return applyUnrevokeSubaccount(request.params, context)
  }
}
