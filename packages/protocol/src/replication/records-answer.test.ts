/** Records on their way, and answers that hold them. */
import { concatBytes, encodeHex } from '@sotto/crypto/bytes'
import { deriveMessageHash } from '@sotto/crypto/hash'
import {
  DECODER_RUNS,
  arbitraryBytes,
  arbitraryBytesOf,
  arbitraryMutation,
} from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyOf } from '../../test/reconcile-fixtures.ts'
import {
  ALICE,
  CHANGES,
  bytesOfChange,
  createMessage,
  parseChange,
} from '../../test/replication-fixtures.ts'
import { HASHES, NOW_MS, signedByAlice } from '../../test/rpc-fixtures.ts'
import { DATA_MAX_BYTES, MESSAGES_MAX } from '../rpc/index.ts'
import { parseAccountBytes } from '../swarm/index.ts'
import { compareBytes } from './compare-bytes.ts'
import {
  KeySet,
  CHANGE_BYTES_MAX,
  type ChangeRecord,
  type MessageRecord,
  RECORDS_ANSWER_BYTES_MAX,
  RECORDS_MAX,
  SINGLE_RECORD_BYTES_MAX,
  RECORD_TIME_END_MS,
  type ReceivedRecord,
  type RecordsAnswer,
  type ReplicatedRecord,
  checkFetchAnswer,
  checkPullAnswer,
  countRecordBytes,
  decodeRecordsAnswer,
  encodeChangeKey,
  encodeMessageKey,
  encodeRecordsAnswer,
} from './index.ts'

const CHANGE: ChangeRecord = {
  kind: 'change',
  receivedMs: NOW_MS,
  change: bytesOfChange(CHANGES.delete_all),
}

const account = arbitraryBytesOf(33).map((bytes) => parseAccountBytes(bytes) ?? ALICE)
const time = fc.nat({ max: RECORD_TIME_END_MS - 1 })
const message: fc.Arbitrary<MessageRecord> = fc.record({
  kind: fc.constant('message'),
  account,
  namespace: fc.integer({ min: -32_768, max: 32_767 }),
  timestampMs: time,
  storedMs: time,
  firstExpiryMs: time,
  data: arbitraryBytes(120),
})
const change: fc.Arbitrary<ReplicatedRecord> = fc.record({
  kind: fc.constant('change'),
  receivedMs: time,
  change: fc.constantFrom(...Object.values(CHANGES).map(bytesOfChange)),
})

function read(bytes: Uint8Array): RecordsAnswer<ReceivedRecord> {
  const answer = decodeRecordsAnswer(bytes)
  if (!answer.ok) throw answer.error
  return answer.value
}

function readOne(record: ReplicatedRecord): ReceivedRecord {
  const [received] = read(encodeRecordsAnswer({ records: [record], next: undefined })).records
  if (received === undefined) throw new TypeError('no record')
  return received
}

/** In the order that an answer demands. */
function sortRecords(records: readonly ReplicatedRecord[]): readonly ReceivedRecord[] {
  const received = records.map(readOne).toSorted((a, b) => compareBytes(a.key, b.key))
  const keys = received.map(({ key }) => encodeHex(key))
  return received.filter((_, index) => keys.indexOf(keys[index] ?? '') === index)
}

const SORTED = sortRecords([
  CHANGE,
  ...[1, 2, 3, 4].map((byte) => createMessage({ data: Uint8Array.of(byte) })),
])
const KEYS = SORTED.map(({ key }) => key)
const [K0 = keyOf(), K1 = keyOf(), K2 = keyOf(), K3 = keyOf(), K4 = keyOf()] = KEYS
const HEAD = 1 + 1 + 57

function codeOf(bytes: Uint8Array): string {
  const answer = decodeRecordsAnswer(bytes)
  return answer.ok ? 'accepted' : answer.error.code
}

