/** Reconciliations of sets of every kind find exactly the differences. */
import { encodeHex } from '@sotto/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  arbitraryKey,
  createKeySet,
  createUniformKeys,
  listHex,
  reconcile,
  type Run,
} from '../../test/reconcile-fixtures.ts'
import {
  type AnswerOptions,
  KeySet,
  RECORD_KEY_BYTES,
  type ReconciliationOptions,
} from './index.ts'
import { MESSAGE_BYTES_MIN } from './message-draft.ts'

/** Enough for messages of a few hundred bytes. */
const MANY_ROUNDS = 20_000

interface Sets {
  readonly ours: KeySet
  readonly theirs: KeySet
}

/** Up to 2,000 keys, of which each side lacks some, none or all. */
const largeSets: fc.Arbitrary<Sets> = fc
  .record({
    count: fc.nat({ max: 2000 }),
    seed: fc.nat(),
    firstTheirs: fc.double({ min: 0, max: 1, noNaN: true }),
    lastOurs: fc.double({ min: 0, max: 1, noNaN: true }),
    isScattered: fc.boolean(),
  })
  .map(({ count, seed, firstTheirs, lastOurs, isScattered }) => {
    const packed = createUniformKeys(count, String(seed))
    // Keys that are taken as they come are scattered over the space; sorted ones are missing in one piece.
    const list = isScattered ? packed : new KeySet(packed).slice({ from: 0, to: count })
    const size = list.length / RECORD_KEY_BYTES
    return {
      ours: new KeySet(list.subarray(0, Math.round(lastOurs * size) * RECORD_KEY_BYTES)),
      theirs: new KeySet(list.subarray(Math.round(firstTheirs * size) * RECORD_KEY_BYTES)),
    }
  })

const clusteredSets: fc.Arbitrary<Sets> = fc
  .tuple(fc.array(arbitraryKey), fc.array(arbitraryKey), fc.array(arbitraryKey, { maxLength: 200 }))
  .map(([ours, theirs, both]) => ({
    ours: createKeySet([...ours, ...both]),
    theirs: createKeySet([...theirs, ...both]),
  }))

const sets = fc.oneof(largeSets, clusteredSets)

const options = fc.record({
  asking: fc.record({ splitParts: fc.integer({ min: 2, max: 40 }) }),
  answering: fc.record({
    splitParts: fc.integer({ min: 2, max: 40 }),
    listKeys: fc.integer({ min: 1, max: 60 }),
  }),
})

function differenceOf(a: KeySet, b: KeySet): readonly string[] {
  const other = new Set(listHex(b))
  return listHex(a).filter((key) => !other.has(key))
}

function expectExact({ ours, theirs }: Sets, { outcome }: Run): void {
  expect(listHex(outcome.have)).toEqual(differenceOf(ours, theirs))
  expect(listHex(outcome.need)).toEqual(differenceOf(theirs, ours))
  expect(outcome.isComplete).toBe(true)
}

describe('a reconciliation', () => {
  it('finds exactly the keys that each side lacks', () => {
    fc.assert(
      fc.property(sets, (pair) => {
        expectExact(pair, reconcile(pair))
      }),
      { numRuns: 300 },
    )
  })

  it('finds them however the two sides cut and list, without knowing of each other', () => {
    fc.assert(
      fc.property(sets, options, (pair, { asking, answering }) => {
        const run = reconcile(pair, { ...asking, roundsMax: MANY_ROUNDS }, answering)
        expectExact(pair, run)
      }),
      { numRuns: 300 },
    )
  })

  it('finds the same when the other side asks', () => {
    fc.assert(
      fc.property(sets, ({ ours, theirs }) => {
        const [there, back] = [
          reconcile({ ours, theirs }),
          reconcile({ ours: theirs, theirs: ours }),
        ]
        expect(listHex(there.outcome.have)).toEqual(listHex(back.outcome.need))
        expect(listHex(there.outcome.need)).toEqual(listHex(back.outcome.have))
      }),
      { numRuns: 200 },
    )
  })

  it('finds them with messages of a few hundred bytes, which are never exceeded', () => {
    const bytesMax = fc.integer({ min: MESSAGE_BYTES_MIN, max: 700 })
    fc.assert(
      fc.property(sets, bytesMax, bytesMax, (pair, ours, theirs) => {
        const asking: ReconciliationOptions = { messageBytesMax: ours, roundsMax: MANY_ROUNDS }
        const answering: AnswerOptions = { messageBytesMax: theirs }
        const run = reconcile(pair, asking, answering)
        expectExact(pair, run)
        expect(Math.max(0, ...run.questions.map(({ length }) => length))).toBeLessThanOrEqual(ours)
        expect(Math.max(0, ...run.answers.map(({ length }) => length))).toBeLessThanOrEqual(theirs)
      }),
      { numRuns: 40 },
    )
  })

  it('finds in a part of the key space exactly what differs there', () => {
    fc.assert(
      fc.property(sets, arbitraryKey, arbitraryKey, fc.nat({ max: 40 }), (pair, a, b, length) => {
        const [lower = a, upper = b] = [a, b]
          .toSorted(Buffer.compare)
          .map((key) => key.slice(0, length))
        const { outcome } = reconcile(pair, { lower, upper })
        const isInside = (key: string): boolean =>
          key >= encodeHex(lower) && key < encodeHex(upper).padEnd(80, '0')
        const { ours, theirs } = pair
        expect(listHex(outcome.have)).toEqual(differenceOf(ours, theirs).filter(isInside))
        expect(listHex(outcome.need)).toEqual(differenceOf(theirs, ours).filter(isInside))
      }),
      { numRuns: 300 },
    )
  })

  it('finds in two halves together what it finds in the whole', () => {
    const middle = Uint8Array.of(0x80)
    fc.assert(
      fc.property(sets, (pair) => {
        const halves = [reconcile(pair, { upper: middle }), reconcile(pair, { lower: middle })]
        const whole = reconcile(pair)
        const needs = halves.flatMap(({ outcome }) => listHex(outcome.need))
        const haves = halves.flatMap(({ outcome }) => listHex(outcome.have))
        expect([needs, haves]).toEqual([listHex(whole.outcome.need), listHex(whole.outcome.have)])
      }),
      { numRuns: 100 },
    )
  })

  it('of equal sets is one question and an answer of three bytes', () => {
    fc.assert(
      fc.property(largeSets, ({ ours }) => {
        const run = reconcile({ ours, theirs: ours })
        expectExact({ ours, theirs: ours }, run)
        expect([run.outcome.rounds, run.answers.map(({ length }) => length)]).toEqual([1, [3]])
      }),
      { numRuns: 100 },
    )
  })
})
