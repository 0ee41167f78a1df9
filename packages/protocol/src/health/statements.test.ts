/** Proofs and reports: what a node states of itself and of others. */
import { deriveSigningKeyPair, type SigningKeyPair } from '@sotto/crypto/signing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ObservationBook } from './observation-book.ts'
import {
  decodeObservationReport,
  encodeObservationReport,
  type Observation,
  type ObservationReport,
  OBSERVATIONS_MAX,
  REPORT_BYTES_MAX,
} from './observation-report.ts'
import {
  decodeUptimeProof,
  encodeUptimeProof,
  isProofTimely,
  PROOF_BYTES_MAX,
  type UptimeProof,
} from './uptime-proof.ts'

const NOW_MS = 1_767_225_600_000
const EPOCH_MS = 120_000

function createKey(filler: number): SigningKeyPair {
  return deriveSigningKeyPair(new Uint8Array(32).fill(filler))
}

const NODE = createKey(1)

const PROOF: UptimeProof = {
  node: NODE.publicKey,
  issuedAt: NOW_MS,
  epoch: 7,
  software: [0, 1, 0],
  instance: new Uint8Array(16).fill(9),
  storageUsedBytes: 4096,
  storageMaxBytes: 3_500_000_000,
  messages: 12,
  flags: 5,
}

function observe(target: number, change: Partial<Observation> = {}): Observation {
  return {
    target: createKey(target).publicKey,
    reachability: { lastReachable: NOW_MS - 1000 },
    failing: 0,
    roundTripMs: 3,
    clockOffsetMs: -2,
    auditsPassed: 8,
    auditsFailed: 0,
    ...change,
  }
}

const REPORT: ObservationReport = {
  observer: NODE.publicKey,
  epoch: 7,
  issuedAt: NOW_MS,
  observations: [
    observe(2),
    observe(3, { failing: 4, reachability: { firstUnreachable: 5, lastUnreachable: 6 } }),
  ],
}

/** The bytes with one of them changed. */
function flip(bytes: Uint8Array, index: number): Uint8Array {
  const copy = bytes.slice()
  copy[index] = (copy[index] ?? 0) ^ 1
  return copy
}

describe('a proof of uptime', () => {
  const bytes = encodeUptimeProof(PROOF, NODE)

  it('says what the node said', () => {
    expect(decodeUptimeProof(bytes)).toEqual(PROOF)
    expect(bytes.length).toBeLessThanOrEqual(PROOF_BYTES_MAX)
  })

  it('is refused when a single byte of it is another', () => {
    for (let index = 0; index < bytes.length; index += 1) {
      expect(decodeUptimeProof(flip(bytes, index))).toBeUndefined()
    }
  })

  it('is refused when another node signed it', () => {
    expect(decodeUptimeProof(encodeUptimeProof(PROOF, createKey(2)))).toBeUndefined()
  })

  it('is no report, although the same key signed it', () => {
    expect(decodeObservationReport(bytes)).toBeUndefined()
  })

  it.each([
    ['flags that mean nothing', { flags: 8 }],
    ['a version beyond a byte', { software: [256, 0, 0] }],
    ['a version of two parts', { software: [1, 0] }],
    ['an instance of another length', { instance: new Uint8Array(15) }],
    ['a time below zero', { issuedAt: -1 }],
    ['an epoch beyond 32 bits', { epoch: 2 ** 32 }],
  ])('is refused with %s', (_name, change) => {
    const changed = encodeUptimeProof({ ...PROOF, ...(change as Partial<UptimeProof>) }, NODE)
    expect(decodeUptimeProof(changed)).toBeUndefined()
  })

  it('never throws for bytes from outside', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (random) => {
        expect(decodeUptimeProof(random)).toBeUndefined()
      }),
      { numRuns: 10_000 },
    )
  })

  it.each([
    ['now', 0, true],
    ['from five minutes ahead', 2.5 * EPOCH_MS, true],
    ['from farther ahead', 2.5 * EPOCH_MS + 1, false],
    ['from two hours ago', -62.5 * EPOCH_MS, true],
    ['from longer ago', -65 * EPOCH_MS - 1, false],
  ])('counts or not: %s', (_name, offsetMs, isTimely) => {
    expect(isProofTimely(NOW_MS + offsetMs, NOW_MS, EPOCH_MS)).toBe(isTimely)
  })
})

