/**
 * The next page of a group's namespaces from one member of its swarm, as one request (spec 03 §4.2), and in the same
 * request longer lives for what must not end.
 *
 * @module
 */
import { deriveMessageHash } from '@sotto/crypto/hash'
import { type Result, err, ok } from '@sotto/crypto/result'
import { type BatchResult, parseRetrieveReply } from '@sotto/protocol/rpc'
import type { AccountBytes } from '@sotto/protocol/swarm'
import { ClientError } from '../../errors.ts'
import type { NamespacePage, PageWish } from '../messaging/retrieve-pages.ts'
import type { NetworkNode } from '../network/network-node.ts'
import { composeExtend, composeRetrieve, type GroupRequest } from './compose-requests.ts'
import type { GroupAccess } from './group-access.ts'
import { GROUP_MESSAGES_NAMESPACE } from './group-namespaces.ts'
import type { GroupParts } from './group-parts.ts'

/** ADR 0006: shares of the budget of an answer, in the numbers that other clients use. */
const MAX_SIZE_ALONE = -1
const MAX_SIZE_MESSAGES = -2
const MAX_SIZE_OTHERS = -8
const TIMEOUT_MS = 10_000
/** ADR 0006. An answer this long is taken for cut off, whatever it says. */
const FULL_PAGE_MESSAGES = 95

export interface GroupPagesQuery {
  readonly access: GroupAccess
  readonly wishes: readonly PageWish[]
  /** Message hashes. */
  readonly prolonged?: readonly string[]
}

/** In the order of the wishes. */
export async function retrieveGroupPages(
  member: NetworkNode,
  query: GroupPagesQuery,
  { swarmCaller, time }: Pick<GroupParts, 'swarmCaller' | 'time'>,
): Promise<Result<readonly NamespacePage[], ClientError>> {
  const account = query.access.accountBytes
  const answer = await swarmCaller.call({
    account,
    member,
    compose: () => ({ method: 'batch', params: { requests: composeAll(query, time.now()) } }),
    timeoutMs: TIMEOUT_MS,
  })
  if (!answer.ok) return answer
  const pages: NamespacePage[] = []
  for (const [index, { namespace }] of query.wishes.entries()) {
    const page = readPage(answer.value.results[index], namespace, account)
    if (!page.ok) return page
    pages.push(page.value)
  }
  return ok(pages)
}

function composeAll(
  { access, wishes, prolonged = [] }: GroupPagesQuery,
  nowMs: number,
): readonly GroupRequest[] {
  const retrievals = wishes.map((wish) => {
    const maxSize = wishes.length === 1 ? MAX_SIZE_ALONE : chooseShare(wish.namespace)
    return composeRetrieve(access, { ...wish, maxSize }, nowMs)
  })
  if (prolonged.length === 0) return retrievals
  return [...retrievals, composeExtend(access, prolonged, nowMs)]
}

function chooseShare(namespace: number): number {
  return namespace === GROUP_MESSAGES_NAMESPACE ? MAX_SIZE_MESSAGES : MAX_SIZE_OTHERS
}

function readPage(
  result: BatchResult | undefined,
  namespace: number,
  account: AccountBytes,
): Result<NamespacePage, ClientError> {
  const reply = parseRetrieveReply(result?.body)
  if (!reply.ok) return err(new ClientError('reply_malformed', 'page', { cause: reply.error }))
  const { messages, hasMore } = reply.value
  // Under the hash of a message that is still to come, a node could have us mark that message as seen.
  const honest = messages.filter(
    ({ hash, data }) => hash === deriveMessageHash({ account, namespace, data }),
  )
  return ok({
    namespace,
    messages: honest,
    lastHash: messages.at(-1)?.hash,
    hasMore: hasMore || messages.length >= FULL_PAGE_MESSAGES,
  })
}
