/**
 * Both sides of a reconciliation and the keys of records, written a second time from spec 10 with nothing but Node's own
 * library and the slow hash beside it. They reconcile with ours over the bytes of the messages.
 */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  KeySet,
  answerReconciliation,
  createReconciliation,
  decodeRecordsAnswer,
  encodeChangeKey,
  encodeMessageKey,
} from '../src/replication/index.ts'
import { hashSlowly } from './reference-hash.ts'
import { CHANGES, bytesOfChange } from './replication-fixtures.ts'

type Keys = readonly Buffer[]

interface Range {
  readonly lower: Buffer
  /** Undefined for the end of all keys. */
  readonly upper: Buffer | undefined
  readonly mode: number
  readonly content: Buffer
}

const KEY = 40
const [SKIP, FINGERPRINT, LIST] = [0, 1, 2]

function hashKeys(keys: Keys): Buffer {
  return hashSlowly(Buffer.concat(keys), 32).subarray(0, 16)
}

function selectKeys(keys: Keys, { lower, upper }: Pick<Range, 'lower' | 'upper'>): Keys {
  return keys.filter(
    (key) => Buffer.compare(key, lower) >= 0 && (!upper || Buffer.compare(key, upper) < 0),
  )
}

function readMessage(bytes: Buffer): readonly Range[] {
  let offset = 0
  const take = (length: number): Buffer => bytes.subarray(offset, (offset += length))
  const takeBound = (): Buffer => take(take(1)[0] ?? 0)
  const ranges: Range[] = []
  for (let lower = takeBound(); offset < bytes.length;) {
    const bound = takeBound()
    const upper = bound.length === 0 ? undefined : bound
    const mode = take(1)[0] ?? SKIP
    const length = mode === FINGERPRINT ? 16 : mode === LIST ? take(2).readUInt16BE() * KEY : 0
    ranges.push({ lower, upper, mode, content: take(length) })
    lower = bound
  }
  return ranges
}

function writeMessage(ranges: readonly Range[]): Buffer {
  const bound = (bytes: Buffer): Buffer => Buffer.concat([Buffer.of(bytes.length), bytes])
  const parts = ranges.map(({ upper, mode, content }) => {
    const count = Buffer.alloc(mode === LIST ? 2 : 0)
    if (mode === LIST) count.writeUInt16BE(content.length / KEY)
    return Buffer.concat([bound(upper ?? Buffer.alloc(0)), Buffer.of(mode), count, content])
  })
  return Buffer.concat([bound(ranges[0]?.lower ?? Buffer.alloc(0)), ...parts])
}

/** One skip where there were several. */
function joinSkips(ranges: readonly Range[]): readonly Range[] {
  return ranges.flatMap((range, index) => {
    const isSkip = range.mode === SKIP
    if (isSkip && ranges[index - 1]?.mode === SKIP) return []
    const rest = ranges.slice(index)
    const end = rest.findIndex(({ mode }) => mode !== SKIP)
    const last = rest.at((end < 0 ? rest.length : end) - 1)
    return [isSkip ? { ...range, upper: last?.upper } : range]
  })
}

/** Cuts in halves, at the first byte in which the keys at the middle differ. */
function splitRange(
  keys: Keys,
  { lower, upper }: Pick<Range, 'lower' | 'upper'>,
): readonly Range[] {
  const inside = selectKeys(keys, { lower, upper })
  const middle = inside.length >> 1
  const [left, right] = [inside[middle - 1], inside[middle]]
  if (!left || !right) return [describeRange(keys, { lower, upper })]
  const differs = right.findIndex((byte, index) => byte !== left[index])
  const bound = right.subarray(0, differs + 1)
  return [
    describeRange(keys, { lower, upper: bound }),
    describeRange(keys, { lower: bound, upper }),
  ]
}

function describeRange(keys: Keys, bounds: Pick<Range, 'lower' | 'upper'>): Range {
  return { ...bounds, mode: FINGERPRINT, content: hashKeys(selectKeys(keys, bounds)) }
}

function answerSlowly(keys: Keys, question: Buffer): Buffer {
  const answer = readMessage(question).flatMap((range): readonly Range[] => {
    if (range.mode === SKIP) return [range]
    const inside = selectKeys(keys, range)
    if (hashKeys(inside).equals(range.content)) {
      return [{ ...range, mode: SKIP, content: Buffer.alloc(0) }]
    }
    const isSmall = inside.length <= 3 || hashKeys([]).equals(range.content)
    if (isSmall) return [{ ...range, mode: LIST, content: Buffer.concat(inside) }]
    return splitRange(keys, range)
  })
  return writeMessage(joinSkips(answer))
}

interface Differences {
  readonly have: Set<string>
  readonly need: Set<string>
}

/** Asks whoever answers, all at once: these sets are small enough for a single message a round. */
function askSlowly(keys: Keys, ask: (question: Buffer) => Buffer): Differences {
  const [have, need] = [new Set<string>(), new Set<string>()]
  let open = splitRange(keys, { lower: Buffer.alloc(0), upper: undefined })
  while (open.length > 0) {
    open = readMessage(ask(writeMessage(fillGaps(open)))).flatMap((range) => {
      const inside = selectKeys(keys, range)
      if (range.mode === SKIP) return []
      if (range.mode === FINGERPRINT) {
        return hashKeys(inside).equals(range.content) ? [] : splitRange(keys, range)
      }
      const listed = Array.from({ length: range.content.length / KEY }, (_, index) =>
        range.content.toString('hex', index * KEY, (index + 1) * KEY),
      )
      const own = inside.map((key) => key.toString('hex'))
      for (const key of listed) if (!own.includes(key)) need.add(key)
      for (const key of own) if (!listed.includes(key)) have.add(key)
      return []
    })
  }
  return { have, need }
}

