/**
 * Stops a vote of our own that no other authority would accept (spec 08 §2.3): it must be found where it was made, not
 * by everybody else. Votes from outside are judged by `vote-codec.ts`.
 *
 * @module
 */

import { compareKeys, isAscending } from './compare-keys.ts'
import {
  EPOCH_MAX,
  EPOCH_MIN,
  HASH_BYTES,
  NETWORK_BYTES,
  REASONS_MAX,
  VOTE_ENTRIES_MAX,
  type Vote,
} from './vote.ts'

const OCTET_MAX = 0xff

/** Throws a `RangeError`. */
export function assertVote(vote: Vote): void {
  assertTrue(isEpoch(vote.epoch), 'epoch')
  assertTrue(vote.network.length === NETWORK_BYTES, 'network')
  for (const name of ['authority', 'commitment', 'previous', 'reveal'] as const) {
    assertTrue(vote[name].length === HASH_BYTES, name)
  }
  assertTrue(vote.softwareMin.every(isOctet), 'softwareMin')
  assertTrue(
    vote.verdicts.every(({ reasons }) => isReasons(reasons)),
    'reasons',
  )
  assertList(vote.descriptors.map(({ descriptor }) => descriptor.ed25519))
  assertList(vote.verdicts.map(({ node }) => node))
  assertList(vote.readiness)
}

function assertList(keys: readonly Uint8Array[]): void {
  assertTrue(keys.length <= VOTE_ENTRIES_MAX, 'number of entries')
  assertTrue(
    keys.every((key) => key.length === HASH_BYTES),
    'key of a node',
  )
  assertTrue(isAscending(keys.toSorted(compareKeys)), 'node that is named twice')
}

function isEpoch(value: number): boolean {
  return Number.isInteger(value) && value >= EPOCH_MIN && value <= EPOCH_MAX
}

function isOctet(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= OCTET_MAX
}

function isReasons(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= REASONS_MAX
}

function assertTrue(isRight: boolean, what: string): void {
  if (!isRight) throw new RangeError(`a vote has a wrong ${what}`)
}
