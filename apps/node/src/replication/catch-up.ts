/**
 * Learns what others kept of this node's accounts (spec 10 §9.2): from two of them, half of the keys from each, and then the
 * other halves, which shows whether one of them held something back. What was fetched is durable, so a restart goes on
 * where it was.
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'
import type { NodeRecord } from '@sotto/protocol/directory'
import { pickRandom } from '../pick-random.ts'
import type { CatchUpState, HolderGroup } from './catch-up-state.ts'
import type { CompareWith } from './compare-with.ts'

export interface CatchUpParts {
  readonly state: CatchUpState
  readonly compareWith: CompareWith
  readonly randomness: Randomness
  /** The swarm that this node is in now. */
  readonly swarm: bigint
}

/** Where the key space is halved. */
const MIDDLE = Uint8Array.of(0x80)
const TEACHERS = 2

/** True when everything that was pending at the beginning has been learnt. */
export async function catchUp(parts: CatchUpParts): Promise<boolean> {
  const { state } = parts
  const lessons = state.pending
  const outcomes = await Promise.all(state.groups().map((group) => learnFrom(group, parts)))
  if (!outcomes.every(Boolean)) return false
  state.settle(lessons)
  return true
}

/** A group of which nobody is left has nothing to teach any more. */
async function learnFrom(
  { members }: HolderGroup,
  { compareWith, randomness, swarm }: CatchUpParts,
): Promise<boolean> {
  if (members.length === 0) return true
  const order = pickRandom(members, members.length, randomness)
  const teachers = order.slice(0, TEACHERS)
  const [first, second = first] = teachers
  if (first === undefined || second === undefined) return true
  const learn = async (peer: NodeRecord, isLower: boolean): Promise<boolean> => {
    const range = isLower ? { upper: MIDDLE } : { lower: MIDDLE }
    return (await compareWith(peer, { swarm, ...range })).isComplete
  }
  const halves = await Promise.all([learn(first, true), learn(second, false)])
  if (halves.every(Boolean)) {
    const others = await Promise.all([learn(first, false), learn(second, true)])
    if (others.every(Boolean)) return true
  }
  // One of the two may be down: whoever else answers in full is enough, the epoch's comparisons find the rest.
  for (const peer of order.slice(TEACHERS)) {
    if ((await compareWith(peer, { swarm })).isComplete) return true
  }
  return false
}
