/**
 * The numbers that spec 12 fixes for messages and keys, and the bounds of its decoders.
 *
 * @module
 */
import type { BtLimits } from '../bt/index.ts'

/** Spec 12 §3.1. */
export const MESSAGE_PREFIX: readonly number[] = [0x00, 0x02]
/** Spec 12 §3.1. Prefix, indicator, ephemeral key and ciphertext. */
export const MESSAGE_HEADER_BYTES = 1124
/** Spec 12 §3.1. */
export const MESSAGE_BYTES_MIN = 1536
/** Spec 12 §3.1. */
export const MESSAGE_STEP_BYTES = 256
/** Spec 12 §3.1. What a swarm takes (spec 03). */
export const MESSAGE_BYTES_MAX = 76_800
/** Spec 12 §3.6. */
export const MESSAGE_SIZE_CLASSES: readonly number[] = [
  MESSAGE_BYTES_MIN,
  2048,
  3072,
  4096,
  8192,
  16_384,
  32_768,
  65_536,
  MESSAGE_BYTES_MAX,
]
/** Spec 12 §1.1. */
export const KEY_SEED_BYTES = 32
/** Spec 12 §2.3. */
export const INDICATOR_BYTES = 2

/**
 * Spec 12 §1.4. Times and numbers from outside are at most this, and one more is never written: a number that cannot be
 * raised would otherwise make every later message of the group unreadable.
 */
export const INTEGER_MAX: number = 2 ** 48

export const SECONDS_PER_HOUR = 3600
export const SECONDS_PER_DAY: number = 24 * SECONDS_PER_HOUR
export const MS_PER_SECOND = 1000
export const MS_PER_HOUR: number = SECONDS_PER_HOUR * MS_PER_SECOND

/** Everything of spec 12 is stored in a swarm, and nothing nests deeper than a group's records with what they carry. */
export const V2_BT_LIMITS: BtLimits = { bytes: MESSAGE_BYTES_MAX, depth: 12, items: 8192 }
