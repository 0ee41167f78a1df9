/**
 * Which messages of an account one node really has, by asking it for all of them as the account.
 *
 * @module
 */

import type { Account } from '@sotto/crypto/identity'
import { sign } from '@sotto/crypto/signing'
import { encodeRetrieveText, parseRetrieveReply } from '@sotto/protocol/rpc'
import { type AccountBytes, parseAccountBytes } from '@sotto/protocol/swarm'
import type { IntrospectedNode } from '../introspection.ts'
import { callNode } from './call-node.ts'

/** Where texts between accounts are kept. */
const INBOX = 0
const PAGE_MESSAGES = 500
/** One namespace alone may take the whole budget of an answer. */
const MAX_SIZE = -1

/** The account id as bytes; throws for what is none, which would be a mistake of ours. */
export function readAccountBytes(accountId: string): AccountBytes {
  const account = parseAccountBytes(accountId)
  if (account === undefined) throw new Error('an account id has 33 bytes')
  return account
}

export interface StoredMessage {
  /** Of its data. */
  readonly bytes: number
  /** By its sender's clock. */
  readonly sentMs: number
}

/** By hash; undefined when the node does not answer, or refuses. `readTimeMs` is the node's own clock. */
export async function listStored(
  node: Pick<IntrospectedNode, 'host' | 'ports'>,
  { accountId, signing }: Account,
  readTimeMs: () => number,
): Promise<ReadonlyMap<string, StoredMessage> | undefined> {
  const stored = new Map<string, StoredMessage>()
  let lastHash: string | undefined
  for (;;) {
    const timestampMs = readTimeMs()
    const answer = await callNode(node, {
      method: 'retrieve',
      params: {
        account: readAccountBytes(accountId),
        publicKey: signing.publicKey,
        namespace: INBOX,
        maxCount: PAGE_MESSAGES,
        maxSize: MAX_SIZE,
        timestampMs,
        signature: sign(signing, encodeRetrieveText({ namespace: INBOX, timestampMs })),
        ...(lastHash === undefined ? {} : { lastHash }),
      },
    })
    const page = answer?.status === 200 ? parseRetrieveReply(answer.body) : undefined
    if (page?.ok !== true) return undefined
    for (const { hash, data, timestampMs: sentMs } of page.value.messages)
      stored.set(hash, { bytes: data.length, sentMs })
    const next = page.value.messages.at(-1)?.hash
    if (!page.value.hasMore || next === undefined || next === lastHash) return stored
    lastHash = next
  }
}
