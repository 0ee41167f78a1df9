/**
 * Proofs of uptime and reports of observations: fixed ones, and any.
 *
 * @module
 */
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import fc from 'fast-check'
import type { Observation, ObservationReport, UptimeProof } from '../src/health/index.ts'
import { compareBytes } from '../src/directory/compare-bytes.ts'
import { createSigningKeys, ISSUED_AT_MS } from './node-fixtures.ts'

export const PROVING_KEY: ReturnType<typeof createSigningKeys> = createSigningKeys('proving')
const TARGETS_MAX = 64
const KEYS: readonly Ed25519PublicKey[] = Array.from(
  { length: TARGETS_MAX + 1 },
  (_, index) => createSigningKeys(`target ${index}`).publicKey,
).toSorted(compareBytes)

/** One of 65, ascending. */
export function targetAt(index: number): Ed25519PublicKey {
  const key = KEYS[index]
  if (key === undefined) throw new RangeError('no such target')
  return key
}

export function createProof(changes: Partial<UptimeProof> = {}): UptimeProof {
  return {
    node: PROVING_KEY.publicKey,
    issuedAt: ISSUED_AT_MS,
    epoch: 17,
    software: [1, 2, 3],
    instance: new Uint8Array(16).fill(9),
    storageUsedBytes: 4096,
    storageMaxBytes: 1_048_576,
    messages: 12,
    flags: 1,
    ...changes,
  }
}

export function createObservation(changes: Partial<Observation> = {}): Observation {
  return {
    target: targetAt(0),
    reachability: { lastReachable: ISSUED_AT_MS },
    failing: 0,
    roundTripMs: 31,
    clockOffsetMs: -12,
    auditsPassed: 8,
    auditsFailed: 0,
    ...changes,
  }
}

export function createReport(changes: Partial<ObservationReport> = {}): ObservationReport {
  const observations = [createObservation()]
  return {
    observer: PROVING_KEY.publicKey,
    epoch: 17,
    issuedAt: ISSUED_AT_MS,
    observations,
    ...changes,
  }
}

const time: fc.Arbitrary<number> = fc.maxSafeNat()

export const arbitraryProof: fc.Arbitrary<UptimeProof> = fc
  .record({
    issuedAt: time,
    epoch: fc.nat(0xffff_ffff),
    software: fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)),
    instance: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    storageUsedBytes: fc.maxSafeNat(),
    storageMaxBytes: fc.maxSafeNat(),
    messages: fc.maxSafeNat(),
    flags: fc.nat(7),
  })
  .map((fields) => createProof(fields))

/** Zero is what stands for an absent time. */
const arbitraryReachability = fc.record(
  {
    lastReachable: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    firstUnreachable: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    lastUnreachable: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  },
  { requiredKeys: [] },
)

const arbitraryObservation: fc.Arbitrary<Omit<Observation, 'target'>> = fc.record({
  reachability: arbitraryReachability,
  failing: fc.nat(7),
  roundTripMs: fc.nat(600_000),
  clockOffsetMs: fc.integer({ min: -(2 ** 47), max: 2 ** 47 }),
  auditsPassed: fc.nat(0xffff),
  auditsFailed: fc.nat(0xffff),
})

export const arbitraryReport: fc.Arbitrary<ObservationReport> = fc
  .record({
    epoch: fc.nat(0xffff_ffff),
    issuedAt: time,
    observations: fc.array(arbitraryObservation, { maxLength: TARGETS_MAX }),
  })
  .map(({ observations, ...fields }) => {
    const aimed = observations.map((each, index) =>
      createObservation({ target: targetAt(index), ...each }),
    )
    return createReport({ ...fields, observations: aimed })
  })
