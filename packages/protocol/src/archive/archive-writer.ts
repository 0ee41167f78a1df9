/**
 * Writes an archive (spec 16): records go in, finished bytes come out, and no more than a chunk is kept in memory.
 *
 * @module
 */

import { concatBytes, wipeBytes } from '@sotto/crypto/bytes'
import { type Argon2Cost, derivePassphraseKey } from '@sotto/crypto/passphrase'
import type { Randomness } from '@sotto/crypto/randomness'
import { ChunkSealer } from '@sotto/crypto/secret-stream'
import { ARCHIVE_COST, createArchiveHeader } from './archive-header.ts'
import {
  ARCHIVE_CHUNK_BYTES,
  type ArchiveOwner,
  type ArchiveRecord,
  RECORD_KIND,
  RECORD_PREFIX_BYTES,
} from './archive-record.ts'
import { encodeRecord, frameRecord } from './encode-record.ts'

export interface ArchiveWriterOptions {
  readonly owner: ArchiveOwner
  readonly passphrase: string
  readonly randomness: Randomness
  readonly cost?: Argon2Cost
}

const NO_BYTES = new Uint8Array()

export class ArchiveWriter {
  readonly #sealer: ChunkSealer
  readonly #beginning: Uint8Array
  readonly #chunk = new Uint8Array(ARCHIVE_CHUNK_BYTES)
  #filled = 0

  /** Takes the time and memory that the cost says. */
  constructor({ owner, passphrase, randomness, cost = ARCHIVE_COST }: ArchiveWriterOptions) {
    const { salt, streamHeader, bytes } = createArchiveHeader(cost, randomness)
    const key = derivePassphraseKey({ passphrase, salt, cost, context: bytes })
    this.#sealer = new ChunkSealer({ key, header: streamHeader })
    wipeBytes(key)
    const proof = this.#sealer.seal(NO_BYTES, { isLast: false })
    this.#beginning = concatBytes([bytes, proof, this.write({ kind: 'owner', owner })])
  }

  /** Once, before everything else. */
  start(): Uint8Array {
    return this.#beginning
  }

  /** What is sealed by now; often nothing. A record that is too large to be read again is left out. */
  write(record: ArchiveRecord): Uint8Array {
    const frame = encodeRecord(record)
    return frame === undefined ? NO_BYTES : concatBytes(this.#fill(frame))
  }

  /** The rest. What is missing to a whole chunk is padding, so that the size tells less (spec 16 §2.4). */
  finish(): Uint8Array {
    const room = ARCHIVE_CHUNK_BYTES - this.#filled - RECORD_PREFIX_BYTES
    const paddingBytes = room < 0 ? room + ARCHIVE_CHUNK_BYTES : room
    const padding = frameRecord(RECORD_KIND.padding, new Uint8Array(paddingBytes))
    const sealed = [...this.#fill(padding), this.#seal(true)]
    wipeBytes(this.#chunk)
    return concatBytes(sealed)
  }

  /** A chunk that is full waits for the next byte: until then it may be the last one. */
  #fill(bytes: Uint8Array): readonly Uint8Array[] {
    const sealed: Uint8Array[] = []
    let offset = 0
    while (offset < bytes.length) {
      if (this.#filled === ARCHIVE_CHUNK_BYTES) sealed.push(this.#seal(false))
      const part = bytes.subarray(offset, offset + ARCHIVE_CHUNK_BYTES - this.#filled)
      this.#chunk.set(part, this.#filled)
      this.#filled += part.length
      offset += part.length
    }
    return sealed
  }

  #seal(isLast: boolean): Uint8Array {
    const sealed = this.#sealer.seal(this.#chunk.subarray(0, this.#filled), { isLast })
    this.#filled = 0
    return sealed
  }
}
