/**
 * When a device replaces the active account key (spec 12 §2.4). Each device computes a time of its own for each key, and
 * the earliest does it; nothing is agreed upon.
 *
 * @module
 */
import { hashInDomain, PERSONALISATION } from '../domains.ts'
import { SECONDS_PER_HOUR } from '../limits.ts'
import type { AccountKey } from './account-key.ts'

const JITTER_BYTES = 8
/** Spec 12 §2.4. */
const ROTATION_EARLIEST_SECONDS: number = 11 * SECONDS_PER_HOUR
/** Spec 12 §2.4. */
const ROTATION_WINDOW_SECONDS: number = 2 * SECONDS_PER_HOUR
/** Spec 12 §2.4. */
const CLOCK_TOLERANCE_SECONDS: number = SECONDS_PER_HOUR

export interface RotationInput {
  readonly active: AccountKey
  readonly deviceId: Uint8Array
  /** Registered devices of the group, this one among them. */
  readonly deviceCount: number
  readonly nowSeconds: number
}

/**
 * The earliest of N such times lies evenly in the window for every N: the outbox, which the world can read, would
 * otherwise tell by its rhythm how many devices an account has. A key from a device whose clock runs ahead counts as made
 * now; else it would never be replaced.
 */
export function computeRotationSeconds(input: RotationInput): number {
  const { active, nowSeconds } = input
  const isAhead = active.createdSeconds > nowSeconds + CLOCK_TOLERANCE_SECONDS
  return (isAhead ? nowSeconds : active.createdSeconds) + rotationOffsetSeconds(input)
}

/** From the key's creation. */
export function rotationOffsetSeconds(input: Omit<RotationInput, 'nowSeconds'>): number {
  const share = jitter(input) ** Math.max(1, input.deviceCount)
  return ROTATION_EARLIEST_SECONDS + ROTATION_WINDOW_SECONDS * (1 - share)
}

function jitter({ active, deviceId }: Pick<RotationInput, 'active' | 'deviceId'>): number {
  const digest = hashInDomain({
    domain: PERSONALISATION.accountKeyRotation,
    length: JITTER_BYTES,
    key: active.seed,
    parts: [deviceId],
  })
  const view = new DataView(digest.buffer, digest.byteOffset, JITTER_BYTES)
  return Number(view.getBigUint64(0, true)) / 2 ** 64
}
