/** Reports of observations, spec 09 §5.1: signed by their observer, in one order, within bounds. */
import { concatBytes } from '@sotto/crypto/bytes'
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  arbitraryReport,
  createObservation,
  createProof,
  createReport,
  PROVING_KEY,
  targetAt,
} from '../../test/health-fixtures.ts'
import { createSigningKeys } from '../../test/node-fixtures.ts'
import type { BtInput } from '../bt/index.ts'
import {
  decodeObservationReport,
  decodeUptimeProof,
  encodeObservationReport,
  encodeUptimeProof,
  OBSERVATIONS_MAX,
  REPORT_BYTES_MAX,
  TESTED_PROTOCOLS,
} from './index.ts'
import { encodeStatement } from './signed-statement.ts'

const EXAMPLE = encodeObservationReport(createReport(), PROVING_KEY)
const GOOD: readonly BtInput[] = [targetAt(0), 1, 2, 3, 4, 5, 6, 7, 8]

function decodeWith(changes: Readonly<Record<string, BtInput>>): unknown {
  const fields: Readonly<Record<string, BtInput>> = {
    context: 'sotto-observations-1',
    epoch: 17,
    issued_at: 5,
    observations: [GOOD],
    observer: PROVING_KEY.publicKey,
    ...changes,
  }
  return decodeObservationReport(encodeStatement(new Map(Object.entries(fields)), PROVING_KEY))
}

/** An observation that is good but for one place. */
function changeAt(index: number, value: BtInput): readonly BtInput[] {
  return GOOD.with(index, value)
}

