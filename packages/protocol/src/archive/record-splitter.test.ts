/** Records that begin and end anywhere in their chunks (spec 16 §3.1). */
import { concatBytes, encodeUint32LittleEndian } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { RECORD_BYTES_MAX } from './archive-record.ts'
import { frameRecord } from './encode-record.ts'
import { RecordSplitter } from './record-splitter.ts'

const SHORT = frameRecord(3, Uint8Array.of(1, 2, 3))
const EMPTY = frameRecord(9, new Uint8Array())

/** Kinds and lengths of what came out of each push, or a code. */
function pushAll(splitter: RecordSplitter, chunks: readonly Uint8Array[]): unknown {
  return chunks.map((chunk) => {
    const split = splitter.push(chunk)
    return split.ok ? split.value.map(({ kind, body }) => [kind, body.length]) : split.error.code
  })
}

describe('a splitter', () => {
  it('writes kind, length and body where the specification says', () => {
    expect([...SHORT]).toEqual([3, 3, 0, 0, 0, 1, 2, 3])
    expect([...EMPTY]).toEqual([9, 0, 0, 0, 0])
  })

  it('gives all records of a chunk, also empty ones', () => {
    const splitter = new RecordSplitter()
    expect(pushAll(splitter, [concatBytes([SHORT, EMPTY, SHORT])])).toEqual([
      [
        [3, 3],
        [9, 0],
        [3, 3],
      ],
    ])
    expect(splitter.isEmpty).toBe(true)
  })

  it.each(Array.from({ length: SHORT.length - 1 }, (_, index) => index + 1))(
    'waits for the rest of a record that was cut after %i bytes',
    (at) => {
      const splitter = new RecordSplitter()
      expect(pushAll(splitter, [SHORT.subarray(0, at)])).toEqual([[]])
      expect(splitter.isEmpty).toBe(false)
      expect(pushAll(splitter, [SHORT.subarray(at)])).toEqual([[[3, 3]]])
      expect(splitter.isEmpty).toBe(true)
    },
  )

  it('gives the body that was sent, though it came in many chunks', () => {
    const body = Uint8Array.from({ length: 1000 }, (_, index) => index)
    const frame = frameRecord(8, body)
    const splitter = new RecordSplitter()
    const bodies: Uint8Array[] = []
    for (let at = 0; at < frame.length; at += 7) {
      const split = splitter.push(frame.slice(at, at + 7))
      if (split.ok) bodies.push(...split.value.map((record) => record.body))
    }
    expect(bodies).toEqual([body])
  })

  it('holds nothing back of a chunk without content', () => {
    const splitter = new RecordSplitter()
    expect(pushAll(splitter, [new Uint8Array(), SHORT, new Uint8Array()])).toEqual([
      [],
      [[3, 3]],
      [],
    ])
  })

  it.each([128, 129, 255])('refuses kind %i before its body has come', (kind) => {
    const prefix = concatBytes([Uint8Array.of(kind), encodeUint32LittleEndian(9)])
    expect(pushAll(new RecordSplitter(), [SHORT, prefix])).toEqual([[[3, 3]], 'archive_version'])
  })

  it('takes the longest record that there may be, and refuses the next longer before it has come', () => {
    const prefix = (length: number): Uint8Array =>
      concatBytes([Uint8Array.of(8), encodeUint32LittleEndian(length)])
    const splitter = new RecordSplitter()
    expect(pushAll(splitter, [prefix(RECORD_BYTES_MAX), new Uint8Array(RECORD_BYTES_MAX)])).toEqual(
      [[], [[8, RECORD_BYTES_MAX]]],
    )
    expect(pushAll(new RecordSplitter(), [prefix(RECORD_BYTES_MAX + 1)])).toEqual(['archive_limit'])
    expect(pushAll(new RecordSplitter(), [prefix(0xffffffff)])).toEqual(['archive_limit'])
  })
})