describe('a record', () => {
  it('of a message is laid out as the specification says', () => {
    const record = createMessage({ namespace: -2, data: Uint8Array.of(0xab, 0xcd) })
    const bytes = encodeRecordsAnswer({ records: [record], next: undefined })
    const hexTime = (ms: number): string => ms.toString(16).padStart(12, '0')
    const times = [record.timestampMs, record.storedMs, record.firstExpiryMs].map(hexTime)
    expect(encodeHex(bytes)).toBe(`0001${encodeHex(ALICE)}fffe${times.join('')}00000002abcd`)
  })

  it('of a change is laid out as the specification says', () => {
    const bytes = encodeRecordsAnswer({ records: [CHANGE], next: undefined })
    const length = bytesOfChange(CHANGES.delete_all).length.toString(16).padStart(8, '0')
    const time48 = NOW_MS.toString(16).padStart(12, '0')
    expect(encodeHex(bytes).slice(0, 24)).toBe(`0002${time48}${length}`)
  })

  it('of a message gets the hash and the key that belong to it, whoever sent it', () => {
    const record = createMessage({ namespace: 7 })
    const hash = deriveMessageHash(record)
    const key = encodeMessageKey({ hash, namespace: 7, firstExpiryMs: record.firstExpiryMs })
    expect(readOne(record)).toEqual({ ...record, hash, key })
  })

  it('of a message keeps its namespace, so that equal data in two stay two messages (trap 28)', () => {
    const namespaces = [-11, 0, 2, 32_767]
    const received = namespaces.map((namespace) => readOne(createMessage({ namespace })))
    expect(received).toMatchObject(namespaces.map((namespace) => ({ namespace })))
    expect(new Set(received.map(({ key }) => encodeHex(key))).size).toBe(4)
    expect(new Set(received.map((record) => 'hash' in record && record.hash)).size).toBe(4)
  })

  it('of a change gets account and request from the bytes, and the key that belongs to them', () => {
    const received = readOne(CHANGE)
    expect(received).toMatchObject({
      ...CHANGE,
      account: ALICE,
      request: CHANGES.delete_all,
      key: encodeChangeKey(CHANGE.change, CHANGE.receivedMs),
    })
  })

  it('is as long as it is said to be', () => {
    fc.assert(
      fc.property(fc.oneof(message, change), (record) => {
        const bytes = encodeRecordsAnswer({ records: [record], next: undefined })
        expect(bytes.length).toBe(1 + countRecordBytes(record))
      }),
    )
  })

  it('may be the largest message that a store takes', () => {
    const record = createMessage({ data: new Uint8Array(DATA_MAX_BYTES) })
    expect(readOne(record)).toMatchObject({ data: record.data })
  })

  it.each([
    ['a message that is too long', { data: new Uint8Array(DATA_MAX_BYTES + 1) }],
    ['a namespace that is none', { namespace: 40_000 }],
    ['a time beyond 47 bits', { storedMs: RECORD_TIME_END_MS }],
    ['half a millisecond', { timestampMs: 1.5 }],
  ])('throws for %s: no store holds it', (_, overrides) => {
    const records = [createMessage(overrides)]
    expect(() => encodeRecordsAnswer({ records, next: undefined })).toThrow(RangeError)
  })

  it('throws for a change that is too long', () => {
    const records: readonly ReplicatedRecord[] = [
      { kind: 'change', receivedMs: NOW_MS, change: new Uint8Array(CHANGE_BYTES_MAX + 1) },
    ]
    expect(() => encodeRecordsAnswer({ records, next: undefined })).toThrow(RangeError)
  })
})

