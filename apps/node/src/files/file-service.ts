/**
 * What a file server does (spec 15): keeps bytes under an id for a while, and gives them to whoever knows it. What it learns is in spec
 * 15 §6; it asks nobody who they are.
 *
 * @module
 */
import { setImmediate } from 'node:timers/promises'
import type { Randomness } from '@sotto/crypto/randomness'
import type { Clock } from '@sotto/protocol/clock'
import { createFileIdHash, createNumberId, isHashId } from '@sotto/protocol/files'
import type { BlobStore } from './blob-store.ts'
import type { FileIndex, FileRow, FileUsage } from './file-index.ts'
import { FileTally } from './file-tally.ts'

export interface FileServiceParts {
  readonly blobs: BlobStore
  readonly index: FileIndex
  readonly clock: Clock
  readonly randomness: Randomness
  /** Of one file. */
  readonly bytesMax: number
  /** Of all together. */
  readonly quotaBytes: number
  /** How long a file is kept at most, and when nobody asks for less. */
  readonly ttlSeconds: number
}

export interface Upload {
  readonly bytes: Uint8Array
  readonly ttlSeconds?: number
  /** Gives a number as id, which is all that older clients know. */
  readonly isNumbered: boolean
}

export type UploadOutcome = FileRow | 'empty' | 'too_large' | 'full'

const MS_PER_SECOND = 1000
/** After so many bytes others get their turn: hashing ten megabytes at once would stop the node for a third of a second. */
const HASH_STEP_BYTES = 256 * 1024

export class FileService {
  readonly tally: FileTally = new FileTally()
  readonly #parts: FileServiceParts

  constructor(parts: FileServiceParts) {
    this.#parts = parts
  }

  get quotaBytes(): number {
    return this.#parts.quotaBytes
  }

  get bytesMax(): number {
    return this.#parts.bytesMax
  }

  async upload({ bytes, ttlSeconds, isNumbered }: Upload): Promise<UploadOutcome> {
    const { blobs, index, clock, bytesMax } = this.#parts
    if (bytes.length === 0) return 'empty'
    if (bytes.length > bytesMax) return 'too_large'
    const blob = await hashInSteps(bytes)
    if (!index.needs(blob)) {
      if (!(await this.#hasRoom(bytes.length))) return 'full'
      await blobs.put(blob, bytes)
    }
    const id = isNumbered ? this.#createNumber() : blob
    const uploadedMs = clock.now()
    const expiresMs = this.#computeEnd(ttlSeconds)
    index.put({ id, blob, bytes: bytes.length, uploadedMs, expiresMs })
    return index.find(id) ?? 'full'
  }

  async download(id: string): Promise<Uint8Array | undefined> {
    const file = this.describe(id)
    return file && this.#parts.blobs.get(file.blob)
  }

  /** Not of one whose time is over, whether or not it was removed. */
  describe(id: string): FileRow | undefined {
    const file = this.#parts.index.find(id)
    return file !== undefined && file.expiresMs > this.#parts.clock.now() ? file : undefined
  }

  /** Never less than it had. */
  extend(id: string, ttlSeconds: number | undefined): FileRow | undefined {
    const file = this.describe(id)
    if (file === undefined || !isHashId(id)) return undefined
    this.#parts.index.put({ ...file, expiresMs: this.#computeEnd(ttlSeconds) })
    return this.describe(id)
  }

  measure(): FileUsage {
    return this.#parts.index.measure()
  }

  /** Removes what has ended. */
  async sweep(): Promise<void> {
    const { index, blobs, clock } = this.#parts
    for (const { id, blob } of index.listEnded(clock.now())) {
      index.erase(id)
      if (!index.needs(blob)) await blobs.remove(blob)
    }
  }

  /** At the start: bytes that were written and not noted, because the node was killed between the two. */
  async removeUnknown(): Promise<void> {
    const { index, blobs } = this.#parts
    for (const name of await blobs.names()) {
      if (!index.needs(name)) await blobs.remove(name)
    }
  }

  async #hasRoom(bytes: number): Promise<boolean> {
    const { index, quotaBytes } = this.#parts
    if (index.measure().bytes + bytes <= quotaBytes) return true
    await this.sweep()
    return index.measure().bytes + bytes <= quotaBytes
  }

  #computeEnd(ttlSeconds = Number.POSITIVE_INFINITY): number {
    const granted = Math.min(ttlSeconds, this.#parts.ttlSeconds)
    return this.#parts.clock.now() + granted * MS_PER_SECOND
  }

  #createNumber(): string {
    const { index, randomness } = this.#parts
    for (;;) {
      const id = createNumberId(randomness)
      if (index.find(id) === undefined) return id
    }
  }
}

async function hashInSteps(bytes: Uint8Array): Promise<string> {
  const hash = createFileIdHash()
  for (let at = 0; at < bytes.length; at += HASH_STEP_BYTES) {
    if (at > 0) await setImmediate()
    hash.update(bytes.subarray(at, at + HASH_STEP_BYTES))
  }
  return hash.digest()
}
