/**
 * Whether each side of a partition delivers within itself: what one member of a side has, all of its members have.
 *
 * @module
 */

import type { ReplicaNetwork } from './inspect-replicas.ts'
import { listStored } from './list-stored.ts'
import type { Person } from './people.ts'
import type { Acknowledged } from './writes.ts'

export interface SideCounts {
  /** How many messages each side took, in the order of the sides. */
  readonly taken: readonly number[]
  /** Copies that members lack which others of their side have. */
  readonly missing: number
}

/** Names of the nodes of each side. */
export type Sides = readonly (readonly string[])[]

async function inspectPerson(
  network: ReplicaNetwork,
  { account }: Person,
  question: { readonly hashes: readonly string[]; readonly sides: Sides },
): Promise<SideCounts> {
  const { hashes, sides } = question
  const members = network.swarmOf(account.accountId).filter(({ state }) => state === 'ready')
  const kept = await Promise.all(
    members.map(async (member) => ({
      name: member.name,
      stored: await listStored(member, account, () => network.now(member.name)),
    })),
  )
  const counts = sides.map((side) => {
    const own = kept.filter(({ name }) => side.includes(name))
    const copies = hashes.map((hash) => own.filter(({ stored }) => stored?.has(hash)).length)
    const taken = copies.filter((count) => count > 0)
    return { taken: taken.length, missing: taken.reduce((sum, n) => sum + own.length - n, 0) }
  })
  return {
    taken: counts.map(({ taken }) => taken),
    missing: counts.reduce((sum, { missing }) => sum + missing, 0),
  }
}

/** Counts as things are now. */
export async function inspectSides(
  network: ReplicaNetwork,
  acknowledged: readonly Pick<Acknowledged, 'to' | 'hash'>[],
  sides: Sides,
): Promise<SideCounts> {
  const byReceiver = Map.groupBy(acknowledged, ({ to }) => to)
  const counts = await Promise.all(
    Array.from(byReceiver, ([person, messages]) => {
      const hashes = messages.map(({ hash }) => hash)
      return inspectPerson(network, person, { hashes, sides })
    }),
  )
  return {
    taken: sides.map((_, side) => counts.reduce((sum, each) => sum + (each.taken[side] ?? 0), 0)),
    missing: counts.reduce((sum, { missing }) => sum + missing, 0),
  }
}