describe('an answer', () => {
  it('gives back its records and where to go on', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(message, change), { maxLength: 6 }),
        fc.boolean(),
        (list, isAll) => {
          const records = sortRecords(list)
          const next = isAll ? undefined : Uint8Array.of(...new Uint8Array(40).fill(0xff))
          expect(read(encodeRecordsAnswer({ records, next }))).toEqual({ records, next })
        },
      ),
      { numRuns: 500 },
    )
  })

  it('may have no record', () => {
    expect(read(Uint8Array.of(0))).toEqual({ records: [], next: undefined })
    expect(read(Uint8Array.of(1, 9))).toEqual({ records: [], next: Uint8Array.of(9) })
  })

  it('throws for more records, or more bytes, than it may have', () => {
    const many = Array.from({ length: RECORDS_MAX + 1 }, () => CHANGE)
    expect(() => encodeRecordsAnswer({ records: many, next: undefined })).toThrow('too many')
    const large = createMessage({ data: new Uint8Array(DATA_MAX_BYTES) })
    const records = Array.from({ length: 14 }, () => large)
    expect(() => encodeRecordsAnswer({ records, next: undefined })).toThrow('too long')
  })

  it('is refused with records out of order, or twice', () => {
    const [first, second] = SORTED
    if (!first || !second) throw new TypeError('no records')
    for (const records of [
      [second, first],
      [first, first],
    ]) {
      expect(codeOf(encodeRecordsAnswer({ records, next: undefined }))).toBe(
        'replication_malformed',
      )
    }
  })

  it('is refused with a record at or behind the bound', () => {
    const records = SORTED.slice(0, 2)
    expect(codeOf(encodeRecordsAnswer({ records, next: K1 }))).toBe('replication_malformed')
    expect(codeOf(encodeRecordsAnswer({ records, next: K0 }))).toBe('replication_malformed')
    expect(codeOf(encodeRecordsAnswer({ records, next: K2 }))).toBe('accepted')
  })

  it('is refused with more records than it may have', () => {
    const bytesOf = (count: number): Uint8Array => {
      const records = Array.from({ length: count }, (_, index) =>
        createMessage({ data: Uint8Array.of(index >> 8, index & 0xff) }),
      )
      return concatBytes([
        Uint8Array.of(0),
        ...sortRecords(records).map((record) =>
          encodeRecordsAnswer({ records: [record], next: undefined }).subarray(1),
        ),
      ])
    }
    expect(codeOf(bytesOf(RECORDS_MAX))).toBe('accepted')
    expect(codeOf(bytesOf(RECORDS_MAX + 1))).toBe('replication_limit')
  })

  it('is refused when it is too long, before it is read', () => {
    expect(codeOf(new Uint8Array(SINGLE_RECORD_BYTES_MAX + 1))).toBe('replication_limit')
  })

  it('may be longer for the sake of one long change, but of nothing else', () => {
    const messages = Array.from({ length: MESSAGES_MAX }, () => HASHES[0])
    const request = parseChange('delete', signedByAlice({ messages }, ''))
    const long: ChangeRecord = { ...CHANGE, change: bytesOfChange(request) }
    const alone = encodeRecordsAnswer({ records: [long], next: undefined })
    expect(alone.length).toBeGreaterThan(4 * RECORDS_ANSWER_BYTES_MAX)
    expect(read(alone).records).toMatchObject([{ change: long.change }])
    const both = sortRecords([long, CHANGE])
    expect(() => encodeRecordsAnswer({ records: both, next: undefined })).toThrow('too long')
    const parts = both.map((record) =>
      encodeRecordsAnswer({ records: [record], next: undefined }).subarray(1),
    )
    expect(codeOf(concatBytes([Uint8Array.of(0), ...parts]))).toBe('replication_limit')
  })

  it('is refused when a length exceeds what a record may have, before the rest is there', () => {
    const bytes = encodeRecordsAnswer({ records: [createMessage()], next: undefined })
    const long = bytes.slice(0, HEAD)
    new DataView(long.buffer).setUint32(HEAD - 4, DATA_MAX_BYTES + 1)
    expect(codeOf(long)).toBe('replication_limit')
    const longChange = Uint8Array.of(0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    new DataView(longChange.buffer).setUint32(8, CHANGE_BYTES_MAX + 1)
    expect(codeOf(longChange)).toBe('replication_limit')
  })

  it.each([36, 42, 48])(
    'is refused with a time beyond 47 bits at offset %i of a message',
    (offset) => {
      const bytes = encodeRecordsAnswer({ records: [createMessage()], next: undefined })
      bytes[1 + offset] = 0x80
      expect(codeOf(bytes)).toBe('replication_malformed')
    },
  )

  it.each([0, 3, 255])('is refused with a record of kind %i', (kind) => {
    const bytes = encodeRecordsAnswer({ records: [createMessage()], next: undefined })
    bytes[1] = kind
    expect(codeOf(bytes)).toBe('replication_malformed')
  })

  it('is refused wherever it is cut, except between records', () => {
    const bytes = encodeRecordsAnswer({ records: SORTED, next: undefined })
    const ends = new Set([1])
    let end = 1
    for (const record of SORTED) ends.add((end += countRecordBytes(record)))
    for (let length = 0; length <= bytes.length; length++) {
      const isWhole = codeOf(bytes.subarray(0, length)) === 'accepted'
      expect([length, isWhole]).toEqual([length, ends.has(length)])
    }
  })

  it('is refused or read for random bytes, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(150), (bytes) => {
        const answer = decodeRecordsAnswer(bytes)
        if (answer.ok) expect(encodeRecordsAnswer(answer.value)).toEqual(bytes)
        else expect(answer.error.code).toMatch(/^replication_(malformed|limit)$/)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('is accepted, when it was changed, only if it would be written so', () => {
    const original = encodeRecordsAnswer({ records: SORTED.slice(0, 3), next: K4 })
    fc.assert(
      fc.property(arbitraryMutation(original), (bytes) => {
        const answer = decodeRecordsAnswer(bytes)
        if (answer.ok) expect(encodeRecordsAnswer(answer.value)).toEqual(bytes)
        else expect(answer.error.code).toMatch(/^replication_(malformed|limit)$/)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('checkPullAnswer', () => {
  const answer = { records: SORTED.slice(1, 3), next: K3 }
  const isTaken = (
    range: { lower: Uint8Array; upper: Uint8Array | undefined },
    next: Uint8Array | undefined = K3,
  ): boolean => checkPullAnswer({ ...answer, next }, range).ok

  it('takes what lies in the range and goes on in it', () => {
    expect(isTaken({ lower: K1, upper: undefined })).toBe(true)
    expect(isTaken({ lower: K0, upper: K4 })).toBe(true)
  })

  it('refuses records before or behind the range', () => {
    expect(isTaken({ lower: K2, upper: undefined })).toBe(false)
    expect(isTaken({ lower: K0, upper: K2 })).toBe(false)
  })

  it('refuses to go on where it began, so that a pull ends whatever the holder says', () => {
    const nothing = { records: [], next: K1 }
    expect(checkPullAnswer(nothing, { lower: K1, upper: undefined }).ok).toBe(false)
    expect(checkPullAnswer(nothing, { lower: K2, upper: undefined }).ok).toBe(false)
    expect(checkPullAnswer(nothing, { lower: K0, upper: undefined }).ok).toBe(true)
  })

  it('refuses to go on at the end of the range, however its bounds are written', () => {
    const bytes = encodeRecordsAnswer({ records: SORTED.slice(1, 3), next: K3 })
    expect(checkPullAnswer(read(bytes), { lower: K0, upper: K3 }).ok).toBe(false)
    expect(checkPullAnswer(read(bytes), { lower: K0, upper: K4 }).ok).toBe(true)
  })

  it('refuses to go on behind the range', () => {
    expect(isTaken({ lower: K0, upper: K3 })).toBe(false)
    expect(checkPullAnswer({ ...answer, next: undefined }, { lower: K0, upper: K3 }).ok).toBe(true)
  })
})

describe('checkFetchAnswer', () => {
  const asked = new KeySet(concatBytes([K0, K1, K3]))
  const [first, second, third] = SORTED

  it('takes what was asked for, also less of it', () => {
    for (const records of [
      [],
      first ? [first] : [],
      SORTED.filter((_, index) => index !== 2 && index < 4),
    ]) {
      expect(checkFetchAnswer({ records, next: undefined }, asked).ok).toBe(true)
    }
  })

  it('refuses a record that was not asked for', () => {
    const records = [second, third].flatMap((record) => record ?? [])
    const checked = checkFetchAnswer({ records, next: undefined }, asked)
    expect(checked.ok || checked.error.code).toBe('replication_answer')
  })

  it('refuses no progress, and a place to go on at which nothing is asked', () => {
    const codes = [K0, K1, K3, K4].map((next) => checkFetchAnswer({ records: [], next }, asked).ok)
    expect(codes).toEqual([false, true, true, false])
  })
})
