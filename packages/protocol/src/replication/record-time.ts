/**
 * Times in keys and records (spec 10 §3.1): milliseconds in the lower 47 of 48 bits. The highest bit tells kinds of keys
 * apart, and is zero everywhere else.
 *
 * @module
 */

/** Spec 10 §3.1. The first time that does not fit: in the year 6429. */
export const RECORD_TIME_END_MS: number = 2 ** 47
export const RECORD_TIME_BYTES = 6

const HIGH_BITS = 2 ** 32

export function isRecordTime(timeMs: number): boolean {
  return Number.isInteger(timeMs) && timeMs >= 0 && timeMs < RECORD_TIME_END_MS
}

/** Throws for what is no such time. */
export function writeRecordTime(view: DataView, offset: number, timeMs: number): void {
  if (!isRecordTime(timeMs)) throw new RangeError('not a time of a record')
  view.setUint16(offset, Math.floor(timeMs / HIGH_BITS))
  view.setUint32(offset + 2, timeMs % HIGH_BITS)
}

/** The same without a view, which for a short array of bytes takes longer than all the rest. */
export function setRecordTime(bytes: Uint8Array, offset: number, timeMs: number): void {
  if (!isRecordTime(timeMs)) throw new RangeError('not a time of a record')
  const high = Math.floor(timeMs / HIGH_BITS)
  const low = timeMs % HIGH_BITS
  bytes.set([high >>> 8, high, low >>> 24, low >>> 16, low >>> 8, low], offset)
}

/** Gives also what is no such time; `offset` must be within the view. */
export function readRecordTime(view: DataView, offset: number): number {
  return view.getUint16(offset) * HIGH_BITS + view.getUint32(offset + 2)
}
