/**
 * Gives messages straight to members on each side of a partition, as a client would whose whole path is on that side.
 *
 * They are no texts that the receiver's program could open, so that they count for nodes and not for people.
 *
 * @module
 */

import { encodeUtf8 } from '@sotto/crypto/bytes'
import { parseStoreReply } from '@sotto/protocol/rpc'
import { callNode } from './call-node.ts'
import type { ReplicaNetwork } from './inspect-replicas.ts'
import type { Sides } from './inspect-sides.ts'
import { readAccountBytes } from './list-stored.ts'
import type { Person } from './people.ts'

/** A message that a member took, for whom it is. */
export interface StoredOnSide {
  readonly to: Person
  readonly hash: string
}

const INBOX = 0
const LIFETIME_MS = 86_400_000

async function storeOne(
  network: ReplicaNetwork,
  to: Person,
  { text, side }: { readonly text: string; readonly side: readonly string[] },
): Promise<readonly StoredOnSide[]> {
  const members = network.swarmOf(to.account.accountId)
  const member = members.find(({ name, state }) => state === 'ready' && side.includes(name))
  if (member === undefined) return []
  const timestampMs = network.now(member.name)
  const answer = await callNode(member, {
    method: 'store',
    params: {
      account: readAccountBytes(to.account.accountId),
      namespace: INBOX,
      timestampMs,
      sigTimestampMs: timestampMs,
      expiryMs: timestampMs + LIFETIME_MS,
      data: encodeUtf8(text),
    },
  })
  const reply = answer?.status === 200 ? parseStoreReply(answer.body) : undefined
  return reply?.ok === true ? [{ to, hash: reply.value.hash }] : []
}

/** `count` on each side, to the people in turn; those that were taken. */
export async function storeOnSides(
  network: ReplicaNetwork,
  people: readonly Person[],
  { count, sides }: { readonly count: number; readonly sides: Sides },
): Promise<readonly StoredOnSide[]> {
  const stored = await Promise.all(
    sides.flatMap((side, place) =>
      Array.from({ length: count }, async (_, index) => {
        const to = people[index % people.length]
        const text = `${index} on side ${place}`
        return to === undefined ? [] : storeOne(network, to, { text, side })
      }),
    ),
  )
  return stored.flat()
}
