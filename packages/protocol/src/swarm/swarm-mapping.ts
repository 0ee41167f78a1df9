/**
 * Which swarm keeps an account's messages (spec 02 §2). Swarm ids and accounts are points on a ring of 2⁶⁴; an account
 * belongs to the nearest id, and in the middle to the lower one. Who is in a swarm is the directory's part.
 *
 * @module
 */

import type { AccountBytes } from './account-bytes.ts'

/** Spec 02 §2.2. The id of nodes that belong to no swarm; it is never a point on the ring. */
export const INVALID_SWARM_ID: bigint = 2n ** 64n - 1n

const WORD_BYTES = 8
const RING_BITS = 64
const SWARM_ID_TEXT = /^(?:0|[1-9a-f][0-9a-f]{0,15})$/

/** The account's point on the ring: the big-endian words after the prefix, XORed. */
export function computeSwarmSpace(account: AccountBytes): bigint {
  const view = new DataView(account.buffer, account.byteOffset, account.length)
  let space = 0n
  for (let offset = 1; offset < account.length; offset += WORD_BYTES) {
    space ^= view.getBigUint64(offset)
  }
  return space
}

/** `swarmIds` must be sorted upwards. `undefined` when there is no swarm. */
export function findSwarm(swarmIds: readonly bigint[], space: bigint): bigint | undefined {
  const count = swarmIds.at(-1) === INVALID_SWARM_ID ? swarmIds.length - 1 : swarmIds.length
  const rightIndex = findFirstAtOrAbove(swarmIds, count, space)
  const right = swarmIds[rightIndex === count ? 0 : rightIndex]
  const left = swarmIds[rightIndex === 0 ? count - 1 : rightIndex - 1]
  if (count === 0 || right === undefined || left === undefined) return undefined
  return ringDistance(space, right) < ringDistance(left, space) ? right : left
}

/** Hex without padding or prefix, as in `get_swarm` answers. */
export function encodeSwarmId(id: bigint): string {
  return id.toString(16)
}

/** Reads what `encodeSwarmId` writes, and nothing else. */
export function parseSwarmId(text: string): bigint | undefined {
  return SWARM_ID_TEXT.test(text) ? BigInt(`0x${text}`) : undefined
}

function findFirstAtOrAbove(swarmIds: readonly bigint[], count: number, space: bigint): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((swarmIds[middle] ?? 0n) < space) low = middle + 1
    else high = middle
  }
  return low
}

function ringDistance(from: bigint, to: bigint): bigint {
  return BigInt.asUintN(RING_BITS, to - from)
}
