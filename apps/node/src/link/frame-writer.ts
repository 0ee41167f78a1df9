/**
 * Collects the frames that one turn of the event loop produces and writes them to the socket at once: many requests
 * share a TLS record and a system call, which is where the time of a relay goes. What frames mean is not known here.
 *
 * @module
 */

import { type FrameType, encodeFrameHeader } from '@sotto/protocol/link'

/** Larger batches are not joined: the copy would cost more than a second record. */
const JOINED_BYTES_MAX = 256 * 1024

export interface FrameSink {
  write(bytes: Uint8Array): void
}

export class FrameWriter {
  readonly #sink: FrameSink
  #parts: Uint8Array[] = []
  #bytes = 0
  #scheduled = false

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  /** Bytes that wait for the end of the turn. */
  get waitingBytes(): number {
    return this.#bytes
  }

  /** The pieces of the payload are kept until the end of the turn and must not change before. */
  write(frame: { readonly type: FrameType; readonly id: number }, ...payload: Uint8Array[]): void {
    let length = 0
    for (const part of payload) length += part.length
    const header = encodeFrameHeader(frame, length)
    this.#parts.push(header, ...payload)
    this.#bytes += header.length + length
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.flush())
  }

  flush(): void {
    this.#scheduled = false
    const parts = this.#parts
    if (parts.length === 0) return
    const bytes = this.#bytes
    this.#parts = []
    this.#bytes = 0
    if (bytes <= JOINED_BYTES_MAX) this.#sink.write(Buffer.concat(parts, bytes))
    else for (const part of parts) this.#sink.write(part)
  }
}
