/**
 * Which nodes a step of a scenario means: besides names and numbers, members of a swarm, nodes that were killed before, and
 * so many of any of these.
 *
 * @module
 */

import { type Result, err, ok } from '@sotto/crypto/result'
import { selectNodes } from '../chaos/select-nodes.ts'
import { DevnetError } from '../errors.ts'
import type { IntrospectedNode } from '../introspection.ts'
import { isAccountName } from './account-names.ts'

const STATES = ['killed', 'stopped', 'paused'] as const

type Pool =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'swarm'; readonly account: string }
  | { readonly kind: 'state'; readonly state: (typeof STATES)[number] }

export interface NodePhrase {
  /** Only so many, and only of those that are ready. */
  readonly count: number | undefined
  readonly pool: Pool
}

/** What a phrase is resolved with. */
export interface PhraseNetwork {
  readonly nodes: readonly IntrospectedNode[]
  /** Members of the swarm of the account with this name. */
  swarmOfName(account: string): readonly IntrospectedNode[]
}

function parsePool(words: readonly string[]): Result<Pool, string> {
  const [first, second] = words
  if (first === undefined) return err('which nodes? Give names, numbers, `half`, `all` or a swarm')
  if (first === 'swarm') {
    const isKnown = words.length === 2 && second !== undefined && isAccountName(second)
    if (!isKnown) return err('after `swarm` comes the name of an account, such as alice')
    return ok({ kind: 'swarm', account: second })
  }
  const state = STATES.find((name) => name === first)
  if (state === undefined) return ok({ kind: 'words', words })
  return words.length === 1 ? ok({ kind: 'state', state }) : err(`${state} stands alone`)
}

/** Reads `3 of swarm alice`, `killed`, `node-01 4`. */
export function parsePhrase(words: readonly string[]): Result<NodePhrase, string> {
  if (words[1] !== 'of') {
    const pool = parsePool(words)
    return pool.ok ? ok({ count: undefined, pool: pool.value }) : pool
  }
  const [count = ''] = words
  if (!/^[1-9]\d?$/u.test(count)) return err('before `of` comes a number from 1 to 99')
  const pool = parsePool(words.slice(2))
  return pool.ok ? ok({ count: Number(count), pool: pool.value }) : pool
}

function listPool(pool: Pool, network: PhraseNetwork): readonly IntrospectedNode[] {
  if (pool.kind === 'swarm') return network.swarmOfName(pool.account)
  if (pool.kind === 'state') return network.nodes.filter(({ state }) => state === pool.state)
  const names = selectNodes(
    network.nodes.map(({ name }) => name),
    pool.words,
  )
  return network.nodes.filter(({ name }) => names.includes(name))
}

/** The names; throws a `DevnetError` when there are not so many. */
export function resolvePhrase(
  { count, pool }: NodePhrase,
  network: PhraseNetwork,
): readonly string[] {
  const nodes = listPool(pool, network)
  if (count === undefined) return nodes.map(({ name }) => name)
  const ready = nodes.filter(({ state }) => state === 'ready')
  if (ready.length < count) {
    const message = `Only ${ready.length} of them are ready, not ${count}.`
    throw new DevnetError('invalid_order', message)
  }
  return ready.slice(0, count).map(({ name }) => name)
}
