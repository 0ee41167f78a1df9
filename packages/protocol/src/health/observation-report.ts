/**
 * What a node has found out about others, signed (spec 09 §5): sent once an epoch to the authorities and to its swarm, and
 * shown to everybody, so that an operator sees how each other node sees theirs.
 *
 * @module
 */

import type { Ed25519PublicKey, SigningKeyPair } from '@sotto/crypto/signing'
import type { BtInput, BtValue } from '../bt/index.ts'
import { readInteger, readItems, readKey, readList } from '../bt/read-bt.ts'
import { compareBytes } from '../directory/compare-bytes.ts'
import type { Reachability } from './reachability.ts'
import { encodeStatement, openStatement } from './signed-statement.ts'

/** Spec 09 §5.1. One bit each. */
export const TESTED_PROTOCOLS = { https: 1, web: 2, peer: 4 } as const

export interface Observation {
  readonly target: Ed25519PublicKey
  readonly reachability: Reachability
  /** Bits of `TESTED_PROTOCOLS` that failed in the last test. */
  readonly failing: number
  readonly roundTripMs: number
  /** By how much the target's clock is ahead of the observer's. */
  readonly clockOffsetMs: number
  /** In this epoch. */
  readonly auditsPassed: number
  readonly auditsFailed: number
}

export interface ObservationReport {
  readonly observer: Ed25519PublicKey
  readonly epoch: number
  readonly issuedAt: number
  /** Ascending by target. */
  readonly observations: readonly Observation[]
}

/** Spec 09 §5.1. */
export const OBSERVATIONS_MAX = 64
export const REPORT_BYTES_MAX: number = 16 * 1024
const CONTEXT = 'sotto-observations-1'
const KEYS = ['context', 'epoch', 'issued_at', 'observations', 'observer']
const EPOCH_MAX = 0xffff_ffff
const FAILING_MAX = 7
const AUDITS_MAX = 0xffff
const OFFSET_MAX_MS: number = 2 ** 47
const ROUND_TRIP_MAX_MS = 600_000
const ITEMS = 9

export function encodeObservationReport(
  { observer, epoch, issuedAt, observations }: ObservationReport,
  key: SigningKeyPair,
): Uint8Array {
  const sorted = observations.toSorted((a, b) => compareBytes(a.target, b.target))
  return encodeStatement(
    new Map<string, BtInput>([
      ['context', CONTEXT],
      ['epoch', epoch],
      ['issued_at', issuedAt],
      ['observations', sorted.map(toBt)],
      ['observer', observer],
    ]),
    key,
  )
}

/** Reads bytes from outside. Undefined for what is no report, or not signed by its observer. Never throws. */
export function decodeObservationReport(bytes: Uint8Array): ObservationReport | undefined {
  const opened = openStatement(bytes, { keys: KEYS, bytesMax: REPORT_BYTES_MAX, context: CONTEXT })
  if (opened === undefined) return undefined
  const { dict } = opened
  const observer = readKey(dict.get('observer'))
  const epoch = readInteger(dict.get('epoch'), { min: 0, max: EPOCH_MAX })
  const issuedAt = readInteger(dict.get('issued_at'), { min: 0 })
  const list = readList(dict.get('observations'))
  if (observer === undefined || epoch === undefined || issuedAt === undefined) return undefined
  if (list === undefined || list.length > OBSERVATIONS_MAX) return undefined
  const observations = readItems(list, readObservation)
  if (observations === undefined || !isAscending(observations)) return undefined
  return opened.isSignedBy(observer) ? { observer, epoch, issuedAt, observations } : undefined
}

/**
 * Zero stands for a time that never was. A tested node chooses its clock: were its offset written as it is, readers would
 * refuse the whole report, and one node could silence all that test it.
 */
function toBt(observation: Observation): BtInput {
  const { lastReachable = 0, firstUnreachable = 0, lastUnreachable = 0 } = observation.reachability
  const numbers = [
    lastReachable,
    firstUnreachable,
    lastUnreachable,
    observation.failing,
    observation.roundTripMs,
    observation.clockOffsetMs,
    observation.auditsPassed,
    observation.auditsFailed,
  ]
  const bounded = numbers.map((number, index) => {
    const [min, max] = LIMITS[index] ?? [0, 0]
    return Math.min(Math.max(number, min), max)
  })
  return [observation.target, ...bounded]
}

function readObservation(value: BtValue): Observation | undefined {
  const items = readList(value)
  if (items?.length !== ITEMS) return undefined
  const target = readKey(items[0])
  const numbers = items.slice(1).map((item, index) => {
    const [min, max] = LIMITS[index] ?? [0, 0]
    return readInteger(item, { min, max })
  })
  const [reachable, first, last, failing, roundTripMs, clockOffsetMs, passed, failed] = numbers
  if (target === undefined || reachable === undefined || first === undefined) return undefined
  if (last === undefined || failing === undefined || roundTripMs === undefined) return undefined
  if (clockOffsetMs === undefined || passed === undefined || failed === undefined) return undefined
  return {
    target,
    reachability: {
      ...(reachable === 0 ? {} : { lastReachable: reachable }),
      ...(first === 0 ? {} : { firstUnreachable: first }),
      ...(last === 0 ? {} : { lastUnreachable: last }),
    },
    failing,
    roundTripMs,
    clockOffsetMs,
    auditsPassed: passed,
    auditsFailed: failed,
  }
}

/** Of the numbers of an observation, in their order. */
const LIMITS: readonly (readonly [number, number])[] = [
  [0, Number.MAX_SAFE_INTEGER],
  [0, Number.MAX_SAFE_INTEGER],
  [0, Number.MAX_SAFE_INTEGER],
  [0, FAILING_MAX],
  [0, ROUND_TRIP_MAX_MS],
  [-OFFSET_MAX_MS, OFFSET_MAX_MS],
  [0, AUDITS_MAX],
  [0, AUDITS_MAX],
]

function isAscending(observations: readonly Observation[]): boolean {
  return observations.every((each, index) => {
    const next = observations[index + 1]
    return next === undefined || compareBytes(each.target, next.target) < 0
  })
}
