/**
 * Puts finished bytes into an account's swarm: one member after the other, until enough of them proved that they keep
 * the message (ADR 0006). Storing twice is harmless, because the same bytes are one message.
 *
 * @module
 */
import { type Result, err, ok } from '@sotto/crypto/result'
import { type BatchRequest, TTL_MAX_PUBLIC_INBOX_MS } from '@sotto/protocol/rpc'
import type { AccountBytes } from '@sotto/protocol/swarm'
import { ClientError } from '../../errors.ts'
import type { ConversationId } from '../../storage/history-message.ts'
import type { NetworkNode } from '../network/network-node.ts'
import type { Path } from '../paths/path.ts'
import type { SwarmCache } from '../swarm/swarm-cache.ts'
import type { SwarmAnswer, SwarmCaller } from '../swarm/swarm-caller.ts'
import { toAccountBytes } from './account-bytes.ts'
import { verifyReceipt } from './store-receipt.ts'

/** Spec 02 §2.1 and spec 03 §4.1: where messages between accounts are stored. */
const INBOX_NAMESPACE = 0
/** ADR 0006. A new member each time. */
const ATTEMPTS = 3
/** A swarm that moved costs an attempt only when it moves again. */
const MOVES_MAX = 2
/** ADR 0006. A single member could say that it keeps a message and drop it. */
const KEEPERS_WANTED = 2
/** A member waits for the others of its swarm before it answers. */
const TIMEOUT_MS = 15_000

export interface StoreParts {
  readonly swarms: SwarmCache
  readonly swarmCaller: SwarmCaller
}

export interface MessageToStore {
  readonly account: ConversationId
  readonly hash: string
  readonly data: Uint8Array
  readonly sentAtMs: number
  /** As long as a swarm keeps anything, unless it says otherwise. */
  readonly ttlMs?: number
}

export interface StoredReceipt {
  readonly storedOn: readonly string[]
  /** The path of the last member that answered. */
  readonly path: Path
}

export async function storeMessage(
  message: MessageToStore,
  parts: StoreParts,
): Promise<Result<StoredReceipt, ClientError>> {
  const account = toAccountBytes(message.account)
  const tried = new Set<string>()
  const storedOn = new Set<string>()
  let path: Path | undefined
  let failure = new ClientError('not_stored')
  for (let attempts = 0, moves = 0; attempts < ATTEMPTS; attempts++) {
    const swarm = await parts.swarms.find(account)
    if (!swarm.ok) return err(swarm.error)
    const { members } = swarm.value
    const member = members.find(({ id }) => !tried.has(id)) ?? members[0]
    if (member === undefined) return err(new ClientError('swarm_unknown', 'no members'))
    tried.add(member.id)
    const answer = await storeOnMember(message, { account, member }, parts)
    if (answer.ok) {
      const reply = answer.value.results[0]?.body
      for (const id of verifyReceipt({ reply, hash: message.hash, members })) storedOn.add(id)
      if (storedOn.size > 0) path = answer.value.path
      if (storedOn.size >= Math.min(KEEPERS_WANTED, members.length)) break
      continue
    }
    failure = answer.error
    if (!failure.isRetryable) return err(failure)
    if (failure.code === 'wrong_swarm' && moves++ < MOVES_MAX) attempts -= 1
  }
  return path === undefined ? err(failure) : ok({ storedOn: [...storedOn], path })
}

function storeOnMember(
  { data, sentAtMs, ttlMs = TTL_MAX_PUBLIC_INBOX_MS }: MessageToStore,
  { account, member }: { readonly account: AccountBytes; readonly member: NetworkNode },
  { swarmCaller }: StoreParts,
): Promise<Result<SwarmAnswer, ClientError>> {
  const request: BatchRequest = {
    method: 'sequence',
    params: {
      requests: [
        {
          method: 'store',
          params: {
            account,
            namespace: INBOX_NAMESPACE,
            timestampMs: sentAtMs,
            expiryMs: sentAtMs + ttlMs,
            sigTimestampMs: sentAtMs,
            data,
          },
        },
      ],
    },
  }
  return swarmCaller.call({ account, member, compose: () => request, timeoutMs: TIMEOUT_MS })
}
