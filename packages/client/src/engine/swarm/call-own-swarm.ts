/**
 * Requests of an account about its own swarm, signed by it: one member after the other is asked until one answers.
 *
 * @module
 */
import type { Account } from '@sotto/crypto/identity'
import { err, type Result } from '@sotto/crypto/result'
import type { BatchRequest } from '@sotto/protocol/rpc'
import { ClientError } from '../../errors.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import type { NetworkTime } from '../network/network-clock.ts'
import type { SwarmCache } from './swarm-cache.ts'
import type { SwarmAnswer, SwarmCaller } from './swarm-caller.ts'

/** ADR 0006. A new member each time. */
const ATTEMPTS = 3
const TIMEOUT_MS = 15_000

export interface OwnSwarmParts {
  readonly account: Account
  readonly swarms: SwarmCache
  readonly swarmCaller: SwarmCaller
  readonly time: NetworkTime
}

export type AccountRequest = BatchRequest['params']['requests'][number]

/** `compose` gets the network's time for each attempt. A `sequence` stops at the first request that fails. */
export async function callOwnSwarm(
  compose: (nowMs: number) => readonly AccountRequest[],
  { account, swarms, swarmCaller, time }: OwnSwarmParts,
  method: BatchRequest['method'] = 'batch',
): Promise<Result<SwarmAnswer, ClientError>> {
  const bytes = toAccountBytes(account.accountId)
  const tried = new Set<string>()
  let failure = new ClientError('swarm_unknown', 'no members')
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const swarm = await swarms.find(bytes)
    if (!swarm.ok) return err(swarm.error)
    const member = swarm.value.members.find(({ id }) => !tried.has(id))
    if (member === undefined) break
    tried.add(member.id)
    const answer = await swarmCaller.call({
      account: bytes,
      member,
      compose: () => ({ method, params: { requests: compose(time.now()) } }),
      timeoutMs: TIMEOUT_MS,
    })
    if (answer.ok || !answer.error.isRetryable) return answer
    failure = answer.error
  }
  return err(failure)
}
