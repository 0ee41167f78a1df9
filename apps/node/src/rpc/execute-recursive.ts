/**
 * Executes a request that every member of the swarm must apply (spec 03 §6).
 *
 * The members are asked before this node applies the request itself, so that their disks and ours work
 * at the same time and the slowest alone decides.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import {
  encodeEntryJson,
  STATUS,
  type MemberEntry,
  type RecursiveMethodName,
  type RequestOf,
} from '@sotto/protocol/rpc'
import { forwardRequest, type SwarmEntries } from '../swarm/forward-request.ts'
import { applyRequest } from './apply-request.ts'
import type { RpcContext } from './rpc-context.ts'
import { createReply, type RpcReply } from './rpc-reply.ts'

/** What `store` tells besides the entries, for clients that look no further. */
function describeOutcome(method: RecursiveMethodName, own: MemberEntry): object {
  return method === 'store' && typeof own['hash'] === 'string' ? { hash: own['hash'] } : {}
}

function hasDeleted({ deleted }: MemberEntry): boolean {
  return Array.isArray(deleted) && deleted.length > 0
}

/**
 * A failed member is told in its entry only, with one exception: a client whose store this node's own disk
 * refused must go to another member, and status 500 makes every client do so.
 */
function selectStatus(
  request: RequestOf<RecursiveMethodName>,
  own: MemberEntry,
  entries: readonly MemberEntry[],
): number {
  if (request.method === 'store' && own['query_failure'] === true) return STATUS.internal
  const isRequired = request.method === 'delete' && request.params.isRequired === true
  return isRequired && !entries.some(hasDeleted) ? STATUS.notFound : STATUS.ok
}

/** It may have refused, which is its right; but one that did not answer, or could not write, lacks the request. */
function hasMissed({
  timeout,
  bad_peer_response: isBad,
  query_failure: isFailed,
}: MemberEntry): boolean {
  return [timeout, isBad, isFailed].some((flag) => flag === true || flag === 1)
}

/** `receivedMs` is when the request was found to be good; every member dates it so. */
export async function executeRecursive(
  request: RequestOf<RecursiveMethodName>,
  context: RpcContext,
  receivedMs: number,
): Promise<RpcReply> {
  const { peers, network, self, clock } = context
  const members = network.membersOf(self.swarm).filter((member) => member !== self)
  const forwarded: Promise<SwarmEntries> = forwardRequest(request, { peers, members, receivedMs })
  const own = await applyRequest(request, context, receivedMs)
  const others = await forwarded
  for (const [member, entry] of Object.entries(others)) {
    if (hasMissed(entry)) context.onMissed?.(member)
  }
  const isStore = request.method === 'store'
  const entries = {
    ...others,
    [encodeHex(self.ed25519)]: isStore ? { ...own, t: clock.now() } : own,
  }
  const swarm = Object.fromEntries(
    Object.entries(entries).map(([key, entry]) => [key, encodeEntryJson(entry)]),
  )
  const body = { swarm, ...describeOutcome(request.method, own) }
  return createReply(context, body, selectStatus(request, own, Object.values(entries)))
}
