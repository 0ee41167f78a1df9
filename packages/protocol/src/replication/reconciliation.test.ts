/** The course of a reconciliation, and its limits. */
import { describe, expect, it } from 'vitest'
import {
  createKeySet,
  createUniformKeys,
  keyOf,
  listHex,
  reconcile,
} from '../../test/reconcile-fixtures.ts'
import {
  KeySet,
  type ReconcileRange,
  answerReconciliation,
  createReconciliation,
  decodeReconcileMessage,
} from './index.ts'
import { compareBytes } from './compare-bytes.ts'

const EMPTY = new KeySet(new Uint8Array())
const MANY = new KeySet(createUniformKeys(5000, 'many'))
const FEW = createKeySet([keyOf(1), keyOf(2), keyOf(3)])

function rangesOf(message: Uint8Array): readonly ReconcileRange[] {
  const decoded = decodeReconcileMessage(message)
  if (!decoded.ok) throw decoded.error
  return decoded.value
}

function firstQuestion(keys: KeySet, options = {}): readonly ReconcileRange[] {
  const step = createReconciliation(keys, options).next()
  if (!step.ok || step.value.kind !== 'ask') throw new TypeError('no question')
  return rangesOf(step.value.message)
}

describe('the first question', () => {
  it('has eight fingerprints that cover all keys', () => {
    const ranges = firstQuestion(MANY)
    expect(ranges.map(({ mode }) => mode)).toEqual(Array.from({ length: 8 }, () => 'fingerprint'))
    expect([ranges[0]?.lower, ranges.at(-1)?.upper]).toEqual([new Uint8Array(), undefined])
  })

  it('has bounds of a few bytes, because keys are uniform', () => {
    const lengths = firstQuestion(MANY).map(({ upper }) => upper?.length ?? 0)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(3)
  })

  it('of an empty set is the fingerprint of no key', () => {
    const [range, ...others] = firstQuestion(EMPTY)
    expect(range).toMatchObject({ mode: 'fingerprint', upper: undefined })
    expect(others).toEqual([])
    expect(range?.mode === 'fingerprint' && range.fingerprint).toEqual(
      MANY.fingerprint({ from: 7, to: 7 }),
    )
  })

  it('covers only the part of the key space that was asked for', () => {
    const [lower, upper] = [Uint8Array.of(0x40), Uint8Array.of(0x80)]
    const ranges = firstQuestion(MANY, { lower, upper })
    expect([ranges[0]?.lower, ranges.at(-1)?.upper]).toEqual([lower, upper])
  })

  it('takes bounds that end in zeros', () => {
    const ranges = firstQuestion(MANY, { lower: keyOf(), upper: keyOf(0x80) })
    expect([ranges[0]?.lower, ranges.at(-1)?.upper]).toEqual([
      new Uint8Array(),
      Uint8Array.of(0x80),
    ])
  })
})

describe('a reconciliation', () => {
  it('with an empty peer ends after one question: the peer lacks everything', () => {
    const { outcome } = reconcile({ ours: MANY, theirs: EMPTY })
    expect([outcome.have.count, outcome.need.count, outcome.rounds]).toEqual([5000, 0, 1])
  })

  it('of an empty set learns all keys, as many in a message as fit', () => {
    const { outcome, answers } = reconcile({ ours: EMPTY, theirs: MANY })
    expect(listHex(outcome.need)).toEqual(listHex(MANY))
    expect(outcome.rounds).toBe(4)
    expect(answers.map(({ length }) => length > 65_000)).toEqual([true, true, true, false])
  })

  it('of a few keys is one question', () => {
    const theirs = createKeySet([keyOf(1), keyOf(3), keyOf(4)])
    const { outcome } = reconcile({ ours: FEW, theirs })
    expect([listHex(outcome.have), listHex(outcome.need), outcome.rounds]).toEqual([
      listHex([keyOf(2)]),
      listHex([keyOf(4)]),
      1,
    ])
  })

  it('notices a message whose first expiry differs, and nothing else', () => {
    const shared = keyOf(1)
    const early = keyOf(...new Uint8Array(37).fill(7), 1)
    const late = keyOf(...new Uint8Array(37).fill(7), 2)
    const { outcome } = reconcile({
      ours: createKeySet([shared, early]),
      theirs: createKeySet([shared, late]),
    })
    expect(listHex(outcome.have)).toEqual(listHex([early]))
    expect(listHex(outcome.need)).toEqual(listHex([late]))
  })

  it('asks in the second question only about the part that differed', () => {
    const theirs = new KeySet(MANY.slice({ from: 1, to: MANY.count }))
    const [first, second] = reconcile({ ours: MANY, theirs }).questions.map(rangesOf)
    expect(second?.[0]?.lower).toEqual(new Uint8Array())
    expect(
      compareBytes(second?.at(-1)?.upper ?? keyOf(0xff), first?.[0]?.upper ?? keyOf()),
    ).toBeLessThan(0)
  })

  it('of nothing at all has an outcome without a question', () => {
    for (const upper of [Uint8Array.of(5), Uint8Array.of(4)]) {
      const step = createReconciliation(MANY, { lower: Uint8Array.of(5), upper }).next()
      expect(step.ok && step.value).toMatchObject({ kind: 'done', isComplete: true, rounds: 0 })
    }
  })
})

