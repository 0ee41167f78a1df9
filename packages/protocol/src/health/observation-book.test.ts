/** What a receiver keeps of reports, spec 09 §5.3: the newest of each pair, bounded. */
import { encodeHex } from '@sotto/crypto/bytes'
import { type Ed25519PublicKey, toEd25519PublicKey } from '@sotto/crypto/signing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createObservation, createReport } from '../../test/health-fixtures.ts'
import { ObservationBook } from './index.ts'

const TARGETS_MAX = 4096
const OBSERVERS_MAX = 64

/** A book checks no signatures: any 32 bytes are a name. */
function createKey(number: number): Ed25519PublicKey {
  const bytes = new Uint8Array(32)
  new DataView(bytes.buffer).setUint32(0, number)
  const key = toEd25519PublicKey(bytes)
  if (key === undefined) throw new Error('32 bytes are a key')
  return key
}

function nameOf(number: number): string {
  return encodeHex(createKey(number))
}

interface Said {
  readonly observer: number
  readonly target: number
  readonly epoch?: number
  readonly issuedAt?: number
  readonly auditsFailed?: number
}

function say(book: ObservationBook, said: Said): void {
  const { observer, target, epoch = 1, issuedAt = 1, auditsFailed = 0 } = said
  const observations = [createObservation({ target: createKey(target), auditsFailed })]
  book.add(createReport({ observer: createKey(observer), epoch, issuedAt, observations }))
}

describe('a book of observations', () => {
  it('knows nothing of a node that nobody reported', () => {
    expect(new ObservationBook().about(nameOf(1))).toEqual([])
  })

  it('keeps what each observer says of a target, with who says it and when', () => {
    const book = new ObservationBook()
    say(book, { observer: 1, target: 9, epoch: 3, issuedAt: 30, auditsFailed: 2 })
    say(book, { observer: 2, target: 9, epoch: 3, issuedAt: 31 })
    expect(book.about(nameOf(9))).toMatchObject([
      { latest: { observer: nameOf(1), epoch: 3, issuedAt: 30, auditsFailed: 2 } },
      { latest: { observer: nameOf(2), epoch: 3, issuedAt: 31, auditsFailed: 0 } },
    ])
  })

  it('keeps nothing of what an observer says of itself', () => {
    const book = new ObservationBook()
    say(book, { observer: 9, target: 9 })
    expect(book.about(nameOf(9))).toEqual([])
  })

  it.each([
    ['an older report', 29],
    ['the same report again', 30],
  ])('is not changed by %s, so that replaying one does nothing', (_what, issuedAt) => {
    const book = new ObservationBook()
    say(book, { observer: 1, target: 9, issuedAt: 30, auditsFailed: 1 })
    say(book, { observer: 1, target: 9, issuedAt, auditsFailed: 7, epoch: 4 })
    expect(book.about(nameOf(9))).toMatchObject([{ latest: { issuedAt: 30, auditsFailed: 1 } }])
  })

  it('keeps the last observation of an earlier epoch beside the newest', () => {
    const book = new ObservationBook()
    say(book, { observer: 1, target: 9, epoch: 3, issuedAt: 30, auditsFailed: 3 })
    expect(book.about(nameOf(9))[0]?.before).toBeUndefined()
    say(book, { observer: 1, target: 9, epoch: 3, issuedAt: 31, auditsFailed: 4 })
    expect(book.about(nameOf(9))[0]?.before).toBeUndefined()
    say(book, { observer: 1, target: 9, epoch: 4, issuedAt: 40, auditsFailed: 5 })
    expect(book.about(nameOf(9))[0]).toMatchObject({
      latest: { epoch: 4, auditsFailed: 5 },
      before: { epoch: 3, issuedAt: 31, auditsFailed: 4 },
    })
    say(book, { observer: 1, target: 9, epoch: 4, issuedAt: 41, auditsFailed: 6 })
    expect(book.about(nameOf(9))[0]).toMatchObject({
      latest: { issuedAt: 41, auditsFailed: 6 },
      before: { epoch: 3, auditsFailed: 4 },
    })
    say(book, { observer: 1, target: 9, epoch: 7, issuedAt: 70 })
    expect(book.about(nameOf(9))[0]).toMatchObject({ before: { epoch: 4, issuedAt: 41 } })
  })

  it('keeps one observation before the newest, however many epochs go by', () => {
    const book = new ObservationBook()
    for (let epoch = 1; epoch <= 50; epoch += 1) {
      say(book, { observer: 1, target: 9, epoch, issuedAt: epoch })
    }
    const [history] = book.about(nameOf(9))
    expect([history?.before?.epoch, history?.latest.epoch]).toEqual([49, 50])
    expect(history?.before).not.toHaveProperty('before')
  })

  it('forgets targets and observers that are not there any more', () => {
    const book = new ObservationBook()
    say(book, { observer: 1, target: 8 })
    say(book, { observer: 1, target: 9 })
    say(book, { observer: 2, target: 9 })
    book.retain((key) => [nameOf(2), nameOf(9)].includes(key))
    expect(book.about(nameOf(8))).toEqual([])
    expect(book.about(nameOf(9)).map(({ latest }) => latest.observer)).toEqual([nameOf(2)])
  })

  it('keeps the newest of every pair, in whatever order reports arrive', () => {
    const said = fc.record({
      observer: fc.integer({ min: 1, max: 4 }),
      target: fc.integer({ min: 1, max: 4 }),
      issuedAt: fc.nat(20),
    })
    fc.assert(
      fc.property(fc.array(said, { maxLength: 60 }), (reports) => {
        const book = new ObservationBook()
        for (const each of reports) say(book, each)
        for (const target of [1, 2, 3, 4]) {
          const newest = new Map<string, number>()
          for (const each of reports.filter((one) => one.target === target)) {
            const name = nameOf(each.observer)
            newest.set(name, Math.max(newest.get(name) ?? 0, each.issuedAt))
          }
          newest.delete(nameOf(target))
          const held = book.about(nameOf(target)).map(({ latest }) => latest)
          expect(new Map(held.map((each) => [each.observer, each.issuedAt]))).toEqual(newest)
        }
      }),
    )
  })
})

