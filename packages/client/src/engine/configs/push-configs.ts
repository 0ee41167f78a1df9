/**
 * Brings the swarm what it lacks of an account's configurations: one request stores the new revisions and deletes what they
 * replace, in this order (spec 11 §6.2).
 *
 * @module
 */
import { deriveMessageHash } from '@sotto/crypto/hash'
import type { Account } from '@sotto/crypto/identity'
import { type Result, err, ok } from '@sotto/crypto/result'
import { sign } from '@sotto/crypto/signing'
import { ACCOUNT_CONFIGS, type AccountConfigDomain, type ConfigPush } from '@sotto/protocol/config'
import {
  BATCH_REQUESTS_MAX,
  type BatchRequest,
  encodeDeleteText,
  encodeStoreText,
  TTL_MAX_MS,
} from '@sotto/protocol/rpc'
import { ClientError } from '../../errors.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import { verifyReceipt } from '../messaging/store-receipt.ts'
import type { NetworkTime } from '../network/network-clock.ts'
import type { NetworkNode } from '../network/network-node.ts'
import type { SwarmCache } from '../swarm/swarm-cache.ts'
import type { SwarmCaller } from '../swarm/swarm-caller.ts'
import type { AccountConfigs } from './account-configs.ts'

/** ADR 0006. A new member each time. */
const ATTEMPTS = 3
const TIMEOUT_MS = 30_000

export interface PushParts {
  readonly account: Account
  readonly configs: AccountConfigs
  readonly swarms: SwarmCache
  readonly swarmCaller: SwarmCaller
  readonly time: NetworkTime
}

interface DomainPush extends ConfigPush {
  readonly domain: AccountConfigDomain
  readonly namespace: number
}

type StoreRequest = BatchRequest['params']['requests'][number]

/** Whether there was anything to push. What does not arrive stays unsent; the next time sends the same bytes. */
export async function pushConfigs(parts: PushParts): Promise<Result<boolean, ClientError>> {
  const { account, swarms } = parts
  const pushes = parts.configs.transact(() => preparePushes(parts.configs))
  if (pushes.length === 0) return ok(false)
  const tried = new Set<string>()
  let failure = new ClientError('not_stored')
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const swarm = await swarms.find(toAccountBytes(account.accountId))
    if (!swarm.ok) return swarm
    const { members } = swarm.value
    const member = members.find(({ id }) => !tried.has(id)) ?? members[0]
    if (member === undefined) return err(new ClientError('swarm_unknown', 'no members'))
    tried.add(member.id)
    const pushed = await pushToMember(pushes, { member, members }, parts)
    if (pushed.ok) return ok(true)
    failure = pushed.error
    if (!failure.isRetryable) break
  }
  return err(failure)
}

/**
 * What cannot be written, because it grew too large, must not keep the others from being pushed. What does not fit into one
 * request beside the others waits for the next.
 */
function preparePushes(configs: AccountConfigs): readonly DomainPush[] {
  const prepared: DomainPush[] = []
  // One place is for the deletion.
  let placesLeft = BATCH_REQUESTS_MAX - 1
  for (const domain of configs.listUnsent()) {
    const push = configs.config(domain).push()
    if (!push.ok || push.value.messages.length > placesLeft) continue
    placesLeft -= push.value.messages.length
    prepared.push({ ...push.value, domain, namespace: ACCOUNT_CONFIGS[domain].namespace })
  }
  return prepared
}

async function pushToMember(
  pushes: readonly DomainPush[],
  swarm: { readonly member: NetworkNode; readonly members: readonly NetworkNode[] },
  { account, configs, swarmCaller, time }: PushParts,
): Promise<Result<void, ClientError>> {
  const bytes = toAccountBytes(account.accountId)
  const answer = await swarmCaller.call({
    account: bytes,
    member: swarm.member,
    compose: () => composeRequest(pushes, account, time.now()),
    timeoutMs: TIMEOUT_MS,
  })
  if (!answer.ok) return answer
  let index = 0
  const outcomes = pushes.map(({ domain, namespace, seqno, messages }) => {
    const hashes = messages.map((data) => deriveMessageHash({ account: bytes, namespace, data }))
    const kept = hashes.map((hash) => {
      const reply = answer.value.results[index++]?.body
      return verifyReceipt({ reply, hash, members: swarm.members }).length > 0
    })
    return { domain, seqno, hashes, isKept: kept.every(Boolean) }
  })
  configs.transact(() => {
    for (const { domain, seqno, hashes, isKept } of outcomes)
      if (isKept) configs.config(domain).confirmPushed(seqno, hashes)
  })
  const isAllKept = outcomes.every(({ isKept }) => isKept)
  return isAllKept ? ok(undefined) : err(new ClientError('not_stored', 'configurations'))
}

function composeRequest(
  pushes: readonly DomainPush[],
  account: Account,
  nowMs: number,
): BatchRequest {
  const stores = pushes.flatMap(({ namespace, messages }) =>
    messages.map((data) => composeStore(account, { namespace, data, nowMs })),
  )
  const obsolete = pushes.flatMap(({ obsoleteHashes }) => obsoleteHashes)
  const requests = obsolete.length === 0 ? stores : [...stores, composeDelete(account, obsolete)]
  return { method: 'sequence', params: { requests } }
}

function composeStore(
  { accountId, signing }: Account,
  message: { readonly namespace: number; readonly data: Uint8Array; readonly nowMs: number },
): StoreRequest {
  const { namespace, data, nowMs } = message
  const text = encodeStoreText({ namespace, sigTimestampMs: nowMs })
  return {
    method: 'store',
    params: {
      account: toAccountBytes(accountId),
      publicKey: signing.publicKey,
      namespace,
      timestampMs: nowMs,
      expiryMs: nowMs + TTL_MAX_MS,
      sigTimestampMs: nowMs,
      data,
      signature: sign(signing, text),
    },
  }
}

function composeDelete({ accountId, signing }: Account, messages: readonly string[]): StoreRequest {
  return {
    method: 'delete',
    params: {
      account: toAccountBytes(accountId),
      publicKey: signing.publicKey,
      messages,
      signature: sign(signing, encodeDeleteText({ messages })),
    },
  }
}
