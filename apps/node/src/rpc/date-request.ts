/**
 * The time that an entry node gives to a request, for all members of the swarm (spec 03 §6.2).
 *
 * @module
 */
import { type RecursiveMethodName, type RequestOf, STAMP_TOLERANCE_MS } from '@sotto/protocol/rpc'
import type { RpcContext } from './rpc-context.ts'

/**
 * Later than every change of the account that this node has, and for a change not earlier than the messages that it may
 * concern: what a client asks for in turn keeps its order, although two requests may come in one millisecond and other nodes'
 * clocks may be ahead (spec 10 §8.1).
 */
export function dateRequest(
  request: RequestOf<RecursiveMethodName>,
  { store, clock }: Pick<RpcContext, 'store' | 'clock'>,
): number {
  const nowMs = clock.now()
  const afterChangesMs = (store.lastChangeMs(request.params.account) ?? 0) + 1
  const leastMs = Math.max(afterChangesMs, findStoredMs(request, store) ?? 0)
  // The others would not believe a time that is farther off.
  return leastMs > nowMs && leastMs - nowMs <= STAMP_TOLERANCE_MS ? leastMs : nowMs
}

function findStoredMs(
  { method, params }: RequestOf<RecursiveMethodName>,
  store: RpcContext['store'],
): number | undefined {
  switch (method) {
    case 'delete':
    case 'expire':
      return store.lastStoredMs(params.account, params.messages)
    case 'delete_all':
    case 'delete_before':
    case 'expire_all':
      return store.lastStoredMs(params.account)
    case 'store':
    case 'revoke_subaccount':
    case 'unrevoke_subaccount':
      return undefined
  }
}