describe('a report', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(arbitraryReport, (report) => {
        const bytes = encodeObservationReport(report, PROVING_KEY)
        expect(bytes.length).toBeLessThanOrEqual(REPORT_BYTES_MAX)
        expect(decodeObservationReport(bytes)).toEqual(report)
      }),
    )
  })

  it('fits into its limit with the most observations and the largest numbers', () => {
    const max = Number.MAX_SAFE_INTEGER
    const worst = {
      reachability: { lastReachable: max, firstUnreachable: max, lastUnreachable: max },
      failing: 7,
      roundTripMs: 600_000,
      clockOffsetMs: -(2 ** 47),
      auditsPassed: 0xffff,
      auditsFailed: 0xffff,
    }
    const observations = Array.from({ length: OBSERVATIONS_MAX }, (_, index) =>
      createObservation({ ...worst, target: targetAt(index) }),
    )
    const report = createReport({ observations })
    const bytes = encodeObservationReport(report, PROVING_KEY)
    expect(bytes.length).toBeLessThanOrEqual(REPORT_BYTES_MAX)
    expect(decodeObservationReport(bytes)).toEqual(report)
  })

  it('is sorted when it is written, in whatever order things were observed', () => {
    const [low, high] = [0, 1].map((index) => createObservation({ target: targetAt(index) }))
    if (low === undefined || high === undefined) throw new Error('two observations')
    const bytes = encodeObservationReport(createReport({ observations: [high, low] }), PROVING_KEY)
    expect(decodeObservationReport(bytes)?.observations).toEqual([low, high])
  })

  it('has no time where there was none', () => {
    const observations = [createObservation({ reachability: {} })]
    const bytes = encodeObservationReport(createReport({ observations }), PROVING_KEY)
    expect(decodeObservationReport(bytes)?.observations[0]?.reachability).toEqual({})
  })

  it.each([
    ['ahead', Number.MAX_SAFE_INTEGER, 2 ** 47],
    ['behind', -Number.MAX_SAFE_INTEGER, -(2 ** 47)],
    ['beyond what a number holds', 2 ** 60, 2 ** 47],
  ])('can be read though the clock of one tested node is far %s', (_where, offset, written) => {
    const observations = [createObservation({ clockOffsetMs: offset })]
    const bytes = encodeObservationReport(createReport({ observations }), PROVING_KEY)
    expect(decodeObservationReport(bytes)?.observations[0]?.clockOffsetMs).toBe(written)
  })

  it('can be read though more was counted than it can say', () => {
    const observations = [createObservation({ roundTripMs: 1e9, auditsPassed: 1e6 })]
    const bytes = encodeObservationReport(createReport({ observations }), PROVING_KEY)
    expect(decodeObservationReport(bytes)?.observations[0]).toMatchObject({
      roundTripMs: 600_000,
      auditsPassed: 0xffff,
    })
  })

  it('is refused with any single byte changed', () => {
    for (const index of EXAMPLE.keys()) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const changed = Uint8Array.from(EXAMPLE)
        changed[index] = (changed[index] ?? 0) ^ mask
        expect(decodeObservationReport(changed), `byte ${index}`).toBeUndefined()
      }
    }
  })

  it('is refused at every other length', () => {
    for (let length = 0; length < EXAMPLE.length; length += 1) {
      expect(decodeObservationReport(EXAMPLE.subarray(0, length))).toBeUndefined()
    }
    expect(decodeObservationReport(concatBytes([EXAMPLE, Uint8Array.of(0)]))).toBeUndefined()
  })

  it('is refused from a signer that it does not name', () => {
    const bytes = encodeObservationReport(createReport(), createSigningKeys('another'))
    expect(decodeObservationReport(bytes)).toBeUndefined()
  })

  it('is no proof, and a proof is no report', () => {
    expect(decodeUptimeProof(EXAMPLE)).toBeUndefined()
    const proof = encodeUptimeProof(createProof(), PROVING_KEY)
    expect(decodeObservationReport(proof)).toBeUndefined()
  })

  it('is read with the fields that the refusals below change', () => {
    expect(decodeWith({})).toMatchObject({ epoch: 17, observations: [{ auditsFailed: 8 }] })
    expect(decodeWith({ observations: [] })).toMatchObject({ observations: [] })
  })

  it.each<[string, Readonly<Record<string, BtInput>>]>([
    ['another context', { context: 'sotto-uptime-proof-1' }],
    ['an epoch below zero', { epoch: -1 }],
    ['an epoch of 33 bits', { epoch: 2 ** 32 }],
    ['a time below zero', { issued_at: -1 }],
    ['a key that is short', { observer: new Uint8Array(31) }],
    ['a dict for a list', { observations: new Map() }],
    ['a key too many', { extra: 1 }],
    ['a target twice', { observations: [GOOD, GOOD] }],
    ['targets that descend', { observations: [changeAt(0, targetAt(1)), GOOD] }],
    ['eight numbers too few', { observations: [[targetAt(0)]] }],
    ['a number too few', { observations: [GOOD.slice(0, 8)] }],
    ['a number too many', { observations: [[...GOOD, 9]] }],
    ['a number for an observation', { observations: [7] }],
  ])('is refused with %s, though it is well signed', (_what, changes) => {
    expect(decodeWith(changes)).toBeUndefined()
  })

  it.each<[number, BtInput]>([
    [0, new Uint8Array(31)],
    [0, 5],
    [1, -1],
    [2, -1],
    [3, -1],
    [3, 2n ** 53n],
    [4, 8],
    [4, -1],
    [5, -1],
    [5, 600_001],
    [6, 2 ** 47 + 1],
    [6, -(2 ** 47) - 1],
    [7, 65_536],
    [7, -1],
    [8, 65_536],
    [8, 'x'],
  ])('is refused when place %i of an observation is %o', (index, value) => {
    expect(decodeWith({ observations: [changeAt(index, value)] })).toBeUndefined()
  })

  it('is refused with one observation more than fits', () => {
    const list = Array.from({ length: OBSERVATIONS_MAX + 1 }, (_, index) =>
      changeAt(0, targetAt(index)),
    )
    expect(decodeWith({ observations: list.slice(1) })).toBeDefined()
    expect(decodeWith({ observations: list })).toBeUndefined()
  })

  it('keeps the bits of what is tested', () => {
    expect(TESTED_PROTOCOLS).toEqual({ https: 1, web: 2, peer: 4 })
  })
})

describe('reading a report from outside', () => {
  it('never throws for random bytes', () => {
    fc.assert(
      fc.property(arbitraryBytes(600), (bytes) => {
        expect(decodeObservationReport(bytes)).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('never throws for changed reports, and takes none', () => {
    fc.assert(
      fc.property(arbitraryMutation(EXAMPLE), (bytes) => {
        fc.pre(bytes.some((byte, index) => byte !== EXAMPLE[index]))
        expect(decodeObservationReport(bytes)).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  }, 60_000)

  it('refuses what is longer than any report without reading it', () => {
    const long = new Uint8Array(REPORT_BYTES_MAX + 1)
    long.set(EXAMPLE)
    expect(decodeObservationReport(long)).toBeUndefined()
  })
})
