/**
 * Finds the frames in a stream that arrives in pieces of any size (spec 06 §3.4). A frame that lies in one piece is
 * not copied. Memory grows with what was received, never with what a length announces.
 *
 * @module
 */

import { type Result, err, ok } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import {
  FRAME_BODY_BYTES_MAX,
  FRAME_BODY_BYTES_MIN,
  FRAME_LENGTH_BYTES,
  type Frame,
  decodeFrameBody,
} from './frame.ts'

const INITIAL_PENDING_BYTES = 1024

export class FrameDecoder {
  /** The beginning of a frame that is not there as a whole, in the first `#pendingLength` bytes. */
  #pending = new Uint8Array()
  #pendingLength = 0
  #failure: ProtocolError | undefined

  /**
   * Takes the next piece and gives the frames that it completes. After a refusal the stream has lost its order: every
   * later piece is refused alike, and the link must be closed. Never throws.
   */
  push(chunk: Uint8Array): Result<Frame[], ProtocolError> {
    const frames: Frame[] = []
    let rest = chunk
    while (this.#failure === undefined && rest.length > 0) {
      rest = this.#pendingLength === 0 ? this.#readWhole(rest, frames) : this.#fill(rest, frames)
    }
    return this.#failure === undefined ? ok(frames) : err(this.#failure)
  }

  /** Bytes of a frame that is still incomplete; at the end of a stream this must be zero. */
  get pendingBytes(): number {
    return this.#pendingLength
  }

  /** Reads one frame where it lies, or keeps the piece for later. Gives what is left of it. */
  #readWhole(chunk: Uint8Array, frames: Frame[]): Uint8Array {
    const end = this.#findEnd(chunk, chunk.length)
    if (this.#failure !== undefined) return chunk
    if (end === undefined || end > chunk.length) return this.#keep(chunk, chunk.length)
    this.#accept(chunk.subarray(FRAME_LENGTH_BYTES, end), frames)
    return chunk.subarray(end)
  }

  /** Adds to the incomplete frame what it lacks: first its length, then the rest. */
  #fill(chunk: Uint8Array, frames: Frame[]): Uint8Array {
    const end = this.#findEnd(this.#pending, this.#pendingLength) ?? FRAME_LENGTH_BYTES
    const rest = this.#keep(chunk, Math.min(chunk.length, end - this.#pendingLength))
    if (this.#findEnd(this.#pending, this.#pendingLength) !== this.#pendingLength) return rest
    this.#accept(this.#pending.subarray(FRAME_LENGTH_BYTES, this.#pendingLength), frames)
    this.#pending = new Uint8Array()
    this.#pendingLength = 0
    return rest
  }

  /** Where the first frame ends, `undefined` while its length is not there. */
  #findEnd(bytes: Uint8Array, available: number): number | undefined {
    if (available < FRAME_LENGTH_BYTES) return undefined
    const length = new DataView(bytes.buffer, bytes.byteOffset, FRAME_LENGTH_BYTES).getUint32(0)
    if (length < FRAME_BODY_BYTES_MIN) {
      this.#failure = new ProtocolError('link_frame_malformed', `frame of ${length} bytes`)
    } else if (length > FRAME_BODY_BYTES_MAX) {
      this.#failure = new ProtocolError('link_frame_too_large', `frame of ${length} bytes`)
    }
    return FRAME_LENGTH_BYTES + length
  }

  #accept(body: Uint8Array, frames: Frame[]): void {
    const frame = decodeFrameBody(body)
    if (frame.ok) frames.push(frame.value)
    else this.#failure = frame.error
  }

  #keep(chunk: Uint8Array, count: number): Uint8Array {
    const length = this.#pendingLength + count
    if (length > this.#pending.length) {
      const larger = new Uint8Array(
        Math.max(length, this.#pending.length * 2, INITIAL_PENDING_BYTES),
      )
      larger.set(this.#pending.subarray(0, this.#pendingLength))
      this.#pending = larger
    }
    this.#pending.set(chunk.subarray(0, count), this.#pendingLength)
    this.#pendingLength = length
    return chunk.subarray(count)
  }
}
