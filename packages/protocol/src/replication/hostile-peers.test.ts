/** Peers who answer a reconciliation with nonsense, without end, or with lies. */
import { concatBytes } from '@sotto/crypto/bytes'
import { arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createUniformKeys, keyOf, listHex, reconcile } from '../../test/reconcile-fixtures.ts'
import {
  FIRST_BOUND,
  KeySet,
  type ReconcileRange,
  type ReconciliationOptions,
  type ReconciliationOutcome,
  answerReconciliation,
  createReconciliation,
  decodeReconcileMessage,
  encodeReconcileMessage,
} from './index.ts'
import { compareUpper, findPiece, splitPiece } from './key-range.ts'

const OURS = new KeySet(createUniformKeys(1000, 'ours'))
const THEIRS = new KeySet(createUniformKeys(1000, 'theirs'))
const FEW = new KeySet(createUniformKeys(40, 'few'))
const EMPTY = new KeySet(new Uint8Array())
const NONE = new Uint8Array()

type Peer = (question: Uint8Array, round: number) => Uint8Array

/** The outcome, or the code of the refusal. Every run ends: otherwise the test would not. */
function meet(
  peer: Peer,
  options: ReconciliationOptions = {},
  ours: KeySet = OURS,
): ReconciliationOutcome | string {
  const reconciliation = createReconciliation(ours, options)
  let step = reconciliation.next()
  for (let round = 0; ; round++) {
    if (!step.ok) return step.error.code
    if (step.value.kind === 'done') return step.value
    step = reconciliation.next(peer(step.value.message, round))
  }
}

function readQuestion(question: Uint8Array): readonly ReconcileRange[] {
  const decoded = decodeReconcileMessage(question)
  if (!decoded.ok) throw decoded.error
  return decoded.value
}

/** An answer made of the ranges of the question, one by one. */
function answerEach(answer: (range: ReconcileRange) => readonly ReconcileRange[]): Peer {
  return (question) => encodeReconcileMessage(readQuestion(question).flatMap(answer))
}

/** The next place in the key space; tests do not go on so long that a byte is full. */
function incrementBound(bound: Uint8Array): Uint8Array {
  const next = new Uint8Array(40)
  next.set(bound)
  next[39] = (next[39] ?? 0) + 1
  return next
}

function nonsense(round: number): Uint8Array {
  return createSeededRandomness(`nonsense ${round}`).bytes(16)
}