describe('the limits of a reconciliation', () => {
  it('end it after so many questions; what was found holds', () => {
    const { outcome } = reconcile({ ours: EMPTY, theirs: MANY }, { roundsMax: 2 })
    expect([outcome.isComplete, outcome.rounds]).toEqual([false, 2])
    expect(outcome.need.count).toBeGreaterThan(3000)
    expect([...outcome.need].every((key) => MANY.has(key))).toBe(true)
  })

  it('end it when it would learn more keys than it may', () => {
    const { outcome } = reconcile({ ours: EMPTY, theirs: MANY }, { keysMax: 100 })
    expect([outcome.isComplete, outcome.need.count, outcome.rounds]).toEqual([false, 100, 1])
  })

  it('are not reached by as many keys as it may learn', () => {
    const { outcome } = reconcile({ ours: EMPTY, theirs: FEW }, { keysMax: 3 })
    expect([outcome.isComplete, outcome.need.count]).toEqual([true, 3])
  })

  it('let it go on another time until nothing differs', () => {
    let ours = EMPTY
    for (let session = 0; session < 10; session++) {
      const { outcome } = reconcile({ ours, theirs: MANY }, { roundsMax: 3 })
      const both = [ours, outcome.need].map((set) => set.slice({ from: 0, to: set.count }))
      ours = new KeySet(Buffer.concat(both))
    }
    expect(ours.count).toBe(MANY.count)
  })

  it.each([
    { messageBytesMax: 100 },
    { messageBytesMax: 65_537 },
    { splitParts: 1 },
    { splitParts: Number.NaN },
    { messageBytesMax: Number.NaN },
  ])('are refused where it could not end: %j', (options) => {
    expect(() => createReconciliation(MANY, options)).toThrow(RangeError)
    expect(() => answerReconciliation(MANY, new Uint8Array([0, 0, 0]), options)).toThrow(RangeError)
  })

  it('demand of the answering side that it may list a key', () => {
    const options = { listKeys: 0 }
    expect(() => answerReconciliation(MANY, new Uint8Array([0, 0, 0]), options)).toThrow(RangeError)
  })

  it('throw for bounds that are longer than a key', () => {
    expect(() => createReconciliation(MANY, { lower: new Uint8Array(41).fill(1) })).toThrow(
      RangeError,
    )
  })
})

describe('next', () => {
  it('throws without an answer to its question, and with one to none', () => {
    const started = createReconciliation(FEW)
    expect(() => started.next(new Uint8Array())).toThrow('one answer')
    started.next()
    expect(() => started.next()).toThrow('one answer')
  })

  it('throws when it has ended, by an outcome or by a refusal', () => {
    const refused = createReconciliation(FEW)
    refused.next()
    expect(refused.next(new Uint8Array()).ok).toBe(false)
    expect(() => refused.next(new Uint8Array())).toThrow('ended')
    const done = createReconciliation(FEW, { lower: keyOf(9), upper: keyOf(9) })
    const step = done.next()
    expect(step.ok && step.value.kind).toBe('done')
    expect(() => done.next()).toThrow('ended')
  })
})
