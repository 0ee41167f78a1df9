/**
 * What every `BlobStore` must do.
 *
 * @module
 */
import { deriveFileId } from '@sotto/protocol/files'
import { describe, expect, it } from 'vitest'
import type { BlobStore } from '../../src/files/blob-store.ts'
import { createFile } from './files-fixture.ts'

export interface OpenBlobStore extends AsyncDisposable {
  readonly blobs: BlobStore
}

const LARGEST = 10_223_616
const FILES = [1, 2].map((number) => createFile(number))
const [NAME = '', OTHER = ''] = FILES.map(deriveFileId)

/** `open` gives an empty store. */
export function describeBlobStore(name: string, open: () => Promise<OpenBlobStore>): void {
  async function read(blobs: BlobStore, blob = NAME): Promise<Buffer | undefined> {
    const bytes = await blobs.get(blob)
    return bytes && Buffer.from(bytes)
  }

  describe(`${name} as a store of blobs`, () => {
    it('gives back what was put, and nothing for what was not', async () => {
      await using store = await open()
      await store.blobs.put(NAME, createFile(1))
      expect((await read(store.blobs))?.equals(createFile(1))).toBe(true)
      expect(await read(store.blobs, OTHER)).toBeUndefined()
    })

    it('keeps the largest file that a client seals', async () => {
      await using store = await open()
      const bytes = createFile(3, LARGEST)
      await store.blobs.put(NAME, bytes)
      expect((await read(store.blobs))?.equals(bytes)).toBe(true)
    })

    it('takes the same twice, also at once', async () => {
      await using store = await open()
      await Promise.all([
        store.blobs.put(NAME, createFile(1)),
        store.blobs.put(NAME, createFile(1)),
      ])
      expect((await read(store.blobs))?.equals(createFile(1))).toBe(true)
      expect(await store.blobs.names()).toEqual([NAME])
    })

    it('lists what it has, and no more after it was removed', async () => {
      await using store = await open()
      expect(await store.blobs.names()).toEqual([])
      await store.blobs.put(NAME, createFile(1))
      await store.blobs.put(OTHER, createFile(2))
      expect((await store.blobs.names()).toSorted()).toEqual([NAME, OTHER].toSorted())
      await store.blobs.remove(NAME)
      await store.blobs.remove(NAME)
      expect(await store.blobs.names()).toEqual([OTHER])
      expect(await read(store.blobs)).toBeUndefined()
    })

    it.each(['', '..', '123', 'A'.repeat(43), `../${'A'.repeat(41)}`])(
      'has no blob %j',
      async (blob) => {
        await using store = await open()
        await expect(store.blobs.put(blob, createFile(1))).rejects.toThrow(RangeError)
        await expect(store.blobs.get(blob)).rejects.toThrow(RangeError)
        await expect(store.blobs.remove(blob)).rejects.toThrow(RangeError)
      },
    )
  })
}
