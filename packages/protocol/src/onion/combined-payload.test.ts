/** The framing of layers, for all blobs and all bytes. */
import { concatBytes, encodeUtf8 } from '@sotto/crypto/bytes'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { combinePayload, splitPayload } from './index.ts'

describe('combinePayload', () => {
  it('writes length, blob and JSON in this order', () => {
    expect(combinePayload(Uint8Array.of(1, 2), '{}')).toEqual(
      Uint8Array.of(2, 0, 0, 0, 1, 2, 0x7b, 0x7d),
    )
  })

  it('writes objects as JSON and text as it is', () => {
    const blob = Uint8Array.of(9)
    expect(combinePayload(blob, { a: 1 })).toEqual(combinePayload(blob, '{"a":1}'))
  })
})

describe('splitPayload', () => {
  it('gives back what was combined', () => {
    fc.assert(
      fc.property(arbitraryBytes(200), fc.dictionary(fc.string(), fc.jsonValue()), (blob, json) => {
        const split = splitPayload(combinePayload(blob, json))
        expect(split.ok && [split.value.blob, split.value.json]).toEqual([
          blob,
          JSON.parse(JSON.stringify(json)),
        ])
      }),
    )
  })

  it('gives views: the blob, and the blob with its length, which are passed on as they are', () => {
    const frame = combinePayload(encodeUtf8('blob'), '{}')
    const split = splitPayload(frame)
    if (!split.ok) throw split.error
    expect(split.value.blob.buffer).toBe(frame.buffer)
    expect(split.value.prefixedBlob).toEqual(frame.subarray(0, 8))
    expect(concatBytes([split.value.prefixedBlob, encodeUtf8('{}')])).toEqual(frame)
  })

  it('reads a frame that is a view into something larger', () => {
    const frame = combinePayload(encodeUtf8('blob'), '{"a":1}')
    const larger = concatBytes([new Uint8Array(3), frame, new Uint8Array(3)])
    const split = splitPayload(larger.subarray(3, 3 + frame.length))
    expect(split.ok && split.value.json).toEqual({ a: 1 })
  })

  it('answers random bytes with a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(100), (bytes) => {
        const split = splitPayload(bytes)
        if (!split.ok) expect(split.error.code).toBe('onion_frame_malformed')
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('answers a changed frame with another frame or a refusal, never a throw', () => {
    const frame = combinePayload(encodeUtf8('blob'), { ephemeral_key: 'ab', hop_no: 3 })
    fc.assert(
      fc.property(arbitraryMutation(frame), (bytes) => {
        const split = splitPayload(bytes)
        if (split.ok) expect(typeof split.value.json).toBe('object')
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('refuses JSON that is nested a million times without exhausting the stack', () => {
    const json = `{"a":${'['.repeat(1_000_000)}`
    expect(splitPayload(combinePayload(new Uint8Array(), json)).ok).toBe(false)
  })
})
