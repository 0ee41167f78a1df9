/**
 * Opens a sealed file piece by piece (spec 13 §2.5). What comes out is authentic, but only a finished file is whole: the
 * caller keeps it out of sight until `finish` has said so.
 *
 * @module
 */
import { backend } from '#backend'
import { assertLength } from '../assert-length.ts'
import type { SecretStream } from '../backend/crypto-backend.ts'
import { concatBytes } from '../bytes.ts'
import type { CryptoErrorCode } from '../errors.ts'
import { CryptoError } from '../errors.ts'
import type { Result } from '../result.ts'
import { err, ok } from '../result.ts'
import { CHUNK_TAG, FILE_SIGN } from './file-sealer.ts'
import {
  CHUNK_OVERHEAD_BYTES,
  FILE_CHUNK_BYTES,
  FILE_PREFIX_BYTES,
  SEALED_FILE_BYTES_MAX,
} from './file-size.ts'

/** Spec 13 §2.1. */
export const FILE_KEY_BYTES = 32
const SEALED_CHUNK_BYTES: number = FILE_CHUNK_BYTES + CHUNK_OVERHEAD_BYTES
const PADDING_END = 1

type Opening = Result<Uint8Array, CryptoError>

export class FileOpener {
  readonly #key: Uint8Array
  readonly #buffer = new Uint8Array(SEALED_CHUNK_BYTES)
  #filled = 0
  #received = 0
  #stream: SecretStream | undefined
  #isPadding = true
  #isLast = false
  #failure: CryptoErrorCode | undefined

  /** Throws for a key of another length: a pointer's key was measured before. */
  constructor(key: Uint8Array) {
    assertLength(key, FILE_KEY_BYTES, 'file key')
    this.#key = key
  }

  /** The content that the piece completes; often nothing. After a refusal, the same refusal. */
  push(piece: Uint8Array): Opening {
    this.#received += piece.length
    if (this.#received > SEALED_FILE_BYTES_MAX) this.#failure ??= 'file_too_large'
    const opened: Uint8Array[] = []
    let offset = 0
    while (offset < piece.length && this.#failure === undefined) {
      const wanted = this.#stream === undefined ? FILE_PREFIX_BYTES : SEALED_CHUNK_BYTES
      const part = piece.subarray(offset, offset + wanted - this.#filled)
      this.#buffer.set(part, this.#filled)
      offset += part.length
      this.#filled += part.length
      if (this.#filled === wanted) opened.push(this.#take())
    }
    return this.#settle(opened)
  }

  /** The rest of the content, once nothing more comes. */
  finish(): Opening {
    const opened: Uint8Array[] = []
    if (this.#failure === undefined && this.#filled > 0) opened.push(this.#take())
    // Without the mark of the last chunk somebody cut the file short at a chunk's edge.
    if (!this.#isLast || this.#isPadding) this.#failure ??= 'file_malformed'
    return this.#settle(opened)
  }

  #settle(opened: readonly Uint8Array[]): Opening {
    if (this.#failure !== undefined) return err(new CryptoError(this.#failure))
    return ok(concatBytes(opened))
  }

  /** Reads what is in the buffer: the prefix, or a chunk. */
  #take(): Uint8Array {
    const bytes = this.#buffer.subarray(0, this.#filled)
    this.#filled = 0
    if (this.#stream !== undefined) return this.#openChunk(this.#stream, bytes)
    if (bytes.length < FILE_PREFIX_BYTES || bytes[0] !== FILE_SIGN)
      return this.#refuse('file_malformed')
    this.#stream = backend.createSecretStream(this.#key, bytes.subarray(1))
    return new Uint8Array()
  }

  #openChunk(stream: SecretStream, sealed: Uint8Array): Uint8Array {
    if (this.#isLast || sealed.length < CHUNK_OVERHEAD_BYTES) return this.#refuse('file_malformed')
    const plaintext = new Uint8Array(sealed.length - CHUNK_OVERHEAD_BYTES)
    const tag = stream.pull(plaintext, sealed)
    if (tag === undefined) return this.#refuse('file_unopened')
    if (tag !== CHUNK_TAG.message && tag !== CHUNK_TAG.last) return this.#refuse('file_malformed')
    this.#isLast = tag === CHUNK_TAG.last
    return this.#isPadding ? this.#skipPadding(plaintext) : plaintext
  }

  #skipPadding(plaintext: Uint8Array): Uint8Array {
    const end = plaintext.findIndex((byte) => byte !== 0)
    if (end < 0) return new Uint8Array()
    if (plaintext[end] !== PADDING_END) return this.#refuse('file_malformed')
    this.#isPadding = false
    return plaintext.subarray(end + 1)
  }

  #refuse(code: CryptoErrorCode): Uint8Array {
    this.#failure = code
    return new Uint8Array()
  }
}

/** For a file that is in memory anyway. */
export function openFile(key: Uint8Array, sealed: Uint8Array): Opening {
  const opener = new FileOpener(key)
  const head = opener.push(sealed)
  if (!head.ok) return head
  const tail = opener.finish()
  return tail.ok ? ok(concatBytes([head.value, tail.value])) : tail
}
