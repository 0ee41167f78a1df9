/**
 * Which nodes keep an account's messages. Where the authorities are known it is computed from their document, and what nodes
 * say of it only makes the client look for a newer one (spec 07 §11.5). Elsewhere it is asked for once and kept until a
 * node says otherwise (spec 02 §5); then members count only as far as the node list knows them: otherwise one node could
 * send an account to a swarm that it made up.
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'
import { type Result, err, ok } from '@sotto/crypto/result'
import { type ParsedSwarm, parseSwarmMembers } from '@sotto/protocol/directory'
import { type AccountBytes, encodeSwarmId } from '@sotto/protocol/swarm'
import { encodeHex } from '@sotto/crypto/bytes'
import { ClientError } from '../../errors.ts'
import type { NetworkNode } from '../network/network-node.ts'
import type { NodePool } from '../network/node-pool.ts'
import type { VerifiedDirectory } from '../network/verified-directory.ts'
import type { NodeCaller } from '../onion/node-caller.ts'
import { shuffle } from '../random-choice.ts'

/** ADR 0006. */
const ASKED_NODES = 4
/** ADR 0006. */
const TRIES_PER_NODE = 4
/** ADR 0006. A smaller swarm is asked for anew, once. */
const MEMBERS_MIN = 3
const TIMEOUT_MS = 10_000

export interface Swarm {
  /** Lower-case hex without padding. */
  readonly id: string
  readonly members: readonly NetworkNode[]
}

interface CachedSwarm {
  readonly id: string
  readonly memberIds: readonly string[]
}

export interface SwarmCacheParts {
  readonly pool: NodePool
  readonly caller: NodeCaller
  readonly randomness: Randomness
  /** Where the authorities are known: then no node is asked which swarm it is. */
  readonly directory?: VerifiedDirectory | undefined
}

export class SwarmCache {
  readonly #parts: SwarmCacheParts
  readonly #swarms = new Map<string, CachedSwarm>()

  constructor(parts: SwarmCacheParts) {
    this.#parts = parts
  }

  /** The swarm with its members in random order, those that failed lately last. */
  async find(account: AccountBytes): Promise<Result<Swarm, ClientError>> {
    const { directory } = this.#parts
    if (directory !== undefined) return this.#compute(account, directory)
    const cached = this.#recall(account)
    if (cached !== undefined && cached.members.length >= MEMBERS_MIN) return ok(cached)
    const asked = await this.#ask(account)
    if (asked.ok || cached === undefined || cached.members.length === 0) return asked
    return ok(cached)
  }

  /** A node refused because the account belonged elsewhere; where the authorities are known its list counts for nothing. */
  async contradict(account: AccountBytes, swarm: ParsedSwarm | undefined): Promise<void> {
    const { directory, pool } = this.#parts
    if (directory === undefined) this.replace(account, swarm)
    else await pool.renew()
  }

  /** Takes what a node said in its refusal; an empty swarm only ends what was known. */
  replace(account: AccountBytes, swarm: ParsedSwarm | undefined): void {
    const key = encodeHex(account)
    this.#swarms.delete(key)
    if (swarm === undefined || swarm.members.length === 0) return
    const memberIds = swarm.members.map(({ ed25519 }) => encodeHex(ed25519))
    this.#swarms.set(key, { id: encodeSwarmId(swarm.id), memberIds })
  }

  #recall(account: AccountBytes): Swarm | undefined {
    const cached = this.#swarms.get(encodeHex(account))
    return cached && this.#order(cached)
  }

  #order({ id, memberIds }: CachedSwarm): Swarm {
    const { pool, randomness } = this.#parts
    const members = memberIds.flatMap((memberId) => pool.find(memberId) ?? [])
    const ordered = shuffle(members, randomness).toSorted(
      (a, b) => pool.failuresOf(a.id) - pool.failuresOf(b.id),
    )
    return { id, members: ordered }
  }

  async #compute(
    account: AccountBytes,
    directory: VerifiedDirectory,
  ): Promise<Result<Swarm, ClientError>> {
    const { pool } = this.#parts
    const filled = await pool.fill()
    if (!filled.ok) return filled
    const known = this.#lookUp(account, directory)
    // Who rests too long is missed, and who is new has to be learned: a fresh document brings back both.
    if (known === undefined || known.members.length < MEMBERS_MIN) await pool.renew()
    const swarm = this.#lookUp(account, directory)
    if (swarm === undefined) return err(new ClientError('directory_expired', 'no swarm'))
    if (swarm.members.length > 0) return ok(swarm)
    return err(new ClientError('swarm_unknown', 'no members'))
  }

  #lookUp(account: AccountBytes, directory: VerifiedDirectory): Swarm | undefined {
    const signed = directory.swarmOf(account)
    return signed && this.#order(signed)
  }

  async #ask(account: AccountBytes): Promise<Result<Swarm, ClientError>> {
    const { pool, randomness } = this.#parts
    const filled = await pool.fill()
    if (!filled.ok) return filled
    let failure = new ClientError('swarm_unknown', 'no node to ask')
    for (const node of shuffle(pool.nodes, randomness).slice(0, ASKED_NODES)) {
      const answer = await this.#askNode(account, node)
      if (answer.ok) return answer
      failure = answer.error
      if (!failure.isRetryable) break
    }
    return err(failure)
  }

  async #askNode(
    account: AccountBytes,
    destination: NetworkNode,
  ): Promise<Result<Swarm, ClientError>> {
    const answer = await this.#parts.caller.call({
      destination,
      compose: () => ({ method: 'get_swarm', params: { account } }),
      tries: TRIES_PER_NODE,
      timeoutMs: TIMEOUT_MS,
    })
    if (!answer.ok) return err(answer.error.error)
    const parsed = parseSwarmMembers(answer.value.body)
    if (!parsed.ok) return err(new ClientError('reply_malformed', 'swarm', { cause: parsed.error }))
    await this.#learnMembers(parsed.value)
    this.replace(account, parsed.value)
    const swarm = this.#recall(account)
    if (swarm !== undefined && swarm.members.length > 0) return ok(swarm)
    return err(new ClientError('swarm_unknown', `${parsed.value.members.length} members`))
  }

  /** Members that the node list lacks may be new; the seeds know. */
  async #learnMembers({ members }: ParsedSwarm): Promise<void> {
    const { pool } = this.#parts
    const known = members.filter(({ ed25519 }) => pool.find(encodeHex(ed25519)) !== undefined)
    if (known.length < Math.min(MEMBERS_MIN, members.length) && !pool.isConfirmed) {
      await pool.refill()
    }
  }
}
