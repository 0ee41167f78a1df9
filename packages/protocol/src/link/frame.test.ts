/** Frames one by one: layout, limits, and mistakes of ours. */
import { concatBytes } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import {
  FRAME_BODY_BYTES_MAX,
  FRAME_HEADER_BYTES,
  FRAME_PAYLOAD_BYTES_MAX,
  FRAME_TYPES,
  FrameDecoder,
  type FrameType,
  encodeFrame,
  encodeFrameHeader,
} from './index.ts'
import { decodeFrameBody } from './frame.ts'

describe('encodeFrame', () => {
  it('writes length, type, id and payload, all big-endian', () => {
    const payload = Uint8Array.of(0xaa, 0xbb)
    expect(encodeFrame({ type: 'request', id: 0x01020304, payload })).toEqual(
      Uint8Array.of(0, 0, 0, 7, 1, 1, 2, 3, 4, 0xaa, 0xbb),
    )
  })

  it('writes the header alone for a payload that follows in pieces', () => {
    const payload = new Uint8Array(300)
    const frame = { type: 'response', id: 9, payload } as const
    const header = encodeFrameHeader(frame, payload.length)
    expect(header.length).toBe(FRAME_HEADER_BYTES)
    expect(concatBytes([header, payload])).toEqual(encodeFrame(frame))
  })

  it('takes the largest payload and not one byte more', () => {
    const header = encodeFrameHeader({ type: 'request', id: 1 }, FRAME_PAYLOAD_BYTES_MAX)
    expect(new DataView(header.buffer).getUint32(0)).toBe(FRAME_BODY_BYTES_MAX)
    expect(() =>
      encodeFrameHeader({ type: 'request', id: 1 }, FRAME_PAYLOAD_BYTES_MAX + 1),
    ).toThrow(RangeError)
  })

  it.each([-1, 0.5, 2 ** 32, Number.NaN])('throws for the id %d, which does not fit', (id) => {
    expect(() => encodeFrame({ type: 'ping', id, payload: new Uint8Array() })).toThrow(RangeError)
  })
})

describe('the limit of frames', () => {
  it('leaves room for the largest request of a client in every wrapping', () => {
    const largestBody = 10 * 1024 * 1024
    expect(FRAME_PAYLOAD_BYTES_MAX - largestBody).toBeGreaterThan(60_000)
  })
})

