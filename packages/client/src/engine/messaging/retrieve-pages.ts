/**
 * The next page of several namespaces of our own account from one member of our swarm, as one request: how many of them
 * brought something does not show on the way (spec 03 §4.2).
 *
 * @module
 */
import { deriveMessageHash } from '@sotto/crypto/hash'
import type { Account } from '@sotto/crypto/identity'
import { type Result, err, ok } from '@sotto/crypto/result'
import { sign } from '@sotto/crypto/signing'
import {
  type BatchRequest,
  type BatchResult,
  type RetrievedMessage,
  encodeRetrieveText,
  parseRetrieveReply,
} from '@sotto/protocol/rpc'
import { ClientError } from '../../errors.ts'
import type { NetworkTime } from '../network/network-clock.ts'
import type { NetworkNode } from '../network/network-node.ts'
import type { SwarmCaller } from '../swarm/swarm-caller.ts'
import { toAccountBytes } from './account-bytes.ts'

/** ADR 0006: shares of the budget of an answer, in the numbers that other clients use. */
const MAX_SIZE_ALONE = -1
const MAX_SIZE_MESSAGES = -2
const MAX_SIZE_CONFIG = -8
const MESSAGES_NAMESPACE = 0
const TIMEOUT_MS = 10_000
/** ADR 0006. An answer this long is taken for cut off, whatever it says. */
const FULL_PAGE_MESSAGES = 95

export interface RetrievePagesParts {
  readonly account: Account
  readonly time: NetworkTime
  readonly swarmCaller: SwarmCaller
}

/** Where to go on in one namespace. */
export interface PageWish {
  readonly namespace: number
  readonly lastHash?: string
}

export interface NamespacePage {
  readonly namespace: number
  readonly messages: readonly RetrievedMessage[]
  /** Where the next page begins; `undefined` if nothing came. */
  readonly lastHash: string | undefined
  readonly hasMore: boolean
}

/** In the order of the wishes. */
export async function retrievePages(
  member: NetworkNode,
  wishes: readonly PageWish[],
  parts: RetrievePagesParts,
): Promise<Result<readonly NamespacePage[], ClientError>> {
  const answer = await parts.swarmCaller.call({
    account: toAccountBytes(parts.account.accountId),
    member,
    compose: () => composeRequest(wishes, parts),
    timeoutMs: TIMEOUT_MS,
  })
  if (!answer.ok) return answer
  const pages: NamespacePage[] = []
  for (const [index, { namespace }] of wishes.entries()) {
    const page = readPage(answer.value.results[index], namespace, parts.account)
    if (!page.ok) return page
    pages.push(page.value)
  }
  return ok(pages)
}

function readPage(
  result: BatchResult | undefined,
  namespace: number,
  { accountId }: Account,
): Result<NamespacePage, ClientError> {
  const reply = parseRetrieveReply(result?.body)
  if (!reply.ok) return err(new ClientError('reply_malformed', 'page', { cause: reply.error }))
  const { messages, hasMore } = reply.value
  const account = toAccountBytes(accountId)
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

function composeRequest(
  wishes: readonly PageWish[],
  { account, time }: RetrievePagesParts,
): BatchRequest {
  const timestampMs = time.now()
  const { signing, accountId } = account
  const requests = wishes.map(({ namespace, lastHash }) => ({
    method: 'retrieve' as const,
    params: {
      account: toAccountBytes(accountId),
      publicKey: signing.publicKey,
      namespace,
      ...(lastHash === undefined ? {} : { lastHash }),
      maxSize: wishes.length === 1 ? MAX_SIZE_ALONE : chooseShare(namespace),
      timestampMs,
      signature: sign(signing, encodeRetrieveText({ namespace, timestampMs })),
    },
  }))
  return { method: 'batch', params: { requests } }
}

function chooseShare(namespace: number): number {
  return namespace === MESSAGES_NAMESPACE ? MAX_SIZE_MESSAGES : MAX_SIZE_CONFIG
}
