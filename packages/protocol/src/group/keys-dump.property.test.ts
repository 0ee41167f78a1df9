/** Whatever is in the place of a dump: a refusal or keys, never a throw (spec 14 §4.8). */
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeKeysDump, encodeKeysDump, type GroupKeysState } from './index.ts'

const arbitraryState: fc.Arbitrary<GroupKeysState> = fc.record({
  keys: fc.uniqueArray(
    fc.record({
      generation: fc.nat(1000),
      key: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      timestampMs: fc.nat(1000),
    }),
    { selector: ({ generation }) => generation, maxLength: 5 },
  ),
  messages: fc.array(
    fc.record({
      hash: fc.stringMatching(/^[A-Za-z0-9+/]{43}$/),
      generation: fc.nat(1000),
    }),
    { maxLength: 5 },
  ),
})

/** What was read can be written and read again. */
function expectStable(bytes: Uint8Array): void {
  const decoded = decodeKeysDump(bytes)
  if (!decoded.ok) {
    expect(decoded.error.code).toBe('group_malformed')
    return
  }
  expect(decodeKeysDump(encodeKeysDump(decoded.value))).toEqual(decoded)
}

describe('dumps of keys', () => {
  it('are read as they were written, in the order of generations', () => {
    fc.assert(
      fc.property(arbitraryState, (state) => {
        const keys = state.keys.toSorted((a, b) => a.generation - b.generation)
        const decoded = decodeKeysDump(encodeKeysDump(state))
        expect(decoded).toEqual({ ok: true, value: { ...state, keys } })
      }),
    )
  })

  it('are refused or read when they are random', () => {
    fc.assert(fc.property(arbitraryBytes(200), expectStable), { numRuns: DECODER_RUNS })
  })

  it('are refused or read when they were changed', () => {
    const key = new Uint8Array(32).fill(5)
    const dump = encodeKeysDump({
      keys: [{ generation: 3, key, timestampMs: 77 }],
      messages: [{ hash: 'h'.repeat(43), generation: 3 }],
    })
    fc.assert(fc.property(arbitraryMutation(dump), expectStable), { numRuns: DECODER_RUNS })
  })
})
