/** The codec of reconciliation messages: every rule of its form. */
import { concatBytes, encodeHex } from '@sotto/crypto/bytes'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryKey, createKeySet, keyOf } from '../../test/reconcile-fixtures.ts'
import {
  FIRST_BOUND,
  RECONCILE_BYTES_MAX,
  RECONCILE_RANGES_MAX,
  type ReconcileRange,
  decodeReconcileMessage,
  encodeReconcileMessage,
} from './index.ts'
import { separateKeys } from './key-range.ts'
import { countRangeBytes } from './reconcile-message.ts'

const FINGERPRINT = new Uint8Array(16).fill(0xfe)
const KEYS = concatBytes([keyOf(5), keyOf(6)])
const MESSAGE: readonly ReconcileRange[] = [
  { mode: 'skip', lower: Uint8Array.of(1), upper: Uint8Array.of(2, 3) },
  {
    mode: 'fingerprint',
    lower: Uint8Array.of(2, 3),
    upper: Uint8Array.of(5),
    fingerprint: FINGERPRINT,
  },
  { mode: 'list', lower: Uint8Array.of(5), upper: undefined, keys: KEYS },
]
const BYTES = encodeReconcileMessage(MESSAGE)

const FIRST = '00'
const SKIP_TO_END = '0000'
const listOf = (...keys: readonly Uint8Array[]): string =>
  keys.length.toString(16).padStart(4, '0') + keys.map(encodeHex).join('')

function codeOf(hex: string): string {
  const decoded = decodeReconcileMessage(Uint8Array.from(Buffer.from(hex, 'hex')))
  return decoded.ok ? 'accepted' : decoded.error.code
}

/** Ranges between the given keys, with whatever the choices say of them. */
const arbitraryMessage: fc.Arbitrary<readonly ReconcileRange[]> = fc
  .tuple(
    fc.uniqueArray(arbitraryKey, { minLength: 2, maxLength: 12, selector: encodeHex }),
    fc.array(fc.constantFrom('skip', 'fingerprint', 'list'), { minLength: 12, maxLength: 12 }),
    fc.boolean(),
  )
  .map(([keys, modes, isOpen]) => {
    const set = createKeySet(keys)
    const ranges: ReconcileRange[] = []
    let lower = FIRST_BOUND
    for (let index = 1; index < set.count; index++) {
      const isLast = isOpen && index === set.count - 1
      const upper = isLast ? undefined : separateKeys(set.at(index - 1), set.at(index))
      const wanted = modes[index] ?? 'skip'
      const isRepeated = wanted === 'skip' && ranges.at(-1)?.mode === 'skip'
      const mode = isRepeated ? 'list' : wanted
      const range = { lower, upper }
      if (mode === 'skip') ranges.push({ mode, ...range })
      else if (mode === 'fingerprint') ranges.push({ mode, ...range, fingerprint: FINGERPRINT })
      else ranges.push({ mode: 'list', ...range, keys: set.at(index - 1) })
      lower = upper ?? lower
    }
    return ranges
  })

describe('encodeReconcileMessage', () => {
  it('writes the first bound, then each range with its end, its mode and its content', () => {
    const list = `0002${encodeHex(KEYS)}`
    expect(encodeHex(BYTES)).toBe(`010102020300010501${'fe'.repeat(16)}0002${list}`)
  })

  it.each([0, RECONCILE_RANGES_MAX + 1])('throws for %i ranges', (length) => {
    const range: ReconcileRange = { mode: 'skip', lower: FIRST_BOUND, upper: undefined }
    expect(() => encodeReconcileMessage(Array.from({ length }, () => range))).toThrow(RangeError)
  })

  it('throws for a message beyond the limit', () => {
    const keys = new Uint8Array(1640 * 40)
    const range: ReconcileRange = { mode: 'list', lower: FIRST_BOUND, upper: undefined, keys }
    expect(() => encodeReconcileMessage([range])).toThrow(RangeError)
  })

  it('is as long as its ranges are said to be', () => {
    const length = MESSAGE.reduce((sum, range) => sum + countRangeBytes(range), 0)
    expect(BYTES.length).toBe(2 + length)
  })
})

