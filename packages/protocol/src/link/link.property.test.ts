/** Streams cut anywhere, and streams of anything. */
import { concatBytes } from '@sotto/crypto/bytes'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Frame,
  FrameDecoder,
  decodeFailurePayload,
  decodeRequestPayload,
  decodeStatusReply,
  encodeFrame,
  encodeRequestPayload,
  encodeStatusReply,
} from './index.ts'

const id = fc.integer({ min: 1, max: 0xffffffff })
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    type: fc.constantFrom('request', 'response', 'failure'),
    id,
    payload: arbitraryBytes(300),
  }),
  fc.record({
    type: fc.constantFrom('cancel', 'ping', 'pong', 'goodbye'),
    id,
    payload: fc.constant(new Uint8Array()),
  }),
)

/** Cuts at the given places, which may repeat: then a piece is empty. */
function cut(stream: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const sorted = places.map((place) => place % (stream.length + 1)).toSorted((a, b) => a - b)
  const bounds = [0, ...sorted, stream.length]
  return bounds.slice(1).map((end, index) => stream.slice(bounds[index], end))
}

function readAll(chunks: readonly Uint8Array[]): { frames: Frame[]; pending: number; ok: boolean } {
  const decoder = new FrameDecoder()
  const frames: Frame[] = []
  let isOk = true
  for (const chunk of chunks) {
    const found = decoder.push(chunk)
    isOk = found.ok
    if (found.ok) frames.push(...found.value)
  }
  return { frames, pending: decoder.pendingBytes, ok: isOk }
}

describe('FrameDecoder', () => {
  it('finds the same frames however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (frames, places) => {
          const stream = concatBytes(frames.map(encodeFrame))
          expect(readAll(cut(stream, places))).toEqual({ frames, pending: 0, ok: true })
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('waits for the rest of a stream that ends early', () => {
    fc.assert(
      fc.property(frame, fc.nat(), (original, place) => {
        const bytes = encodeFrame(original)
        const length = place % bytes.length
        const read = readAll([bytes.subarray(0, length)])
        expect(read).toEqual({ frames: [], pending: length, ok: true })
      }),
    )
  })

  it('answers random bytes with frames or a refusal, never a throw', () => {
    fc.assert(
      fc.property(fc.array(arbitraryBytes(40), { maxLength: 4 }), (chunks) => {
        const decoder = new FrameDecoder()
        for (const chunk of chunks) {
          const found = decoder.push(chunk)
          if (!found.ok) expect(found.error.code).toMatch(/^link_frame_/)
        }
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('answers a changed stream alike, whether it comes whole or byte by byte', () => {
    const stream = concatBytes([
      encodeFrame({ type: 'request', id: 1, payload: new Uint8Array(20) }),
      encodeFrame({ type: 'cancel', id: 1, payload: new Uint8Array() }),
    ])
    fc.assert(
      fc.property(arbitraryMutation(stream), (changed) => {
        const whole = readAll([changed])
        const single = readAll(Array.from(changed, (byte) => Uint8Array.of(byte)))
        expect(single.ok).toBe(whole.ok)
        if (whole.ok) expect(single).toEqual(whole)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('payloads', () => {
  it('give back every request', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 255 }), arbitraryBytes(), (command, body) => {
        const payload = encodeRequestPayload({ command, body })
        expect(decodeRequestPayload(payload)).toEqual({ ok: true, value: { command, body } })
      }),
    )
  })

  it('give back every reply with a status', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), arbitraryBytes(), (status, body) => {
        const payload = encodeStatusReply({ status, body })
        expect(decodeStatusReply(payload)).toEqual({ ok: true, value: { status, body } })
      }),
    )
  })

  it('answer random bytes with a value or a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(40), (payload) => {
        for (const decode of [decodeRequestPayload, decodeStatusReply, decodeFailurePayload]) {
          const decoded = decode(payload)
          if (!decoded.ok) expect(decoded.error.code).toBe('link_message_malformed')
        }
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
