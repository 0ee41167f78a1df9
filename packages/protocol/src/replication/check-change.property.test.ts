/** No bytes of a peer make `checkChange` throw, and it believes nothing that nobody signed (spec 10 §8.1). */
import { equalBytes } from '@sotto/crypto/bytes'
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  arbitraryDatedChange,
  createSignedChanges,
  encodeValid,
} from '../../test/change-fixtures.ts'
import { alice, bytesOfAccount, DAY_MS, NOW_MS } from '../../test/rpc-fixtures.ts'
import { checkChange, type EncodedChange, readEffect } from './check-change.ts'

/** Each verifies a signature, which is slow on the reference back end. */
const CHECKED_RUNS = 1000
const LATER = { nowMs: NOW_MS + DAY_MS }
const account = bytesOfAccount(alice.accountId)
const originals = createSignedChanges().map(([, request]) => encodeValid(request))

const arbitraryDate = fc.oneof(fc.constant(NOW_MS), fc.double(), fc.maxSafeNat())

function expectRefusal(change: EncodedChange): void {
  const checked = checkChange(change, LATER)
  if (checked.ok) throw new Error('a change was believed that nobody made')
  expect([400, 401, 403, 406]).toContain(checked.error.status)
}

describe('checkChange', () => {
  it('refuses random bytes, with any date, and never throws', () => {
    fc.assert(
      fc.property(arbitraryBytes(), arbitraryDate, (request, atMs) => {
        expectRefusal({ account, atMs, request })
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('refuses every alteration of what was signed, and never throws', () => {
    const arbitraryAltered = fc
      .constantFrom(...originals)
      .chain((original) => fc.tuple(fc.constant(original), arbitraryMutation(original.request)))
    fc.assert(
      fc.property(arbitraryAltered, ([original, request]) => {
        // Two alterations of one byte may take each other back.
        if (!equalBytes(original.request, request)) expectRefusal({ ...original, request })
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('refuses changes that nobody signed, whatever they ask for', () => {
    fc.assert(
      fc.property(arbitraryDatedChange, ({ request, atMs }) => {
        expectRefusal(encodeValid(request, atMs))
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('believes a signed change under every date that agrees with it, and under no other', () => {
    const arbitraryDated = fc.record({
      change: fc.constantFrom(...originals),
      atMs: fc.oneof(arbitraryDate, fc.integer({ min: NOW_MS - DAY_MS, max: NOW_MS + DAY_MS })),
    })
    fc.assert(
      fc.property(arbitraryDated, ({ change, atMs }) => {
        const checked = checkChange({ ...change, atMs }, LATER)
        if (!checked.ok) return
        expect(Number.isSafeInteger(atMs)).toBe(true)
        expect(atMs).toBeLessThanOrEqual(LATER.nowMs + 60_000)
        expect(checked.value.effect).toEqual(readEffect({ ...change, atMs }))
      }),
      { numRuns: CHECKED_RUNS },
    )
  })
})

describe('readEffect', () => {
  it('gives an effect or nothing for any bytes, and never throws', () => {
    fc.assert(
      fc.property(arbitraryBytes(), (request) => {
        expect(readEffect({ atMs: NOW_MS, request })).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('survives every small change of a change', () => {
    const arbitraryAltered = fc
      .constantFrom(...originals)
      .chain(({ request }) => arbitraryMutation(request))
    fc.assert(
      fc.property(arbitraryAltered, (request) => {
        const effect = readEffect({ atMs: NOW_MS, request })
        if (effect !== undefined) expect(effect.kind).toMatch(/^(delete|expire|revoke|unrevoke)/)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
