/** What holds of the bt encoding for all values and for all bytes. */
import { equalBytes } from '@sotto/crypto/bytes'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BT_INTEGER_MAX, BT_INTEGER_MIN } from './bt-value.ts'
import { type BtInput, type BtValue, decodeBt, encodeBt } from './index.ts'

const key = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((c) => String.fromCharCode(c)) })
const integer = fc
  .bigInt({ min: BT_INTEGER_MIN, max: BT_INTEGER_MAX })
  .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value))

const { value } = fc.letrec<{ value: BtValue; list: BtValue[]; dict: Map<string, BtValue> }>(
  (tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'bt' },
      integer,
      fc.maxSafeInteger(),
      arbitraryBytes(40),
      tie('list'),
      tie('dict'),
    ),
    list: fc.array(tie('value'), { maxLength: 5, depthIdentifier: 'bt' }),
    dict: fc
      .array(fc.tuple(key, tie('value')), { maxLength: 5, depthIdentifier: 'bt' })
      .map((entries) => new Map(entries)),
  }),
)

/** Bytes made of the encoding's own signs reach much deeper than random ones. */
const almostBt = fc
  .array(fc.constantFrom('i', 'l', 'd', 'e', ':', '-', '0', '1', '2', '1:a', 'i7e', 'le'), {
    maxLength: 30,
  })
  .map((parts) => Uint8Array.from(parts.join(''), (character) => character.charCodeAt(0)))

function expectRefusalOrIdentity(bytes: Uint8Array): void {
  const decoded = decodeBt(bytes)
  if (!decoded.ok) return
  expect(equalBytes(encodeBt(decoded.value), bytes)).toBe(true)
}

describe('bt', () => {
  it('gives back every value that it wrote', () => {
    fc.assert(
      fc.property(value, (original) => {
        expect(decodeBt(encodeBt(original))).toEqual({ ok: true, value: original })
      }),
      { numRuns: 2000 },
    )
  })

  it('has one encoding for each value: random bytes are a refusal, never a throw, or the very encoding', () => {
    fc.assert(fc.property(arbitraryBytes(64), expectRefusalOrIdentity), { numRuns: DECODER_RUNS })
  })

  it('has one encoding for each value, also among bytes that look like one', () => {
    fc.assert(fc.property(almostBt, expectRefusalOrIdentity), { numRuns: DECODER_RUNS })
  })

  it('refuses or reads anew a changed encoding, never a throw', () => {
    const original = encodeBt(
      new Map<string, BtInput>([
        ['data', new Uint8Array(20)],
        ['expiry', 1_760_000_000_000],
        ['list', [1, -2, 'three', new Map([['x', 4]])]],
      ]),
    )
    fc.assert(fc.property(arbitraryMutation(original), expectRefusalOrIdentity), {
      numRuns: DECODER_RUNS,
    })
  })

  it('refuses every proper beginning of an encoding', () => {
    fc.assert(
      fc.property(value, fc.double({ min: 0, max: 1, noNaN: true }), (original, share) => {
        const bytes = encodeBt(original)
        const cut = bytes.subarray(0, Math.floor((bytes.length - 1) * share))
        expect(decodeBt(cut).ok).toBe(false)
      }),
    )
  })

  it('refuses an encoding with anything behind it', () => {
    fc.assert(
      fc.property(value, fc.uint8Array({ minLength: 1, maxLength: 4 }), (original, more) => {
        const bytes = encodeBt(original)
        const longer = new Uint8Array([...bytes, ...more])
        expect(decodeBt(longer).ok).toBe(false)
      }),
    )
  })
})