describe('a flood of reports', () => {
  it('leaves at most 64 observers of a target, those that said something last', () => {
    const book = new ObservationBook()
    for (let observer = 1; observer <= 500; observer += 1) say(book, { observer, target: 9000 })
    const observers = book.about(nameOf(9000)).map(({ latest }) => latest.observer)
    expect(observers).toHaveLength(OBSERVERS_MAX)
    expect(observers).toEqual(Array.from({ length: OBSERVERS_MAX }, (_, i) => nameOf(437 + i)))
  })

  it('does not push out an observer that speaks up again', () => {
    const book = new ObservationBook()
    for (let observer = 1; observer <= OBSERVERS_MAX; observer += 1) {
      say(book, { observer, target: 9000 })
    }
    say(book, { observer: 1, target: 9000, issuedAt: 2 })
    say(book, { observer: 999, target: 9000 })
    const observers = book.about(nameOf(9000)).map(({ latest }) => latest.observer)
    expect(observers).toContain(nameOf(1))
    expect(observers).not.toContain(nameOf(2))
  })

  it('leaves at most 4,096 targets, those that something was said of last', () => {
    const book = new ObservationBook()
    const count = 3 * TARGETS_MAX
    for (let target = 1; target <= count; target += 1) say(book, { observer: 99_999, target })
    const known = Array.from({ length: count }, (_, index) => index + 1).filter(
      (target) => book.about(nameOf(target)).length > 0,
    )
    expect(known).toHaveLength(TARGETS_MAX)
    expect(known[0]).toBe(count - TARGETS_MAX + 1)
  })

  it('of one old report changes nothing, not even who goes first', () => {
    const book = new ObservationBook()
    for (let target = 1; target <= TARGETS_MAX; target += 1) say(book, { observer: 99_999, target })
    say(book, { observer: 99_999, target: 1 })
    say(book, { observer: 99_999, target: TARGETS_MAX + 1 })
    expect(book.about(nameOf(1))).toEqual([])
    expect(book.about(nameOf(2))).toHaveLength(1)
  })
})
