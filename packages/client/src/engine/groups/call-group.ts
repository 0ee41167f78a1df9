/**
 * Asks a group's swarm for several things in order, at one member after the other until one answers (ADR 0006).
 *
 * @module
 */
import { type Result, err, ok } from '@sotto/crypto/result'
import type { BatchResult } from '@sotto/protocol/rpc'
import type { AccountBytes } from '@sotto/protocol/swarm'
import { ClientError } from '../../errors.ts'
import type { NetworkNode } from '../network/network-node.ts'
import type { NetworkTime } from '../network/network-clock.ts'
import type { Path } from '../paths/path.ts'
import type { SwarmCache } from '../swarm/swarm-cache.ts'
import type { SwarmCaller } from '../swarm/swarm-caller.ts'
import type { GroupRequest } from './compose-requests.ts'

/** ADR 0006. A new member each time. */
const ATTEMPTS = 3
const TIMEOUT_MS = 30_000

export interface GroupCall {
  readonly account: AccountBytes
  /** Signed anew for each attempt. */
  readonly compose: (nowMs: number) => readonly GroupRequest[]
  /** Whether the answer is enough; otherwise the next member is asked too. */
  readonly isEnough: (answer: GroupAnswer) => boolean
}

export interface GroupAnswer {
  readonly results: readonly BatchResult[]
  readonly members: readonly NetworkNode[]
  readonly path: Path
}

export interface GroupCallParts {
  readonly swarms: SwarmCache
  readonly swarmCaller: SwarmCaller
  readonly time: NetworkTime
}

export async function callGroup(
  { account, compose, isEnough }: GroupCall,
  { swarms, swarmCaller, time }: GroupCallParts,
): Promise<Result<GroupAnswer, ClientError>> {
  const tried = new Set<string>()
  let failure = new ClientError('not_stored')
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const swarm = await swarms.find(account)
    if (!swarm.ok) return swarm
    const { members } = swarm.value
    const member = members.find(({ id }) => !tried.has(id)) ?? members[0]
    if (member === undefined) return err(new ClientError('swarm_unknown', 'no members'))
    tried.add(member.id)
    const answer = await swarmCaller.call({
      account,
      member,
      compose: () => ({ method: 'sequence', params: { requests: compose(time.now()) } }),
      timeoutMs: TIMEOUT_MS,
    })
    if (!answer.ok) failure = answer.error
    else if (isEnough({ ...answer.value, members })) return ok({ ...answer.value, members })
    if (!answer.ok && !failure.isRetryable) break
  }
  return err(failure)
}
