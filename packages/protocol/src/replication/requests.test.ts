/** Requests for records, ranges and confirmations, and the answer to the last. */
import { concatBytes, encodeHex } from '@sotto/crypto/bytes'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryKey, createUniformKeys, keyOf, listHex } from '../../test/reconcile-fixtures.ts'
import { INVALID_SWARM_ID } from '../swarm/index.ts'
import {
  FIRST_BOUND,
  KeySet,
  type PullRequest,
  RECORDS_ANSWER_BYTES_MAX,
  REQUEST_KEYS_MAX,
  decodeConfirmAnswer,
  decodeKeyRequest,
  decodePullRequest,
  encodeConfirmAnswer,
  encodeKeyRequest,
  encodePullRequest,
  trimBound,
} from './index.ts'

function codeOf(result: { ok: true } | { ok: false; error: { code: string } }): string {
  return result.ok ? 'accepted' : result.error.code
}

describe('a request for keys', () => {
  it('is the keys in ascending order, each once', () => {
    fc.assert(
      fc.property(fc.array(arbitraryKey, { minLength: 1 }), (keys) => {
        const bytes = encodeKeyRequest(keys)
        const read = decodeKeyRequest(bytes)
        const expected = [...new Set(listHex(keys))].toSorted()
        expect(encodeHex(bytes)).toBe(expected.join(''))
        expect(read.ok && listHex(read.value)).toEqual(expected)
      }),
    )
  })

  it('has as many keys as it may, and not one more', () => {
    const set = new KeySet(createUniformKeys(REQUEST_KEYS_MAX + 1, 'request'))
    const keys = [...set]
    expect(() => encodeKeyRequest(keys)).toThrow(RangeError)
    expect(codeOf(decodeKeyRequest(concatBytes(keys)))).toBe('replication_limit')
    expect(codeOf(decodeKeyRequest(encodeKeyRequest(keys.slice(1))))).toBe('accepted')
  })

  it('throws for no keys at all', () => {
    expect(() => encodeKeyRequest([])).toThrow(RangeError)
  })

  it.each([
    ['nothing', new Uint8Array()],
    ['half a key', keyOf(1).subarray(0, 20)],
    ['a key and a byte', concatBytes([keyOf(1), Uint8Array.of(0)])],
    ['keys out of order', concatBytes([keyOf(2), keyOf(1)])],
    ['a key twice', concatBytes([keyOf(1), keyOf(1)])],
    ['a key that no record has', new Uint8Array(40).fill(0xff)],
  ])('is refused with %s', (_, bytes) => {
    expect(codeOf(decodeKeyRequest(bytes))).toBe('replication_malformed')
  })

  it('is refused or read for random and changed bytes, never a throw', () => {
    const original = encodeKeyRequest([keyOf(1), keyOf(2), keyOf(3)])
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(130), arbitraryMutation(original)), (bytes) => {
        const read = decodeKeyRequest(bytes)
        if (read.ok) expect(encodeKeyRequest([...read.value])).toEqual(bytes)
        else expect(read.error.code).toBe('replication_malformed')
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('an answer to a confirmation', () => {
  it('has the first key in the lowest bit of the first byte', () => {
    const bits = [true, false, false, true, false, false, false, false, false, true]
    expect(encodeConfirmAnswer(bits)).toEqual(Uint8Array.of(0b0000_1001, 0b0000_0010))
  })

  it('gives back every bit', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: REQUEST_KEYS_MAX }), (bits) => {
        const read = decodeConfirmAnswer(encodeConfirmAnswer(bits), bits.length)
        expect(read).toEqual({ ok: true, value: bits })
      }),
    )
  })

  it.each([
    ['too few bytes', 9, [1]],
    ['too many bytes', 8, [1, 0]],
    ['a bit without a key', 7, [0x80]],
    ['a bit behind the last key', 9, [0xff, 0x02]],
  ])('is refused with %s', (_, count, bytes) => {
    const read = decodeConfirmAnswer(Uint8Array.from(bytes), count)
    expect(codeOf(read)).toBe('replication_malformed')
  })

  it('is refused or read for random bytes, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(6), fc.nat({ max: 50 }), (bytes, count) => {
        const read = decodeConfirmAnswer(bytes, count)
        if (read.ok) expect(encodeConfirmAnswer(read.value)).toEqual(bytes)
        else expect(read.error.code).toBe('replication_malformed')
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('a pull', () => {
  const swarmId = fc.bigInt({ min: 0n, max: INVALID_SWARM_ID - 1n })
  const bound = fc.uint8Array({ maxLength: 40 }).map(trimBound)
  const pull: fc.Arbitrary<PullRequest> = fc
    .record({
      bounds: fc.uniqueArray(bound, { minLength: 2, maxLength: 2, selector: encodeHex }),
      isOpen: fc.boolean(),
      swarmId: fc.option(swarmId, { nil: undefined }),
      bytesMax: fc.integer({ min: 1, max: RECORDS_ANSWER_BYTES_MAX }),
    })
    .map(({ bounds, isOpen, swarmId: swarm, bytesMax }) => {
      const [lower = FIRST_BOUND, last] = bounds.toSorted(Buffer.compare)
      const upper = isOpen ? undefined : last
      if (swarm === undefined) return { lower, upper, bytesMax }
      return { lower, upper, bytesMax, swarmId: swarm }
    })

  it('is laid out as the specification says', () => {
    const bytes = encodePullRequest({
      lower: Uint8Array.of(1, 2),
      upper: Uint8Array.of(3),
      swarmId: 0x0abcn,
      bytesMax: 65_536,
    })
    expect(encodeHex(bytes)).toBe('02010201030000000000000abc00010000')
  })

  it('of all keys of all accounts has empty bounds and the id of no swarm', () => {
    const bytes = encodePullRequest({ lower: FIRST_BOUND, upper: undefined, bytesMax: 1 })
    expect(encodeHex(bytes)).toBe('0000' + 'ff'.repeat(8) + '00000001')
  })

  it('is given back as it was', () => {
    fc.assert(
      fc.property(pull, (request) => {
        expect(decodePullRequest(encodePullRequest(request))).toEqual({ ok: true, value: request })
      }),
      { numRuns: 1000 },
    )
  })

  it('goes on with a whole key as its bound, whatever it ends in', () => {
    const request = { lower: keyOf(7), upper: undefined, bytesMax: 1000 }
    const read = decodePullRequest(encodePullRequest(request))
    expect(read.ok && read.value.lower).toEqual(Uint8Array.of(7))
  })

  it.each<[string, Partial<PullRequest>]>([
    ['a range without keys', { lower: Uint8Array.of(5), upper: Uint8Array.of(5) }],
    ['a range in the wrong order', { lower: Uint8Array.of(6), upper: Uint8Array.of(5) }],
    ['a limit of zero', { bytesMax: 0 }],
    ['a limit beyond an answer', { bytesMax: RECORDS_ANSWER_BYTES_MAX + 1 }],
    ['half a byte as limit', { bytesMax: 0.5 }],
    ['a bound longer than a key', { lower: new Uint8Array(41).fill(1) }],
  ])('throws for %s', (_, change) => {
    const request = { lower: FIRST_BOUND, upper: undefined, bytesMax: 1, ...change }
    expect(() => encodePullRequest(request)).toThrow(RangeError)
  })

  const TAIL = `${'ff'.repeat(8)}00000001`
  it.each([
    ['nothing', ''],
    ['no tail', '0000'],
    ['a short tail', `0000${TAIL.slice(2)}`],
    ['a byte behind the tail', `0000${TAIL}00`],
    ['a bound that ends in zero', `01000000${TAIL}`],
    ['an upper bound that ends in zero', `00020500${TAIL}`],
    ['a bound longer than a key', `29${'01'.repeat(41)}00${TAIL}`],
    ['a range without keys', `01050105${TAIL}`],
    ['a range in the wrong order', `01060105${TAIL}`],
    ['a limit of zero', `0000${'ff'.repeat(8)}00000000`],
    ['a limit beyond an answer', `0000${'ff'.repeat(8)}00100001`],
  ])('is refused with %s', (_, hex) => {
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'))
    expect(codeOf(decodePullRequest(bytes))).toBe('replication_malformed')
  })

  it('is refused or read for random and changed bytes, never a throw', () => {
    const original = encodePullRequest({
      lower: Uint8Array.of(4),
      upper: Uint8Array.of(8, 1),
      swarmId: 5n,
      bytesMax: 1000,
    })
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(40), arbitraryMutation(original)), (bytes) => {
        const read = decodePullRequest(bytes)
        if (read.ok) expect(encodePullRequest(read.value)).toEqual(bytes)
        else expect(read.error.code).toBe('replication_malformed')
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
