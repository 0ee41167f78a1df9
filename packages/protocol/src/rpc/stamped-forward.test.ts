/** The body of a forward on the link (spec 03 §6.2). */
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeStampedForward,
  encodeStampedForward,
  STAMP_TOLERANCE_MS,
} from './stamped-forward.ts'

const NOW_MS = 1_767_225_600_000
const FORWARD = Uint8Array.of(1, 2, 3)

describe('a stamped forward', () => {
  it('carries the time of the entry node and the forward', () => {
    const bytes = encodeStampedForward({ receivedMs: NOW_MS - 5, forward: FORWARD })
    expect(decodeStampedForward(bytes, NOW_MS)).toEqual({
      receivedMs: NOW_MS - 5,
      forward: FORWARD,
    })
  })

  it('may be read from the middle of a buffer', () => {
    const bytes = encodeStampedForward({ receivedMs: NOW_MS, forward: FORWARD })
    const padded = new Uint8Array(bytes.length + 3)
    padded.set(bytes, 3)
    expect(decodeStampedForward(padded.subarray(3), NOW_MS)?.receivedMs).toBe(NOW_MS)
  })

  it.each([
    ['as late as is believed', STAMP_TOLERANCE_MS, NOW_MS + STAMP_TOLERANCE_MS],
    ['later', STAMP_TOLERANCE_MS + 1, NOW_MS],
    ['as early as is believed', -STAMP_TOLERANCE_MS, NOW_MS - STAMP_TOLERANCE_MS],
    ['earlier', -STAMP_TOLERANCE_MS - 1, NOW_MS],
  ])('is dated by the member itself when the stamp is too far off: %s', (_name, offset, dated) => {
    const bytes = encodeStampedForward({ receivedMs: NOW_MS + offset, forward: FORWARD })
    expect(decodeStampedForward(bytes, NOW_MS)?.receivedMs).toBe(dated)
  })

  it('is dated by the member itself when the stamp is no number that JavaScript can hold', () => {
    const bytes = new Uint8Array(8).fill(0xff)
    expect(decodeStampedForward(bytes, NOW_MS)).toEqual({
      receivedMs: NOW_MS,
      forward: new Uint8Array(),
    })
  })

  it('is refused when it is too short for a stamp', () => {
    for (let length = 0; length < 8; length += 1) {
      expect(decodeStampedForward(new Uint8Array(length), NOW_MS)).toBeUndefined()
    }
  })
})

describe('decodeStampedForward', () => {
  it('gives the rest and a time near to its own for any bytes, and never throws', () => {
    fc.assert(
      fc.property(arbitraryBytes(64), (bytes) => {
        const stamped = decodeStampedForward(bytes, NOW_MS)
        expect(stamped === undefined).toBe(bytes.length < 8)
        if (stamped === undefined) return
        expect(Math.abs(stamped.receivedMs - NOW_MS)).toBeLessThanOrEqual(STAMP_TOLERANCE_MS)
        expect(stamped.forward).toEqual(bytes.subarray(8))
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('survives every small change of a stamped forward', () => {
    const original = encodeStampedForward({ receivedMs: NOW_MS, forward: FORWARD })
    fc.assert(
      fc.property(arbitraryMutation(original), (bytes) => {
        const stamped = decodeStampedForward(bytes, NOW_MS)
        expect(Math.abs((stamped?.receivedMs ?? 0) - NOW_MS)).toBeLessThanOrEqual(
          STAMP_TOLERANCE_MS,
        )
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('reads back every time that an entry node may write', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), arbitraryBytes(16), (receivedMs, forward) => {
        const bytes = encodeStampedForward({ receivedMs, forward })
        expect(decodeStampedForward(bytes, receivedMs)).toEqual({ receivedMs, forward })
      }),
    )
  })
})
