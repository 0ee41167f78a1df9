/**
 * Deletes messages as their receiver, through one node, and finds those that came back.
 *
 * @module
 */

import { sign } from '@sotto/crypto/signing'
import { encodeDeleteText } from '@sotto/protocol/rpc'
import { callNode } from './call-node.ts'
import type { ReplicaNetwork } from './inspect-replicas.ts'
import { listStored, readAccountBytes } from './list-stored.ts'
import type { Person } from './people.ts'
import type { Acknowledged } from './writes.ts'

/** The name of the node that took the order; undefined when none did. */
export async function deleteMessages(
  network: ReplicaNetwork,
  { account }: Person,
  hashes: readonly string[],
): Promise<string | undefined> {
  const members = network.swarmOf(account.accountId).filter(({ state }) => state === 'ready')
  for (const member of members) {
    const answer = await callNode(member, {
      method: 'delete',
      params: {
        account: readAccountBytes(account.accountId),
        publicKey: account.signing.publicKey,
        messages: hashes,
        signature: sign(account.signing, encodeDeleteText({ messages: hashes })),
      },
    })
    if (answer?.status === 200) return member.name
  }
  return undefined
}

/** How many copies of deleted messages there are. */
export async function countReturned(
  network: ReplicaNetwork,
  deleted: readonly Acknowledged[],
): Promise<number> {
  const byReceiver = Map.groupBy(deleted, ({ to }) => to)
  const counts = await Promise.all(
    Array.from(byReceiver, async ([{ account }, messages]) => {
      const members = network.swarmOf(account.accountId).filter(({ state }) => state === 'ready')
      const kept = await Promise.all(
        members.map((member) => listStored(member, account, () => network.now(member.name))),
      )
      return kept.flatMap((stored) => messages.filter(({ hash }) => stored?.has(hash) === true))
        .length
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}
