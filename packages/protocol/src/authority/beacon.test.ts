/** The beacon: what goes into it, and what does not. */
import { encodeHex } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { createAuthorityKeys, createHash32, createVote } from '../../test/authority-fixtures.ts'
import type { BeaconCommitment } from '../directory/epoch-content.ts'
import { computeBeacon, listReveals } from './beacon.ts'
import { type Vote, commitReveal } from './index.ts'

const KEYS = createAuthorityKeys(3).map(({ publicKey }) => publicKey)
const START = createHash32('beacon')
const REVEALS = KEYS.map((_, index) => createHash32(`reveal ${index}`))
const COMMITMENTS: readonly BeaconCommitment[] = KEYS.map((authority, index) => ({
  authority,
  commitment: commitReveal(REVEALS[index] ?? START),
}))
const VOTES: readonly Vote[] = KEYS.map((authority, index) =>
  createVote(authority, { reveal: REVEALS[index] ?? START }),
)

function beaconOf(changes: Partial<Parameters<typeof computeBeacon>[0]> = {}): string {
  return encodeHex(computeBeacon({ previous: START, epoch: 7, reveals: REVEALS, ...changes }))
}

describe('computeBeacon', () => {
  it('depends on the beacon before, the epoch, and each reveal', () => {
    const beacons = [
      beaconOf(),
      beaconOf({ previous: createHash32('other') }),
      beaconOf({ epoch: 8 }),
      beaconOf({ epoch: 2 ** 40 }),
      beaconOf({ reveals: [] }),
      beaconOf({ reveals: REVEALS.slice(1) }),
      beaconOf({ reveals: REVEALS.toReversed() }),
    ]
    expect(new Set(beacons).size).toBe(beacons.length)
  })

  it('moves on even when nobody reveals anything', () => {
    const reveals: readonly Uint8Array[] = []
    const first = computeBeacon({ previous: START, epoch: 7, reveals })
    expect(encodeHex(first)).not.toBe(encodeHex(START))
  })
})

describe('listReveals', () => {
  it('takes what was promised, in the order of the votes', () => {
    expect(listReveals(COMMITMENTS, VOTES)).toEqual(REVEALS)
  })

  it('leaves out who promised something else, or nothing', () => {
    const [first, second, third] = VOTES
    if (first === undefined || second === undefined || third === undefined) throw new Error('votes')
    const lying = { ...second, reveal: createHash32('chosen after the others were seen') }
    expect(listReveals(COMMITMENTS, [first, lying, third])).toEqual([REVEALS[0], REVEALS[2]])
    expect(listReveals(COMMITMENTS.slice(1), VOTES)).toEqual(REVEALS.slice(1))
    expect(listReveals([], VOTES)).toEqual([])
  })

  it('does not take what another authority promised', () => {
    const [first, second] = VOTES
    if (first === undefined || second === undefined) throw new Error('votes')
    const copying = { ...second, reveal: first.reveal }
    expect(listReveals(COMMITMENTS, [first, copying])).toEqual([first.reveal])
  })
})
