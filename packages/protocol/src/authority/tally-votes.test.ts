/** What votes say together. */
import { encodeHex } from '@sotto/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DESCRIBED_AT_MS,
  createAuthorityKeys,
  createDescriptor,
  createSignedDescriptor,
  createVote,
  wrapDescriptor,
} from '../../test/authority-fixtures.ts'
import { createNode } from '../../test/node-fixtures.ts'
import type { SoftwareVersion } from '../directory/node-descriptor.ts'
import { compareKeys } from './compare-keys.ts'
import type { SignedDescriptor, Vote } from './index.ts'
import { type VoteTally, compareSoftware, tallyVotes } from './tally-votes.ts'

const KEYS = createAuthorityKeys(5).map(({ publicKey }) => publicKey)
const NODE = createNode(0).ed25519
const THRESHOLD = 3
const UNTIL = DESCRIBED_AT_MS + 1000

function tally(changes: readonly Partial<Vote>[]): VoteTally {
  const votes = changes.flatMap((change, index) => {
    const authority = KEYS[index]
    return authority === undefined ? [] : [createVote(authority, change)]
  })
  return tallyVotes(votes, { threshold: THRESHOLD, describedUntil: UNTIL })
}

function judge(...reasons: readonly number[]): VoteTally {
  return tally(
    reasons.map((each) => (each === 0 ? {} : { verdicts: [{ node: NODE, reasons: each }] })),
  )
}

function describedAs(name: string, issuedAt = DESCRIBED_AT_MS): SignedDescriptor {
  return wrapDescriptor(createDescriptor(0, { name, issuedAt }))
}

describe('reasons', () => {
  it.each<[number[], number, number]>([
    [[], 0, 0],
    [[1], 1, 0],
    [[1, 1], 1, 0],
    [[1, 1, 1], 1, 1],
    [[1, 2, 4], 7, 0],
    [[3, 5, 9, 1, 2], 15, 1],
    [[127, 127, 127], 127, 127],
    [[3, 3, 3, 6, 4], 7, 3],
  ])('of votes %j are seen as %i and agreed as %i', (votes, seen, agreed) => {
    expect(judge(...votes).opinionOf(NODE, 0)).toMatchObject({
      reasonsSeen: seen,
      reasonsAgreed: agreed,
    })
  })

  it('of one node say nothing of another', () => {
    const other = createNode(1).ed25519
    expect(judge(1, 1, 1).opinionOf(other, 0)).toMatchObject({ reasonsSeen: 0, reasonsAgreed: 0 })
  })
})

describe('readiness', () => {
  it.each([
    [2, false],
    [3, true],
    [5, true],
  ])('by %i votes of which three are enough is %s', (count, isReady) => {
    const votes = Array.from({ length: count }, () => ({ readiness: [NODE] }))
    expect(tally(votes).opinionOf(NODE, 0).isReady).toBe(isReady)
  })
})

describe('descriptions', () => {
  it('are the newest that any vote has, backed by all that have one', () => {
    const [old, young] = [describedAs('old'), describedAs('young', DESCRIBED_AT_MS + 1)]
    const { descriptions } = tally([
      { descriptors: [old] },
      { descriptors: [young] },
      { descriptors: [old] },
    ])
    expect(descriptions.get(encodeHex(NODE))).toEqual({ newest: young.descriptor, isBacked: true })
    const few = tally([{ descriptors: [old] }, { descriptors: [young] }]).descriptions
    expect(few.get(encodeHex(NODE))).toEqual({ newest: young.descriptor, isBacked: false })
  })

  it('of one moment are told apart by the lower hash, whichever vote comes first', () => {
    const pair = [describedAs('a'), describedAs('b')]
    const [lower] = pair.toSorted((one, other) => compareKeys(one.hash, other.hash))
    for (const signed of [pair, pair.toReversed()]) {
      const { descriptions } = tally(signed.map((each) => ({ descriptors: [each] })))
      expect(descriptions.get(encodeHex(NODE))?.newest).toEqual(lower?.descriptor)
    }
  })

  it('from far ahead do not count, not even to back a node', () => {
    const [now, ahead] = [describedAs('now', UNTIL), describedAs('ahead', UNTIL + 1)]
    const votes = [now, ahead, ahead].map((each) => ({ descriptors: [each] }))
    const { descriptions } = tally(votes)
    expect(descriptions.get(encodeHex(NODE))).toEqual({ newest: now.descriptor, isBacked: false })
    expect(tally(votes.slice(1)).descriptions.size).toBe(0)
  })

  it('come in the order of their nodes', () => {
    const votes = [3, 1, 2, 0].map((index) => ({ descriptors: [createSignedDescriptor(index)] }))
    const names = [...tally(votes).descriptions.keys()]
    expect(names).toHaveLength(4)
    expect(names).toEqual(names.toSorted())
  })

  it('let a node go only when they are newer than the document’s', () => {
    const descriptor = createDescriptor(0, { isLeaving: true })
    const { opinionOf } = tally([{ descriptors: [wrapDescriptor(descriptor)] }])
    expect(opinionOf(NODE, DESCRIBED_AT_MS - 1).isLeaving).toBe(true)
    expect(opinionOf(NODE, DESCRIBED_AT_MS).isLeaving).toBe(false)
  })

  it('let no node go that changed its mind', () => {
    const going = createDescriptor(0, { isLeaving: true })
    const staying = createDescriptor(0, { issuedAt: DESCRIBED_AT_MS + 1 })
    const votes = [going, staying].map((descriptor) => ({
      descriptors: [wrapDescriptor(descriptor)],
    }))
    expect(tally(votes).opinionOf(NODE, 0).isLeaving).toBe(false)
  })
})

describe('the least version of software', () => {
  const ask = (...versions: readonly SoftwareVersion[]): SoftwareVersion =>
    tally(versions.map((softwareMin) => ({ softwareMin }))).softwareMin

  it('is what three of the votes ask for or exceed', () => {
    expect(ask([1, 0, 0], [1, 0, 0], [1, 0, 0])).toEqual([1, 0, 0])
    expect(ask([1, 0, 0], [2, 0, 0], [3, 0, 0], [4, 0, 0], [5, 0, 0])).toEqual([3, 0, 0])
    expect(ask([5, 0, 0], [1, 9, 9], [1, 10, 0], [1, 9, 10])).toEqual([1, 9, 10])
  })

  it('is neither raised nor lowered by fewer than three', () => {
    const honest: readonly SoftwareVersion[] = [
      [2, 0, 0],
      [2, 0, 0],
      [2, 0, 0],
    ]
    expect(ask(...honest, [255, 255, 255], [255, 0, 0])).toEqual([2, 0, 0])
    expect(ask(...honest, [0, 0, 0], [0, 0, 1])).toEqual([2, 0, 0])
    expect(ask(...honest, [255, 0, 0], [0, 0, 0])).toEqual([2, 0, 0])
  })

  it('stays among what honest authorities ask for, when they differ', () => {
    const octet = fc.nat({ max: 255 })
    const version = fc.tuple(octet, octet, octet)
    const versions = (length: number): fc.Arbitrary<SoftwareVersion[]> =>
      fc.array(version, { minLength: length, maxLength: length })
    fc.assert(
      fc.property(versions(3), versions(2), (honest, hostile) => {
        const sorted = honest.toSorted(compareSoftware)
        const result = ask(...honest, ...hostile)
        expect(compareSoftware(result, sorted[0] ?? result)).toBeGreaterThanOrEqual(0)
        expect(compareSoftware(result, sorted[2] ?? result)).toBeLessThanOrEqual(0)
      }),
    )
  })
})
