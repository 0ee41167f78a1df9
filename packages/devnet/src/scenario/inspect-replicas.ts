/**
 * Where acknowledged messages really are: every member of the receiver's swarm is asked itself, as the receiver.
 *
 * @module
 */

import type { IntrospectedNode } from '../introspection.ts'
import { listStored, type StoredMessage } from './list-stored.ts'
import type { Person } from './people.ts'
import type { Acknowledged } from './writes.ts'

/** The part of a network that is looked at. */
export interface ReplicaNetwork {
  swarmOf(accountId: string): readonly IntrospectedNode[]
  now(name?: string): number
}

export interface ReplicaCounts {
  readonly acknowledged: number
  /** That no member of the swarm has. */
  readonly lost: number
  /** Each acknowledged message, once for each member of its swarm. */
  readonly wanted: number
  /** Those that are not there; on a member that does not answer, all are missing. */
  readonly missing: number
}

const NOTHING: ReplicaCounts = { acknowledged: 0, lost: 0, wanted: 0, missing: 0 }
const EMPTY: ReadonlyMap<string, StoredMessage> = new Map()

function add(a: ReplicaCounts, b: ReplicaCounts): ReplicaCounts {
  return {
    acknowledged: a.acknowledged + b.acknowledged,
    lost: a.lost + b.lost,
    wanted: a.wanted + b.wanted,
    missing: a.missing + b.missing,
  }
}

async function inspectPerson(
  network: ReplicaNetwork,
  { account }: Person,
  hashes: readonly string[],
): Promise<ReplicaCounts> {
  const members = network.swarmOf(account.accountId)
  const kept = await Promise.all(
    members.map(async (member) => {
      if (member.state !== 'ready') return EMPTY
      return (await listStored(member, account, () => network.now(member.name))) ?? EMPTY
    }),
  )
  const copies = kept.map((stored) => hashes.filter((hash) => stored.has(hash)).length)
  return {
    acknowledged: hashes.length,
    lost: hashes.filter((hash) => kept.every((stored) => !stored.has(hash))).length,
    wanted: hashes.length * members.length,
    missing: copies.reduce((missing, count) => missing + hashes.length - count, 0),
  }
}

/** Counts as things are now; the swarms are those of the directory in use. */
export async function inspectReplicas(
  network: ReplicaNetwork,
  acknowledged: readonly Pick<Acknowledged, 'to' | 'hash'>[],
): Promise<ReplicaCounts> {
  const byReceiver = Map.groupBy(acknowledged, ({ to }) => to)
  const counts = await Promise.all(
    Array.from(byReceiver, ([person, messages]) =>
      inspectPerson(
        network,
        person,
        messages.map(({ hash }) => hash),
      ),
    ),
  )
  return counts.reduce(add, NOTHING)
}