describe('a report of observations', () => {
  const bytes = encodeObservationReport(REPORT, NODE)

  it('says what the observer saw, whatever the order in which it was listed', () => {
    const decoded = decodeObservationReport(bytes)
    expect(decoded?.observations).toHaveLength(2)
    expect(decoded?.observations).toEqual(expect.arrayContaining([...REPORT.observations]))
    const reversed = { ...REPORT, observations: REPORT.observations.toReversed() }
    expect(encodeObservationReport(reversed, NODE)).toEqual(bytes)
  })

  it('is refused when a single byte of it is another', () => {
    for (let index = 0; index < bytes.length; index += 1) {
      expect(decodeObservationReport(flip(bytes, index))).toBeUndefined()
    }
  })

  it('is refused when another node signed it, or it names a target twice', () => {
    expect(decodeObservationReport(encodeObservationReport(REPORT, createKey(5)))).toBeUndefined()
    const twice = { ...REPORT, observations: [observe(2), observe(2)] }
    expect(decodeObservationReport(encodeObservationReport(twice, NODE))).toBeUndefined()
  })

  it('says no more than a report can: what a tested node claims must not make it unreadable', () => {
    const wild = { auditsFailed: 70_000, roundTripMs: 600_001, clockOffsetMs: -(2 ** 50) }
    const report = { ...REPORT, observations: [observe(2, wild)] }
    const [seen] =
      decodeObservationReport(encodeObservationReport(report, NODE))?.observations ?? []
    expect(seen?.auditsFailed).toBe(0xffff)
    expect(seen?.roundTripMs).toBe(600_000)
    expect(seen?.clockOffsetMs).toBe(-(2 ** 47))
  })

  it('of too many observations is refused', () => {
    const observations = Array.from({ length: OBSERVATIONS_MAX + 1 }, (_, index) =>
      observe(index + 10),
    )
    const full = encodeObservationReport({ ...REPORT, observations: observations.slice(1) }, NODE)
    expect(full.length).toBeLessThanOrEqual(REPORT_BYTES_MAX)
    expect(decodeObservationReport(full)?.observations).toHaveLength(OBSERVATIONS_MAX)
    const over = encodeObservationReport({ ...REPORT, observations }, NODE)
    expect(decodeObservationReport(over)).toBeUndefined()
  })

  it('never throws for bytes from outside', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (random) => {
        expect(decodeObservationReport(random)).toBeUndefined()
      }),
      { numRuns: 10_000 },
    )
  })
})

describe('the book of observations', () => {
  const target = Buffer.from(createKey(2).publicKey).toString('hex')

  it('keeps the newest of each observer, and the one of an earlier epoch', () => {
    const book = new ObservationBook()
    book.add({
      ...REPORT,
      epoch: 6,
      issuedAt: NOW_MS - EPOCH_MS,
      observations: [observe(2, { auditsFailed: 1 })],
    })
    book.add(REPORT)
    book.add({ ...REPORT, issuedAt: NOW_MS - 5, observations: [observe(2, { auditsFailed: 9 })] })
    const [history, ...rest] = book.about(target)
    expect(rest).toEqual([])
    expect(history).toMatchObject({
      latest: { epoch: 7, auditsFailed: 0 },
      before: { epoch: 6, auditsFailed: 1 },
    })
  })

  it('does not listen to what a node says of itself', () => {
    const book = new ObservationBook()
    book.add({ ...REPORT, observations: [observe(1)] })
    expect(book.about(Buffer.from(NODE.publicKey).toString('hex'))).toEqual([])
  })

  it('keeps 64 observers of a target, whoever else writes', () => {
    const book = new ObservationBook()
    for (let observer = 3; observer < 103; observer += 1) {
      book.add({ ...REPORT, observer: createKey(observer).publicKey, observations: [observe(2)] })
    }
    expect(book.about(target)).toHaveLength(64)
  })

  it('forgets nodes that are gone', () => {
    const book = new ObservationBook()
    book.add(REPORT)
    book.retain((key) => key !== Buffer.from(NODE.publicKey).toString('hex'))
    expect(book.about(target)).toEqual([])
  })
})
