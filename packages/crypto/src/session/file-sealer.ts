/**
 * Seals a file piece by piece (spec 13 §2.2). Memory stays within the padding and a chunk, however large the file is.
 *
 * @module
 */
import { backend } from '#backend'
import type { SecretStream } from '../backend/crypto-backend.ts'
import { concatBytes, wipeBytes } from '../bytes.ts'
import { CryptoError } from '../errors.ts'
import type { Result } from '../result.ts'
import { err, ok } from '../result.ts'
import type { FileKeys, FileOrigin } from './file-keys.ts'
import { FileKeyDerivation, equalFileKeys } from './file-keys.ts'
import { CHUNK_OVERHEAD_BYTES, FILE_CHUNK_BYTES, measureFile } from './file-size.ts'

/** Spec 13 §2.2. */
export const FILE_SIGN = 0x53
/** Spec 13 §2.2. */
export const CHUNK_TAG: { readonly message: number; readonly last: number } = {
  message: 0,
  last: 3,
}
const PADDING_END = 1

/** Turns content of a known length into chunks. */
class ChunkWriter {
  readonly #header: Uint8Array
  readonly #stream: SecretStream
  readonly #chunk = new Uint8Array(FILE_CHUNK_BYTES)
  readonly #paddingBytes: number
  #filled = 0
  /** Plaintext that is not yet in a chunk. */
  #remaining: number

  constructor({ key, header, contentBytes }: FileKeys) {
    const { paddingBytes } = measureFile(contentBytes)
    this.#header = header
    this.#stream = backend.createSecretStream(key, header)
    this.#paddingBytes = paddingBytes
    this.#remaining = paddingBytes + contentBytes
  }

  start(): Uint8Array {
    const padding = new Uint8Array(this.#paddingBytes)
    padding[padding.length - 1] = PADDING_END
    return concatBytes([Uint8Array.of(FILE_SIGN), this.#header, this.write(padding)])
  }

  /** Leaves out what is beyond the announced length. */
  write(plaintext: Uint8Array): Uint8Array {
    const sealed: Uint8Array[] = []
    let offset = 0
    while (offset < plaintext.length && this.#remaining > 0) {
      const room = Math.min(FILE_CHUNK_BYTES - this.#filled, this.#remaining)
      const part = plaintext.subarray(offset, offset + room)
      this.#chunk.set(part, this.#filled)
      offset += part.length
      this.#filled += part.length
      this.#remaining -= part.length
      if (this.#filled === FILE_CHUNK_BYTES || this.#remaining === 0) sealed.push(this.#seal())
    }
    return concatBytes(sealed)
  }

  wipe(): void {
    wipeBytes(this.#chunk)
  }

  #seal(): Uint8Array {
    const output = new Uint8Array(this.#filled + CHUNK_OVERHEAD_BYTES)
    const tag = this.#remaining === 0 ? CHUNK_TAG.last : CHUNK_TAG.message
    this.#stream.push(output, this.#chunk.subarray(0, this.#filled), tag)
    this.#filled = 0
    return output
  }
}

/**
 * Is given the file a second time, after its keys were derived. Two files under one key and nonce would show what they
 * differ in, so a file that changed between the two readings is refused at the end: what was sealed of it must not be
 * uploaded.
 */
export class FileSealer {
  readonly #keys: FileKeys
  readonly #check: FileKeyDerivation
  readonly #writer: ChunkWriter

  constructor(origin: FileOrigin, keys: FileKeys) {
    this.#keys = keys
    this.#check = new FileKeyDerivation(origin)
    this.#writer = new ChunkWriter(keys)
  }

  /** The beginning of the sealed file: once, before everything else. */
  start(): Uint8Array {
    return this.#writer.start()
  }

  /** What is sealed by now; often nothing. */
  push(piece: Uint8Array): Uint8Array {
    this.#check.push(piece)
    return this.#writer.write(piece)
  }

  /** Nothing more is written; says whether what was written is the file. */
  finish(): Result<void, CryptoError> {
    this.#writer.wipe()
    return equalFileKeys(this.#keys, this.#check.finish())
      ? ok(undefined)
      : err(new CryptoError('file_changed'))
  }
}

export interface SealedFile {
  /** Goes to whom the file is for. */
  readonly key: Uint8Array
  readonly bytes: Uint8Array
}

/** For a file that is in memory anyway, and does not change there. */
export function sealFile(origin: FileOrigin, content: Uint8Array): Result<SealedFile, CryptoError> {
  const derivation = new FileKeyDerivation(origin)
  derivation.push(content)
  const keys = derivation.finish()
  if (keys === undefined) return err(new CryptoError('file_too_large'))
  const writer = new ChunkWriter(keys)
  const bytes = concatBytes([writer.start(), writer.write(content)])
  writer.wipe()
  return ok({ key: keys.key, bytes })
}