describe('a peer who sends nonsense', () => {
  it('is refused for random bytes', () => {
    fc.assert(
      fc.property(arbitraryBytes(100), (bytes) => {
        const met = meet(() => bytes, {}, FEW)
        expect(typeof met === 'string' || met.rounds <= 64).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('is refused, or survived within the limits, for changed answers', () => {
    const theirs = new KeySet(createUniformKeys(40, 'others'))
    const [first] = reconcile({ ours: FEW, theirs }).answers
    fc.assert(
      fc.property(arbitraryMutation(first ?? NONE), (changed) => {
        const peer: Peer = (question, round) => {
          const answer = answerReconciliation(theirs, question)
          return round > 0 && answer.ok ? answer.value : changed
        }
        const met = meet(peer, {}, FEW)
        if (typeof met === 'string') expect(met).toMatch(/^replication_/)
        else expect(met.rounds).toBeLessThanOrEqual(64)
      }),
      { numRuns: 2000 },
    )
  })

  it.each<[string, string, Peer]>([
    ['nothing', 'replication_malformed', () => NONE],
    ['more than a message may have', 'replication_limit', () => new Uint8Array(65_537)],
    ['another first bound', 'replication_answer', () => Uint8Array.of(1, 9, 0, 0)],
    ['the question itself', 'replication_answer', (question) => question],
    ['a range twice', 'replication_malformed', () => Uint8Array.of(0, 1, 5, 0, 1, 5, 0)],
    ['bounds out of order', 'replication_malformed', () => Uint8Array.of(0, 1, 5, 0, 1, 4, 0)],
    [
      'one list of everything, over all that was asked',
      'replication_answer',
      () =>
        encodeReconcileMessage([
          { mode: 'list', lower: FIRST_BOUND, upper: undefined, keys: NONE },
        ]),
    ],
    [
      'a fingerprint of all it was asked for',
      'replication_answer',
      answerEach(({ lower, upper }) => [
        { mode: 'fingerprint', lower, upper, fingerprint: nonsense(0) },
      ]),
    ],
  ])('is refused for %s', (_, code, peer) => {
    expect(meet(peer)).toBe(code)
  })

  it('is refused for a fingerprint where we have nothing to compare with', () => {
    const peer: Peer = (question) => {
      const [range] = readQuestion(question)
      const upper = Uint8Array.of(0x80)
      return encodeReconcileMessage([
        { mode: 'fingerprint', lower: range?.lower ?? NONE, upper, fingerprint: nonsense(1) },
      ])
    }
    const reconciliation = createReconciliation(EMPTY)
    const first = reconciliation.next()
    const question = first.ok && first.value.kind === 'ask' ? first.value.message : NONE
    const step = reconciliation.next(peer(question, 0))
    expect(step.ok || step.error.code).toBe('replication_answer')
  })

  it('is refused for saying something of what was skipped', () => {
    // Our half is asked in two parts around what the peer agreed to before.
    const honest: Peer = (question) => {
      const answer = answerReconciliation(THEIRS, question)
      return answer.ok ? answer.value : NONE
    }
    const met = meet((question, round) => {
      if (round === 0) {
        const ranges = readQuestion(question)
        const [first, second] = ranges
        if (!first || !second) return NONE
        const parts = splitPiece(THEIRS, findPiece(THEIRS, first), 4)
        const fingerprints = parts.map(({ lower, upper }): ReconcileRange => {
          return { mode: 'fingerprint', lower, upper, fingerprint: nonsense(2) }
        })
        const skip = { mode: 'skip', lower: first.upper ?? NONE, upper: undefined } as const
        return encodeReconcileMessage([...fingerprints, skip])
      }
      const ranges = readQuestion(honest(question, round))
      const last = ranges.at(-1)
      const list = {
        mode: 'list',
        lower: last?.upper ?? NONE,
        upper: undefined,
        keys: NONE,
      } as const
      return encodeReconcileMessage([...ranges, list])
    })
    expect(met).toBe('replication_answer')
  })
})

describe('a peer without end', () => {
  it('who narrows down by a single key each time is left after 64 questions', () => {
    const met = meet((question) => {
      const asked = readQuestion(question).filter(({ mode }) => mode === 'fingerprint')
      let end = asked[0]?.lower
      const answer = asked.slice(0, 60).flatMap(({ lower, upper }): ReconcileRange[] => {
        const second = incrementBound(lower)
        const gap = end !== undefined && compareUpper(end, lower) < 0 ? end : lower
        end = upper
        return [
          { mode: 'skip', lower: gap, upper: second },
          { mode: 'fingerprint', lower: second, upper, fingerprint: nonsense(3) },
        ]
      })
      return encodeReconcileMessage(answer)
    })
    expect(met).toMatchObject({ kind: 'done', isComplete: false, rounds: 64 })
  })

  it('who answers as little as it can is left after 64 questions', () => {
    const met = meet((question) => {
      const lower = readQuestion(question)[0]?.lower ?? NONE
      return encodeReconcileMessage([{ mode: 'skip', lower, upper: incrementBound(lower) }])
    })
    expect(met).toMatchObject({ kind: 'done', isComplete: false, rounds: 64 })
  })

  it('who invents keys is believed up to a limit', () => {
    const met = meet(
      answerEach(({ lower, upper }) => {
        const start = keyOf(...lower)
        const keys = Array.from({ length: 50 }, (_, index) => {
          const key = Uint8Array.from(start)
          key[31] = 1 + index
          return key
        })
        return [{ mode: 'list', lower, upper, keys: concatBytes(keys) }]
      }),
      { keysMax: 120 },
    )
    if (typeof met === 'string') throw new TypeError(met)
    expect([met.isComplete, met.need.count]).toEqual([false, 120])
  })
})

describe('a peer who lies', () => {
  it('and claims to agree ends the reconciliation, and that is all', () => {
    const met = meet(() => Uint8Array.of(0, 0, 0))
    expect(met).toMatchObject({ kind: 'done', isComplete: true, rounds: 1 })
  })

  it('and claims to have nothing is told what we have, never anything else', () => {
    const met = meet(answerEach(({ lower, upper }) => [{ mode: 'list', lower, upper, keys: NONE }]))
    if (typeof met === 'string') throw new TypeError(met)
    expect(listHex(met.have)).toEqual(listHex(OURS))
  })
})

describe('a peer who asks', () => {
  const few = new KeySet(createUniformKeys(100, 'few'))
  const honest = reconcile({ ours: few, theirs: THEIRS }).questions[1] ?? NONE

  it('gets an answer or a refusal for random bytes, never a throw', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(100), arbitraryMutation(honest)), (question) => {
        const answer = answerReconciliation(few, question)
        if (!answer.ok) expect(answer.error.code).toBe('replication_malformed')
        else expect(decodeReconcileMessage(answer.value).ok).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  it('is refused with a list: only the answering side lists', () => {
    const question = encodeReconcileMessage([
      { mode: 'list', lower: FIRST_BOUND, upper: undefined, keys: keyOf(1) },
    ])
    const answer = answerReconciliation(THEIRS, question)
    expect(answer.ok || answer.error.code).toBe('replication_malformed')
  })

  it('never gets more than a message, however much it asks for', () => {
    const many = new KeySet(createUniformKeys(20_000, 'many'))
    const bounds = Array.from({ length: 4000 }, (_, index) =>
      Uint8Array.of(1 + Math.floor(index / 255), 1 + (index % 255)),
    )
    const ranges = bounds.map((upper, index): ReconcileRange => {
      const lower = bounds[index - 1] ?? FIRST_BOUND
      return {
        mode: 'fingerprint',
        lower,
        upper,
        fingerprint: EMPTY.fingerprint({ from: 0, to: 0 }),
      }
    })
    // Asked in parts, because fingerprints for all of them would be no message.
    const answer = answerReconciliation(many, encodeReconcileMessage(ranges.slice(0, 3000)))
    if (!answer.ok) throw answer.error
    expect(answer.value.length).toBeLessThanOrEqual(65_536)
    const answered = readQuestion(answer.value)
    expect(answered.at(-1)?.upper).toBeDefined()
    expect(answered.every(({ mode }) => mode === 'list' || mode === 'skip')).toBe(true)
  })

  it('is answered from the beginning of its question, and not beyond it', () => {
    const [lower, upper] = [Uint8Array.of(0x30), Uint8Array.of(0x50)]
    const question = encodeReconcileMessage([
      { mode: 'fingerprint', lower, upper, fingerprint: nonsense(5) },
    ])
    const answer = answerReconciliation(THEIRS, question)
    const ranges = answer.ok ? readQuestion(answer.value) : []
    expect([ranges[0]?.lower, ranges.at(-1)?.upper]).toEqual([lower, upper])
  })
})
