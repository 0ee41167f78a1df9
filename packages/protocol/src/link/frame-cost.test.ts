/** What a peer can make a frame decoder do: bounded by what the peer sends. */
import { concatBytes } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { FrameDecoder, encodeFrame, encodeFrameHeader } from './index.ts'

const MEBIBYTE = 1024 * 1024

function countFrames(decoder: FrameDecoder, stream: Uint8Array, chunkBytes: number): number {
  let count = 0
  for (let offset = 0; offset < stream.length; offset += chunkBytes) {
    const frames = decoder.push(stream.subarray(offset, offset + chunkBytes))
    if (frames.ok) count += frames.value.length
  }
  return count
}

describe('FrameDecoder', () => {
  it('reads a megabyte byte by byte without copying it anew for each byte', () => {
    // With a copy for each piece this would move half a terabyte and never end.
    const frame = encodeFrame({ type: 'request', id: 1, payload: new Uint8Array(MEBIBYTE) })
    expect(countFrames(new FrameDecoder(), frame, 1)).toBe(1)
  })

  it('reads fifty thousand small frames in one piece', () => {
    const frame = encodeFrame({ type: 'ping', id: 1, payload: new Uint8Array() })
    const stream = concatBytes(Array.from({ length: 50_000 }, () => frame))
    expect(countFrames(new FrameDecoder(), stream, stream.length)).toBe(50_000)
  })

  it('reads small frames that lie across every boundary', () => {
    const frame = encodeFrame({ type: 'request', id: 1, payload: Uint8Array.of(3) })
    const stream = concatBytes(Array.from({ length: 1000 }, () => frame))
    for (const chunkBytes of [1, 2, 3, 4, 7, 9, 10, 11, 13, 64]) {
      const decoder = new FrameDecoder()
      expect(countFrames(decoder, stream, chunkBytes)).toBe(1000)
      expect(decoder.pendingBytes).toBe(0)
    }
  })

  it('forgets a frame that it gave away', () => {
    const decoder = new FrameDecoder()
    const frame = encodeFrame({ type: 'request', id: 1, payload: new Uint8Array(MEBIBYTE) })
    expect(countFrames(decoder, frame, 1000)).toBe(1)
    expect(decoder.pendingBytes).toBe(0)
  })

  it('holds no more than was sent, however much is announced', () => {
    const decoders = Array.from({ length: 1000 }, () => new FrameDecoder())
    const header = encodeFrameHeader({ type: 'request', id: 1 }, 10 * MEBIBYTE)
    for (const decoder of decoders) decoder.push(header)
    expect(decoders.every((decoder) => decoder.pendingBytes === header.length)).toBe(true)
  })
})
