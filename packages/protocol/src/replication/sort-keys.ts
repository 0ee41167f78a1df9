/**
 * Sorts packed keys and drops repetitions (spec 10 §4). Hashes are uniform, so that counting by their first bits
 * leaves one or two keys to compare; keys that were made to share those cost a comparison sort and no more.
 *
 * @module
 */

import { RECORD_KEY_BYTES } from './record-key.ts'

/** The most keys of one set: 80 MiB. */
export const KEY_SET_KEYS_MAX: number = 2 ** 21

/** Bits of a key's beginning by which it is put into a bucket, at most. */
const BUCKET_BITS_MAX = 16
/** In larger buckets, insertions would cost the square of what somebody put there. */
const INSERTION_KEYS_MAX = 32
const WORD_BYTES = 4

/** New memory, ascending, each key once. */
export function sortKeys(packed: Uint8Array): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length)
  const sorted = new Uint8Array(packed.length)
  const target = new DataView(sorted.buffer)
  let length = 0
  let previous: number | undefined
  for (const offset of orderKeys(view)) {
    const isRepeated = previous !== undefined && compareKeysAt(view, previous, offset) === 0
    previous = offset
    if (isRepeated) continue
    // By words: a view for each key would take three times as long.
    for (let index = 0; index < RECORD_KEY_BYTES; index += WORD_BYTES) {
      target.setUint32(length + index, view.getUint32(offset + index))
    }
    length += RECORD_KEY_BYTES
  }
  return length === sorted.length ? sorted : sorted.slice(0, length)
}

/** The places of the keys in ascending order. */
function orderKeys(view: DataView): Uint32Array {
  const count = view.byteLength / RECORD_KEY_BYTES
  const bits = Math.min(BUCKET_BITS_MAX, Math.ceil(Math.log2(count + 1)))
  const shift = BUCKET_BITS_MAX - bits
  const ends = countBuckets(view, bits)
  const order = new Uint32Array(count)
  for (let offset = 0; offset < view.byteLength; offset += RECORD_KEY_BYTES) {
    const bucket = view.getUint16(offset) >>> shift
    const place = ends[bucket] ?? 0
    order[place] = offset
    ends[bucket] = place + 1
  }
  let start = 0
  for (let bucket = 0; bucket < ends.length; bucket++) {
    const end = ends[bucket] ?? 0
    if (end - start > 1) sortBucket(view, order, { start, end })
    start = end
  }
  return order
}

/** Where each bucket begins; filling it moves that to its end. */
function countBuckets(view: DataView, bits: number): Uint32Array {
  const starts = new Uint32Array(2 ** bits)
  const shift = BUCKET_BITS_MAX - bits
  for (let offset = 0; offset < view.byteLength; offset += RECORD_KEY_BYTES) {
    const bucket = view.getUint16(offset) >>> shift
    starts[bucket] = (starts[bucket] ?? 0) + 1
  }
  let sum = 0
  for (let bucket = 0; bucket < starts.length; bucket++) {
    const count = starts[bucket] ?? 0
    starts[bucket] = sum
    sum += count
  }
  return starts
}

interface Bucket {
  readonly start: number
  readonly end: number
}

function sortBucket(view: DataView, order: Uint32Array, { start, end }: Bucket): void {
  if (end - start > INSERTION_KEYS_MAX) {
    const bucket = order.subarray(start, end)
    bucket.set(bucket.toSorted((a, b) => compareKeysAt(view, a, b)))
    return
  }
  for (let next = start + 1; next < end; next++) {
    const key = order[next] ?? 0
    let place = next
    while (place > start && compareKeysAt(view, order[place - 1] ?? 0, key) > 0) {
      order[place] = order[place - 1] ?? 0
      place--
    }
    order[place] = key
  }
}

function compareKeysAt(view: DataView, a: number, b: number): number {
  for (let index = 0; index < RECORD_KEY_BYTES; index += WORD_BYTES) {
    const difference = view.getUint32(a + index) - view.getUint32(b + index)
    if (difference !== 0) return difference
  }
  return 0
}
