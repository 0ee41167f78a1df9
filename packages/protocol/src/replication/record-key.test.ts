/** The 40 bytes of a key, and what no key can be. */
import { concatBytes, decodeHex, encodeBase64, encodeHex } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import {
  DECODER_RUNS,
  arbitraryBytes,
  arbitraryBytesOf,
  arbitraryMutation,
} from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  RECORD_KEY_BYTES,
  RECORD_TIME_END_MS,
  compareKeys,
  decodeRecordKey,
  deriveChangeHash,
  encodeChangeKey,
  encodeMessageKey,
  isRecordKey,
} from './index.ts'

const HASH = encodeBase64(new Uint8Array(32).fill(0xaa), { padding: false })
const TIME_MS = 0x0123_4567_89ab
const CHANGE = Uint8Array.of(1, 2, 3)

const time = fc.integer({ min: 0, max: RECORD_TIME_END_MS - 1 })
const namespace = fc.integer({ min: -32_768, max: 32_767 })
const hash = arbitraryBytesOf(32).map((bytes) => encodeBase64(bytes, { padding: false }))

describe('encodeMessageKey', () => {
  it('puts hash, time and namespace where the specification has them', () => {
    const key = encodeMessageKey({ hash: HASH, namespace: -2, firstExpiryMs: TIME_MS })
    expect(encodeHex(key)).toBe(`${'aa'.repeat(32)}0123456789abfffe`)
  })

  it('gives two messages with different ends different keys, so that members notice', () => {
    const [early, late] = [1, 2].map((firstExpiryMs) =>
      encodeMessageKey({ hash: HASH, namespace: 0, firstExpiryMs }),
    )
    expect(early && late && compareKeys(early, late)).toBeLessThan(0)
  })

  it.each([
    ['a hash that is too short', { hash: HASH.slice(1) }],
    ['a hash with padding', { hash: `${HASH}=` }],
    ['a hash with stray bits', { hash: `${HASH.slice(0, -1)}r` }],
    ['a hash that is no base64', { hash: `${HASH.slice(0, -1)}!` }],
    ['a namespace beyond 16 bits', { namespace: 32_768 }],
    ['a fraction as namespace', { namespace: 0.5 }],
    ['a time before 1970', { firstExpiryMs: -1 }],
    ['a time that would touch the bit of the kind', { firstExpiryMs: RECORD_TIME_END_MS }],
    ['half a millisecond', { firstExpiryMs: 0.5 }],
  ])('throws for %s: no store holds it', (_, change) => {
    const parts = { hash: HASH, namespace: 0, firstExpiryMs: 0, ...change }
    expect(() => encodeMessageKey(parts)).toThrow(RangeError)
  })
})

describe('encodeChangeKey', () => {
  it('hashes the time and the change, marks the kind and leaves the namespace empty', () => {
    const dated = concatBytes([decodeHex('0123456789ab') ?? CHANGE, CHANGE])
    const digest = encodeHex(blake2b(dated, { length: 32 }))
    expect(encodeHex(encodeChangeKey(CHANGE, TIME_MS))).toBe(`${digest}8123456789ab0000`)
  })

  it('tells two times of the same bytes apart, or the second deletion of a message would get lost', () => {
    const times = [TIME_MS, TIME_MS + 1, RECORD_TIME_END_MS - 1]
    const hashes = times.map((atMs) => encodeHex(deriveChangeHash(CHANGE, atMs)))
    expect(new Set(hashes).size).toBe(times.length)
  })

  it('throws for a time that is none', () => {
    expect(() => encodeChangeKey(CHANGE, RECORD_TIME_END_MS)).toThrow(RangeError)
  })
})

describe('decodeRecordKey', () => {
  it('gives back every message', () => {
    fc.assert(
      fc.property(hash, namespace, time, (text, box, firstExpiryMs) => {
        const parts = { hash: text, namespace: box, firstExpiryMs }
        expect(decodeRecordKey(encodeMessageKey(parts))).toEqual({ kind: 'message', ...parts })
      }),
      { numRuns: 2000 },
    )
  })

  it('gives back every change', () => {
    fc.assert(
      fc.property(arbitraryBytes(80), time, (change, atMs) => {
        const expected = { kind: 'change', hash: deriveChangeHash(change, atMs), atMs }
        expect(decodeRecordKey(encodeChangeKey(change, atMs))).toEqual(expected)
      }),
    )
  })

  it('reads a key that is a view into something larger', () => {
    const key = encodeMessageKey({ hash: HASH, namespace: 7, firstExpiryMs: TIME_MS })
    const larger = new Uint8Array(100).fill(0xff)
    larger.set(key, 13)
    expect(decodeRecordKey(larger.subarray(13, 53))).toEqual(decodeRecordKey(key))
  })

  it.each(['0001', '0100', 'ffff'])(
    'refuses a change with the namespace %s: members would ask for it for ever',
    (tail) => {
      const key = `${'aa'.repeat(32)}800000000001${tail}`
      expect(decodeRecordKey(decodeHex(key) ?? new Uint8Array())).toBeUndefined()
    },
  )

  it.each([0, 32, 39, 41, 80])('refuses %i bytes', (length) => {
    expect(decodeRecordKey(new Uint8Array(length))).toBeUndefined()
  })

  it('answers random bytes with parts that have exactly this key, or with a refusal', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(50), arbitraryBytesOf(RECORD_KEY_BYTES)), (bytes) => {
        const parts = decodeRecordKey(bytes)
        expect(parts !== undefined).toBe(isRecordKey(bytes))
        if (parts?.kind === 'message') expect(encodeMessageKey(parts)).toEqual(bytes)
        if (parts?.kind === 'change') expect(parts.hash).toEqual(bytes.subarray(0, 32))
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('answers a changed key with other parts or a refusal', () => {
    const key = encodeMessageKey({ hash: HASH, namespace: 7, firstExpiryMs: TIME_MS })
    const original = decodeRecordKey(key)
    fc.assert(
      fc.property(arbitraryMutation(key), (changed) => {
        const isSame = encodeHex(changed) === encodeHex(key)
        const read = decodeRecordKey(changed)
        if (isSame) expect(read).toEqual(original)
        else expect(read).not.toEqual(original)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