function fillGaps(ranges: readonly Range[]): readonly Range[] {
  return ranges.flatMap((range, index) => {
    const end = ranges[index - 1]?.upper
    if (!end || end.equals(range.lower)) return [range]
    return [{ lower: end, upper: range.lower, mode: SKIP, content: Buffer.alloc(0) }, range]
  })
}

/** Packed keys of messages, sorted. */
function createKeys(count: number): Keys {
  const keys = Array.from({ length: count }, () => {
    const key = randomBytes(KEY)
    key[32] = (key[32] ?? 0) & 0x7f
    return key
  })
  return keys.toSorted(Buffer.compare)
}

const toSet = (keys: Keys): KeySet => new KeySet(Buffer.concat(keys))
const toHex = (keys: Keys): readonly string[] => keys.map((key) => key.toString('hex')).toSorted()

const sizes = fc.record({
  both: fc.nat({ max: 150 }),
  ours: fc.nat({ max: 40 }),
  theirs: fc.nat({ max: 40 }),
})

describe('a reconciliation', () => {
  it('finds the differences when ours asks and the other answers', () => {
    fc.assert(
      fc.property(sizes, ({ both, ours, theirs }) => {
        const [common, own, foreign] = [createKeys(both), createKeys(ours), createKeys(theirs)]
        const slow = [...common, ...foreign].toSorted(Buffer.compare)
        const reconciliation = createReconciliation(toSet([...common, ...own]))
        let step = reconciliation.next()
        while (step.ok && step.value.kind === 'ask') {
          step = reconciliation.next(answerSlowly(slow, Buffer.from(step.value.message)))
        }
        if (!step.ok || step.value.kind !== 'done') throw new Error('refused')
        const { have, need, isComplete } = step.value
        expect(isComplete).toBe(true)
        expect([...have].map((key) => Buffer.from(key).toString('hex'))).toEqual(toHex(own))
        expect([...need].map((key) => Buffer.from(key).toString('hex'))).toEqual(toHex(foreign))
      }),
      { numRuns: 40 },
    )
  })

  it('finds the differences when the other asks and ours answers', () => {
    fc.assert(
      fc.property(sizes, ({ both, ours, theirs }) => {
        const [common, own, foreign] = [createKeys(both), createKeys(ours), createKeys(theirs)]
        const fast = toSet([...common, ...foreign])
        const slow = [...common, ...own].toSorted(Buffer.compare)
        const { have, need } = askSlowly(slow, (question) => {
          const answer = answerReconciliation(fast, question)
          if (!answer.ok) throw answer.error
          return Buffer.from(answer.value)
        })
        expect([...have].toSorted()).toEqual(toHex(own))
        expect([...need].toSorted()).toEqual(toHex(foreign))
      }),
      { numRuns: 40 },
    )
  })
})

describe('keys and records', () => {
  it('of messages are the hash, the time and the namespace', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.nat({ max: 2 ** 47 - 1 }),
        fc.integer({ min: -32_768, max: 32_767 }),
        (hash, firstExpiryMs, namespace) => {
          const tail = Buffer.alloc(8)
          tail.writeUIntBE(firstExpiryMs, 0, 6)
          tail.writeInt16BE(namespace, 6)
          const text = Buffer.from(hash).toString('base64').replace(/=+$/, '')
          const key = encodeMessageKey({ hash: text, namespace, firstExpiryMs })
          expect(Buffer.concat([hash, tail]).equals(key)).toBe(true)
        },
      ),
    )
  })

  it.each(Object.entries(CHANGES))(
    'of a %s are the hash of its time and its bytes, a bit and its time',
    (_, request) => {
      const bytes = bytesOfChange(request)
      const tail = Buffer.alloc(8)
      tail.writeUIntBE(2 ** 47 + 12_345, 0, 6)
      const time = Buffer.alloc(6)
      time.writeUIntBE(12_345, 0, 6)
      const expected = Buffer.concat([hashSlowly(Buffer.concat([time, bytes]), 32), tail])
      expect(expected.equals(encodeChangeKey(bytes, 12_345))).toBe(true)
    },
  )

  it('are computed by the receiver as the specification says', () => {
    const account = Buffer.concat([Buffer.of(5), randomBytes(32)])
    const data = randomBytes(300)
    const head = Buffer.alloc(24)
    head.writeInt16BE(-11, 0)
    for (const [index, time] of [7, 8, 9].entries()) head.writeUIntBE(time, 2 + 6 * index, 6)
    head.writeUInt32BE(data.length, 20)
    const record = Buffer.concat([Buffer.of(0, 1), account, head, data])
    const answer = decodeRecordsAnswer(record)
    const key = answer.ok ? answer.value.records[0]?.key : undefined
    const hash = hashSlowly(Buffer.concat([account, Buffer.from('-11'), data]), 32)
    const tail = Buffer.from('000000000009fff5', 'hex')
    expect(key && Buffer.concat([hash, tail]).equals(key)).toBe(true)
  })
})