describe('decodeReconcileMessage', () => {
  it('gives back every message', () => {
    fc.assert(
      fc.property(arbitraryMessage, (ranges) => {
        const decoded = decodeReconcileMessage(encodeReconcileMessage(ranges))
        expect(decoded).toEqual({ ok: true, value: ranges })
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['nothing', ''],
    ['a bound without ranges', '0101'],
    ['a bound that is cut short', '0501'],
    ['a bound longer than a key', `29${'01'.repeat(41)}${SKIP_TO_END}`],
    ['a bound that ends in zero', `020100${SKIP_TO_END}`],
    ['an upper bound that ends in zero', `${FIRST}02010000`],
    ['an upper bound like the lower', '0105010500'],
    ['an upper bound before the lower', '0105010400'],
    ['a range behind the end of all keys', `${FIRST}${SKIP_TO_END}010700`],
    ['the end of all keys twice', `${FIRST}${SKIP_TO_END}${SKIP_TO_END}`],
    ['a range without mode', `${FIRST}0101`],
    ['an unknown mode', `${FIRST}0003`],
    ['two skips in succession', `${FIRST}010100010200`],
    ['a fingerprint that is cut short', `${FIRST}0001${'fe'.repeat(15)}`],
    ['bytes behind a fingerprint', `${FIRST}0001${'fe'.repeat(17)}`],
    ['a list without count', `${FIRST}000200`],
    ['a list shorter than its count', `${FIRST}00020002${encodeHex(keyOf(1))}`],
    ['a key before the range', `01050002${listOf(keyOf(4))}`],
    ['a key behind the range', `${FIRST}010502${listOf(keyOf(5))}`],
    ['a last key behind the range', `${FIRST}010502${listOf(keyOf(4), keyOf(6))}`],
    ['keys out of order', `${FIRST}0002${listOf(keyOf(2), keyOf(1))}`],
    ['a key twice', `${FIRST}0002${listOf(keyOf(2), keyOf(2))}`],
    ['a key that no record has', `${FIRST}00020001${'ff'.repeat(40)}`],
  ])('refuses %s', (_, hex) => {
    expect(codeOf(hex)).toBe('replication_malformed')
  })

  it('accepts what lies at the edges of a range', () => {
    const first = keyOf(5)
    const last = Uint8Array.from([
      5,
      ...new Uint8Array(31).fill(0xff),
      0x7f,
      ...new Uint8Array(7).fill(0xff),
    ])
    const hex = `0105010602${listOf(first, last)}`
    expect(codeOf(hex)).toBe('accepted')
  })

  it('refuses a message beyond the limit before it reads it', () => {
    expect(codeOf('00'.repeat(RECONCILE_BYTES_MAX + 1))).toBe('replication_limit')
  })

  it('takes as many ranges as may be, and not one more', () => {
    const bytesOf = (count: number): string => {
      const ranges = Array.from({ length: count }, (_, index) => {
        const bound = Uint8Array.of(1 + Math.floor(index / 255), 1 + (index % 255))
        return `02${encodeHex(bound)}${index % 2 === 0 ? '00' : '020000'}`
      })
      return FIRST + ranges.join('')
    }
    expect(codeOf(bytesOf(RECONCILE_RANGES_MAX))).toBe('accepted')
    expect(codeOf(bytesOf(RECONCILE_RANGES_MAX + 1))).toBe('replication_limit')
  })

  it('answers random bytes with ranges or a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(120), (bytes) => {
        const decoded = decodeReconcileMessage(bytes)
        if (decoded.ok) expect(encodeReconcileMessage(decoded.value)).toEqual(bytes)
        else expect(decoded.error.code).toBe('replication_malformed')
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('accepts of changed messages only those that it would write itself', () => {
    fc.assert(
      fc.property(arbitraryMutation(BYTES), (bytes) => {
        const decoded = decodeReconcileMessage(bytes)
        if (decoded.ok) expect(encodeReconcileMessage(decoded.value)).toEqual(bytes)
        else expect(decoded.error.code).toBe('replication_malformed')
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('accepts no message that was cut', () => {
    for (let length = 0; length < BYTES.length; length++) {
      const decoded = decodeReconcileMessage(BYTES.subarray(0, length))
      const ranges = decoded.ok ? decoded.value : []
      // A cut between two ranges is a shorter message, and nothing else.
      expect(ranges).toEqual(MESSAGE.slice(0, ranges.length))
    }
  })
})
