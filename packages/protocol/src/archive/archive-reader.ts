/**
 * Reads an archive as it comes, in pieces of any size (spec 16 §5). What comes out is authentic, but only an archive that was
 * finished is whole; memory stays within a piece, a chunk and a record.
 *
 * @module
 */

import { deriveAccount } from '@sotto/crypto/identity'
import { err, ok, type Result } from '@sotto/crypto/result'
import { ChunkOpener, STREAM_OVERHEAD_BYTES } from '@sotto/crypto/secret-stream'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { ARCHIVE_HEADER_BYTES, type ArchiveHeader, decodeArchiveHeader } from './archive-header.ts'
import type { ArchiveLock } from './archive-lock.ts'
import {
  ARCHIVE_CHUNK_BYTES,
  type ArchiveEntry,
  type ArchiveOwner,
  RECORD_KIND,
} from './archive-record.ts'
import { decodeRecord } from './decode-record.ts'
import { RecordSplitter, type SplitRecord } from './record-splitter.ts'

type Reading = Result<readonly ArchiveEntry[], ProtocolError>

const SEALED_CHUNK_BYTES: number = ARCHIVE_CHUNK_BYTES + STREAM_OVERHEAD_BYTES

export class ArchiveReader {
  readonly #lock: ArchiveLock
  readonly #splitter = new RecordSplitter()
  readonly #buffer = new Uint8Array(SEALED_CHUNK_BYTES)
  #filled = 0
  #header: ArchiveHeader | undefined
  #opener: ChunkOpener | undefined
  #isProven = false
  #isLast = false
  #owner: ArchiveOwner | undefined
  #failure: ProtocolError | undefined

  constructor(lock: ArchiveLock) {
    this.#lock = lock
  }

  /** Once it has come. */
  get header(): ArchiveHeader | undefined {
    return this.#header
  }

  /** The records that the piece completes, the owner first. After a refusal, the same refusal. */
  push(piece: Uint8Array): Reading {
    const entries: ArchiveEntry[] = []
    let offset = 0
    while (offset < piece.length && this.#failure === undefined) {
      const wanted = this.#countWanted()
      const part = piece.subarray(offset, offset + wanted - this.#filled)
      this.#buffer.set(part, this.#filled)
      offset += part.length
      this.#filled += part.length
      if (this.#filled === wanted) entries.push(...this.#take())
    }
    return this.#settle(entries)
  }

  /** The rest of the records, once nothing more comes. */
  finish(): Reading {
    const entries = this.#failure === undefined && this.#filled > 0 ? [...this.#take()] : []
    if (this.#header === undefined) this.#refuse('archive_malformed', 'no archive')
    // Without the mark of the last chunk somebody cut the archive short at a chunk's edge.
    if (!this.#isLast) this.#refuse('archive_damaged', 'no end')
    if (!this.#splitter.isEmpty) this.#refuse('archive_malformed', 'record without end')
    if (this.#owner === undefined) this.#refuse('archive_malformed', 'no owner')
    return this.#settle(entries)
  }

  #settle(entries: readonly ArchiveEntry[]): Reading {
    return this.#failure === undefined ? ok(entries) : err(this.#failure)
  }

  #countWanted(): number {
    if (this.#opener === undefined) return ARCHIVE_HEADER_BYTES
    return this.#isProven ? SEALED_CHUNK_BYTES : STREAM_OVERHEAD_BYTES
  }

  /** Reads what is in the buffer: the header, the proof of the passphrase, or a chunk. */
  #take(): readonly ArchiveEntry[] {
    const bytes = this.#buffer.subarray(0, this.#filled)
    this.#filled = 0
    if (this.#opener === undefined) return this.#takeHeader(bytes)
    return this.#isProven
      ? this.#takeChunk(this.#opener, bytes)
      : this.#takeProof(this.#opener, bytes)
  }

  #takeHeader(bytes: Uint8Array): readonly ArchiveEntry[] {
    const header = decodeArchiveHeader(bytes)
    if (!header.ok) return this.#fail(header.error)
    this.#header = header.value
    const key = this.#lock.deriveKey(header.value)
    this.#opener = new ChunkOpener({ key, header: header.value.streamHeader })
    return []
  }

  #takeProof(opener: ChunkOpener, sealed: Uint8Array): readonly ArchiveEntry[] {
    if (sealed.length < STREAM_OVERHEAD_BYTES) return this.#refuse('archive_damaged', 'no end')
    const opened = opener.open(sealed)
    if (opened === undefined) return this.#refuse('archive_unopened', 'passphrase or header')
    this.#isProven = true
    this.#isLast = opened.isLast
    return []
  }

  #takeChunk(opener: ChunkOpener, sealed: Uint8Array): readonly ArchiveEntry[] {
    if (this.#isLast) return this.#refuse('archive_malformed', 'bytes behind the end')
    const opened = opener.open(sealed)
    if (opened === undefined) return this.#refuse('archive_damaged', 'chunk')
    this.#isLast = opened.isLast
    const records = this.#splitter.push(opened.chunk)
    if (!records.ok) return this.#fail(records.error)
    return records.value.flatMap((record) => this.#read(record))
  }

  #read({ kind, body }: SplitRecord): readonly ArchiveEntry[] {
    if (kind === RECORD_KIND.padding || this.#failure !== undefined) return []
    const entry = decodeRecord(kind, body)
    if (this.#owner === undefined) return this.#begin(kind, entry)
    if (entry.kind === 'owner') return this.#refuse('archive_malformed', 'second owner')
    return [entry.kind === 'seed' && !this.#isOwners(entry.seed) ? { kind: 'malformed' } : entry]
  }

  #begin(kind: number, entry: ArchiveEntry): readonly ArchiveEntry[] {
    const isNewer = kind === RECORD_KIND.owner && entry.kind === 'unknown'
    if (isNewer) return this.#refuse('archive_version', 'owner')
    if (entry.kind !== 'owner') return this.#refuse('archive_malformed', 'no owner')
    this.#owner = entry.owner
    return [entry]
  }

  #isOwners(seed: Uint8Array): boolean {
    return deriveAccount(seed).accountId === this.#owner?.account
  }

  #refuse(code: ProtocolErrorCode, detail: string): readonly [] {
    return this.#fail(new ProtocolError(code, detail))
  }

  #fail(error: ProtocolError): readonly [] {
    this.#failure ??= error
    return []
  }
}
