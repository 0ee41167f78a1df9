/**
 * One page of our own inbox from one member of our swarm (spec 03 §4.2), signed with the network's time.
 *
 * @module
 */
import { deriveMessageHash } from '@sotto/crypto/hash'
import type { Account } from '@sotto/crypto/identity'
import { type Result, err, ok } from '@sotto/crypto/result'
import { sign } from '@sotto/crypto/signing'
import {
  type BatchRequest,
  type RetrievedMessage,
  encodeRetrieveText,
  parseRetrieveReply,
} from '@sotto/protocol/rpc'
import { ClientError } from '../../errors.ts'
import type { NetworkTime } from '../network/network-clock.ts'
import type { NetworkNode } from '../network/network-node.ts'
import type { SwarmCaller } from '../swarm/swarm-caller.ts'
import { toAccountBytes } from './account-bytes.ts'
import { INBOX_NAMESPACE } from './store-message.ts'

/** ADR 0006. One namespace alone may take the whole budget of an answer. */
const MAX_SIZE = -1
const TIMEOUT_MS = 10_000
/** ADR 0006. An answer this long is taken for cut off, whatever it says. */
const FULL_PAGE_MESSAGES = 95

export interface RetrieveParts {
  readonly account: Account
  readonly time: NetworkTime
  readonly swarmCaller: SwarmCaller
}

export interface Page {
  readonly messages: readonly RetrievedMessage[]
  /** Where the next page begins; `undefined` if nothing came. */
  readonly lastHash: string | undefined
  readonly hasMore: boolean
}

export async function retrievePage(
  member: NetworkNode,
  lastHash: string | undefined,
  parts: RetrieveParts,
): Promise<Result<Page, ClientError>> {
  const account = toAccountBytes(parts.account.accountId)
  const answer = await parts.swarmCaller.call({
    account,
    member,
    compose: () => composeRetrieve(lastHash, parts),
    timeoutMs: TIMEOUT_MS,
  })
  if (!answer.ok) return answer
  const reply = parseRetrieveReply(answer.value.results[0]?.body)
  if (!reply.ok) return err(new ClientError('reply_malformed', 'page', { cause: reply.error }))
  const { messages, hasMore } = reply.value
  // Under the hash of a message that is still to come, a node could have us mark that message as seen.
  const honest = messages.filter(
    ({ hash, data }) => hash === deriveMessageHash({ account, namespace: INBOX_NAMESPACE, data }),
  )
  return ok({
    messages: honest,
    lastHash: messages.at(-1)?.hash,
    hasMore: hasMore || messages.length >= FULL_PAGE_MESSAGES,
  })
}

function composeRetrieve(
  lastHash: string | undefined,
  { account, time }: RetrieveParts,
): BatchRequest {
  const timestampMs = time.now()
  const { signing, accountId } = account
  const text = encodeRetrieveText({ namespace: INBOX_NAMESPACE, timestampMs })
  return {
    method: 'batch',
    params: {
      requests: [
        {
          method: 'retrieve',
          params: {
            account: toAccountBytes(accountId),
            publicKey: signing.publicKey,
            namespace: INBOX_NAMESPACE,
            ...(lastHash === undefined ? {} : { lastHash }),
            maxSize: MAX_SIZE,
            timestampMs,
            signature: sign(signing, text),
          },
        },
      ],
    },
  }
}
