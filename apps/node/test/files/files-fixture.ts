/**
 * A file service on a folder of its own, with a clock that stands still.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFakeClock, type FakeClock } from '@sotto/testkit/fake-clock'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { FileIndex } from '../../src/files/file-index.ts'
import { FileService, type FileServiceParts } from '../../src/files/file-service.ts'
import { FolderBlobStore } from '../../src/files/folder-blob-store.ts'

export interface FilesFixture extends Disposable {
  readonly folder: string
  readonly clock: FakeClock
  readonly blobs: FolderBlobStore
  readonly index: FileIndex
  readonly service: FileService
}

export function createFiles(changes: Partial<FileServiceParts> = {}): FilesFixture {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-files-'))
  const clock = createFakeClock()
  const randomness = createSeededRandomness('files')
  const blobs = new FolderBlobStore(join(folder, 'blobs'), randomness)
  const index = new FileIndex(join(folder, 'index.sqlite'))
  const limits = { bytesMax: 1000, quotaBytes: 5000, ttlSeconds: 100 }
  const service = new FileService({ blobs, index, clock, randomness, ...limits, ...changes })
  return {
    folder,
    clock,
    blobs,
    index,
    service,
    [Symbol.dispose]: () => {
      index[Symbol.dispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

/** The same for the same number, and for no other. */
export function createFile(number: number, length = 500): Uint8Array {
  return new Uint8Array(length).fill(number)
}
