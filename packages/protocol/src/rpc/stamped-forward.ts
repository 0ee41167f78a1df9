/**
 * The body of a forward on the link (spec 03 §6.2): when the entry node had the request, and the request. With the entry
 * node's time all members of a swarm date a change alike, whatever the order in which they hear of it.
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'

/** Spec 03 §6.2. A stamp farther off is not believed: the member takes its own time. */
export const STAMP_TOLERANCE_MS = 30_000

const STAMP_BYTES = 8

export interface StampedForward {
  /** Milliseconds since 1970, by the entry node's clock. */
  readonly receivedMs: number
  /** As `encodeForward` gives it. */
  readonly forward: Uint8Array
}

export function encodeStampedForward({ receivedMs, forward }: StampedForward): Uint8Array {
  const stamp = new Uint8Array(STAMP_BYTES)
  new DataView(stamp.buffer).setBigUint64(0, BigInt(receivedMs))
  return concatBytes([stamp, forward])
}

/** Undefined for bytes that are too short to hold a stamp. `nowMs` takes the place of a stamp that is too far off. */
export function decodeStampedForward(bytes: Uint8Array, nowMs: number): StampedForward | undefined {
  if (bytes.length < STAMP_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, STAMP_BYTES)
  const stampMs = Number(view.getBigUint64(0))
  const isNear = Math.abs(stampMs - nowMs) <= STAMP_TOLERANCE_MS
  return { receivedMs: isNear ? stampMs : nowMs, forward: bytes.subarray(STAMP_BYTES) }
}
