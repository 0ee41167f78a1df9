/**
 * `@sotto/crypto/secret-stream`: one long content sealed chunk by chunk with libsodium's secret stream, which binds each chunk
 * to its place and the last one to the end (spec 13 §2.2). Where the key comes from, how content is cut and what a refusal
 * means is the caller's to decide.
 *
 * @module
 */
import { backend } from '#backend'
import { assertLength } from './assert-length.ts'
import type { SecretStream } from './backend/crypto-backend.ts'

export const STREAM_KEY_BYTES = 32
export const STREAM_HEADER_BYTES = 24
/** What a chunk has more when it is sealed. */
export const STREAM_OVERHEAD_BYTES = 17

const TAG_MESSAGE = 0
const TAG_LAST = 3

export interface StreamKey {
  readonly key: Uint8Array
  /** The nonce: with one key never the same for two contents. It stands in clear before the chunks. */
  readonly header: Uint8Array
}

function createStream({ key, header }: StreamKey): SecretStream {
  assertLength(key, STREAM_KEY_BYTES, 'stream key')
  assertLength(header, STREAM_HEADER_BYTES, 'stream header')
  return backend.createSecretStream(key, header)
}

export class ChunkSealer {
  readonly #stream: SecretStream
  #isFinished = false

  constructor(key: StreamKey) {
    this.#stream = createStream(key)
  }

  /** Throws after the last one: what followed would be sealed for nobody. */
  seal(chunk: Uint8Array, { isLast }: { readonly isLast: boolean }): Uint8Array {
    if (this.#isFinished) throw new RangeError('a chunk behind the last one')
    this.#isFinished = isLast
    const sealed = new Uint8Array(chunk.length + STREAM_OVERHEAD_BYTES)
    this.#stream.push(sealed, chunk, isLast ? TAG_LAST : TAG_MESSAGE)
    return sealed
  }
}

export interface OpenedChunk {
  readonly chunk: Uint8Array
  /** A content without such a chunk was cut short. */
  readonly isLast: boolean
}

export class ChunkOpener {
  readonly #stream: SecretStream
  #isOver = false

  constructor(key: StreamKey) {
    this.#stream = createStream(key)
  }

  /**
   * Nothing for another key, for a chunk that was altered or is not next, and for whatever comes behind the last chunk or a
   * refusal: a caller that goes on cannot be made to leave out a chunk.
   */
  open(sealed: Uint8Array): OpenedChunk | undefined {
    if (this.#isOver || sealed.length < STREAM_OVERHEAD_BYTES) return undefined
    const chunk = new Uint8Array(sealed.length - STREAM_OVERHEAD_BYTES)
    const tag = this.#stream.pull(chunk, sealed)
    this.#isOver = tag !== TAG_MESSAGE
    if (tag !== TAG_MESSAGE && tag !== TAG_LAST) return undefined
    return { chunk, isLast: tag === TAG_LAST }
  }
}