describe('decodeFrameBody', () => {
  it.each(Object.keys(FRAME_TYPES) as FrameType[])('reads back a frame of type %s', (type) => {
    const isEmpty = ['cancel', 'ping', 'pong', 'goodbye'].includes(type)
    const payload = isEmpty ? new Uint8Array() : Uint8Array.of(1, 2, 3)
    const frame = { type, id: 77, payload }
    expect(decodeFrameBody(encodeFrame(frame).subarray(4))).toEqual({ ok: true, value: frame })
  })

  it('gives each type its own number', () => {
    expect(Object.values(FRAME_TYPES)).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  it('reads a ping with id zero, because it belongs to no request', () => {
    const frame = { type: 'ping', id: 0, payload: new Uint8Array() } as const
    expect(decodeFrameBody(encodeFrame(frame).subarray(4))).toEqual({ ok: true, value: frame })
  })

  it.each<FrameType>(['request', 'response', 'failure', 'cancel'])(
    'refuses a %s with id zero, because nothing could answer it',
    (type) => {
      const frame = encodeFrame({ type, id: 0, payload: new Uint8Array() })
      expect(decodeFrameBody(frame.subarray(4))).toMatchObject({
        ok: false,
        error: { code: 'link_frame_malformed' },
      })
    },
  )

  it.each<FrameType>(['cancel', 'ping', 'pong', 'goodbye'])(
    'refuses a %s with payload, which could carry what nobody checks',
    (type) => {
      const frame = encodeFrame({ type, id: 1, payload: new Uint8Array(1) })
      expect(decodeFrameBody(frame.subarray(4)).ok).toBe(false)
    },
  )

  it.each([0, 1, 4])('refuses %i bytes', (length) => {
    expect(decodeFrameBody(new Uint8Array(length)).ok).toBe(false)
  })
})

describe('FrameDecoder', () => {
  const frame = encodeFrame({ type: 'request', id: 5, payload: new Uint8Array(100).fill(7) })

  it('does not copy a frame that lies in one piece', () => {
    const chunk = concatBytes([frame, frame])
    const frames = new FrameDecoder().push(chunk)
    if (!frames.ok) throw frames.error
    expect(frames.value.map(({ payload }) => payload.buffer === chunk.buffer)).toEqual([true, true])
  })

  it('copies a frame that is spread, so that the pieces may be reused', () => {
    const decoder = new FrameDecoder()
    const first = Uint8Array.from(frame.subarray(0, 50))
    expect(decoder.push(first)).toEqual({ ok: true, value: [] })
    first.fill(0)
    const frames = decoder.push(frame.subarray(50))
    expect(frames.ok && frames.value[0]?.payload).toEqual(new Uint8Array(100).fill(7))
  })

  it('finds a frame that ends in the piece in which others lie whole', () => {
    const decoder = new FrameDecoder()
    decoder.push(frame.subarray(0, 3))
    const frames = decoder.push(concatBytes([frame.subarray(3), frame, frame.subarray(0, 20)]))
    expect(frames.ok && frames.value.length).toBe(2)
    expect(decoder.pendingBytes).toBe(20)
  })

  it('keeps each of two spread frames apart from the next', () => {
    const decoder = new FrameDecoder()
    const other = encodeFrame({ type: 'request', id: 6, payload: new Uint8Array(100).fill(9) })
    const stream = concatBytes([frame, other])
    const payloads: Uint8Array[] = []
    for (let offset = 0; offset < stream.length; offset += 60) {
      const frames = decoder.push(stream.subarray(offset, offset + 60))
      if (frames.ok) payloads.push(...frames.value.map(({ payload }) => payload))
    }
    expect(payloads).toEqual([new Uint8Array(100).fill(7), new Uint8Array(100).fill(9)])
  })

  it('reserves nothing for a length that is only announced', () => {
    const decoder = new FrameDecoder()
    const announced = encodeFrameHeader({ type: 'request', id: 1 }, FRAME_PAYLOAD_BYTES_MAX)
    expect(decoder.push(announced)).toEqual({ ok: true, value: [] })
    expect(decoder.pendingBytes).toBe(FRAME_HEADER_BYTES)
  })

  it('reads the largest frame in pieces of a socket’s size', () => {
    const decoder = new FrameDecoder()
    const large = encodeFrame({
      type: 'request',
      id: 1,
      payload: new Uint8Array(FRAME_PAYLOAD_BYTES_MAX),
    })
    let found = 0
    for (let offset = 0; offset < large.length; offset += 65_536) {
      const frames = decoder.push(large.subarray(offset, offset + 65_536))
      if (frames.ok) found += frames.value.length
    }
    expect(found).toBe(1)
    expect(decoder.pendingBytes).toBe(0)
  })

  it('refuses everything after a refusal, because the order of the stream is lost', () => {
    const decoder = new FrameDecoder()
    expect(decoder.push(new Uint8Array(9)).ok).toBe(false)
    expect(decoder.push(frame)).toMatchObject({ error: { code: 'link_frame_malformed' } })
  })

  it('refuses a length beyond the limit at its fourth byte, not after ten megabytes', () => {
    const decoder = new FrameDecoder()
    expect(decoder.push(Uint8Array.of(0x7f, 0xff, 0xff)).ok).toBe(true)
    expect(decoder.push(Uint8Array.of(0xff))).toMatchObject({
      error: { code: 'link_frame_too_large' },
    })
  })
})
