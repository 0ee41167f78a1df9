/**
 * Asks members of a swarm what an account shows in its outbox (spec 12 §2.5). Everybody may read it, so the request carries no signature
 * and does not say who asks. What follows from the answers is `PeerKeyBook` and `AccountKeyRing`.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { type BatchRequest, parseRetrieveReply } from '@sotto/protocol/rpc'
import {
  decodeOutbox,
  type FetchOutcome,
  OUTBOX_NAMESPACE,
  type PublishedKeys,
} from '@sotto/protocol/session-v2'
import type { ClientError } from '../../errors.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import type { NetworkNode } from '../network/network-node.ts'
import type { SwarmCache } from '../swarm/swarm-cache.ts'
import type { SwarmCaller } from '../swarm/swarm-caller.ts'

/** ADR 18. One node alone could say that there are no keys, or give old ones. */
const WITNESSES = 2
const ATTEMPTS = 4
const TIMEOUT_MS = 10_000
const MAX_SIZE_ALONE = -1
/** There is one; each more costs a signature to check. */
const MESSAGES_READ = 4

export interface OutboxParts {
  readonly swarms: SwarmCache
  readonly swarmCaller: SwarmCaller
}

export interface OutboxAnswers {
  /** Of those that answered, at most one for each member. */
  readonly outcomes: readonly FetchOutcome[]
  /** Why nobody did. */
  readonly failure?: ClientError
}

export async function fetchOutbox(owner: AccountId, parts: OutboxParts): Promise<OutboxAnswers> {
  const asked = new Set<string>()
  const outcomes: FetchOutcome[] = []
  let failure: ClientError | undefined
  while (outcomes.length < WITNESSES && asked.size < ATTEMPTS) {
    const swarm = await parts.swarms.find(toAccountBytes(owner))
    if (!swarm.ok) return { outcomes, failure: swarm.error }
    const wanted = Math.min(WITNESSES - outcomes.length, ATTEMPTS - asked.size)
    const next = swarm.value.members.filter(({ id }) => !asked.has(id)).slice(0, wanted)
    if (next.length === 0) break
    for (const { id } of next) asked.add(id)
    const answers = await Promise.all(next.map((member) => askMember(owner, member, parts)))
    for (const answer of answers)
      if ('kind' in answer) outcomes.push(answer)
      else failure = answer.failure
  }
  return { outcomes, ...(failure && { failure }) }
}

async function askMember(
  owner: AccountId,
  member: NetworkNode,
  { swarmCaller }: OutboxParts,
): Promise<FetchOutcome | { readonly failure: ClientError }> {
  const account = toAccountBytes(owner)
  const params = { account, namespace: OUTBOX_NAMESPACE, maxSize: MAX_SIZE_ALONE }
  const request: BatchRequest = {
    method: 'batch',
    params: { requests: [{ method: 'retrieve', params }] },
  }
  const answer = await swarmCaller.call({
    account,
    member,
    compose: () => request,
    timeoutMs: TIMEOUT_MS,
  })
  if (answer.ok) {
    const keys = readKeys(owner, answer.value.results[0]?.body)
    return keys ? { kind: 'found', keys, node: member.id } : { kind: 'empty', node: member.id }
  }
  // A node that knows no such namespace has said as much as one that has nothing in it.
  const { code } = answer.error
  const isRefusal = code === 'node_refused' || code === 'unauthorized'
  return isRefusal ? { kind: 'empty', node: member.id } : { failure: answer.error }
}

/** The last that its owner signed. A node can put anything before and behind it. */
function readKeys(owner: AccountId, body: unknown): PublishedKeys | undefined {
  const reply = parseRetrieveReply(body)
  if (!reply.ok) return undefined
  for (const { data } of reply.value.messages.slice(-MESSAGES_READ).toReversed()) {
    const keys = decodeOutbox(owner, data)
    if (keys.ok) return keys.value
  }
  return undefined
}
