/** What a file server keeps, for how long, and what it refuses. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deriveFileId, isFileId, isHashId } from '@sotto/protocol/files'
import { describe, expect, it } from 'vitest'
import type { FileRow } from '../../src/files/file-index.ts'
import { FolderBlobStore } from '../../src/files/folder-blob-store.ts'
import type { Upload, UploadOutcome } from '../../src/files/file-service.ts'
import { createFile, createFiles, type FilesFixture } from './files-fixture.ts'

function unwrap(outcome: UploadOutcome): FileRow {
  if (typeof outcome === 'string') throw new Error(outcome)
  return outcome
}

async function upload({ service }: FilesFixture, number: number, more: Partial<Upload> = {}) {
  return unwrap(await service.upload({ bytes: createFile(number), isNumbered: false, ...more }))
}

function countBlobs({ folder }: FilesFixture): number {
  return readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile(),
  ).length
}

describe('a file', () => {
  it('is given to whoever knows its id, which follows from its bytes', async () => {
    using files = createFiles()
    const { id, expiresMs } = await upload(files, 1)
    expect(id).toBe(deriveFileId(createFile(1)))
    expect(expiresMs).toBe(files.clock.now() + 100_000)
    const bytes = (await files.service.download(id)) ?? new Uint8Array()
    expect(Buffer.compare(bytes, createFile(1))).toBe(0)
    expect(await files.service.download('A'.repeat(44))).toBeUndefined()
  })

  it('has a number that says nothing, for clients that know no other ids', async () => {
    using files = createFiles()
    const [first, second] = [
      await upload(files, 1, { isNumbered: true }),
      await upload(files, 1, { isNumbered: true }),
    ]
    expect([isFileId(first.id), isHashId(first.id), first.id === second.id]).toEqual([
      true,
      false,
      false,
    ])
    expect(countBlobs(files)).toBe(1)
    expect(files.service.measure()).toEqual({ files: 2, bytes: 500 })
  })

  it('is kept once, and for as long as the longest wish', async () => {
    using files = createFiles()
    await upload(files, 1, { ttlSeconds: 50 })
    const again = await upload(files, 1, { ttlSeconds: 80 })
    const shorter = await upload(files, 1, { ttlSeconds: 10 })
    expect([again.expiresMs, shorter.expiresMs]).toEqual([
      files.clock.now() + 80_000,
      files.clock.now() + 80_000,
    ])
    expect(countBlobs(files)).toBe(1)
  })

  it('is kept no longer than the operator allows', async () => {
    using files = createFiles()
    const { expiresMs } = await upload(files, 1, { ttlSeconds: 9_999_999_999 })
    expect(expiresMs).toBe(files.clock.now() + 100_000)
  })

  it('is nobody’s from its end on, and leaves the disk with the next sweep', async () => {
    using files = createFiles()
    const { id } = await upload(files, 1)
    await files.clock.advance(100_000)
    expect(await files.service.download(id)).toBeUndefined()
    expect(files.service.describe(id)).toBeUndefined()
    expect(files.service.extend(id, undefined)).toBeUndefined()
    await files.service.sweep()
    expect(countBlobs(files)).toBe(0)
    expect(files.service.measure()).toEqual({ files: 0, bytes: 0 })
  })

  it('stays on the disk while another id names the same bytes', async () => {
    using files = createFiles()
    await upload(files, 1, { ttlSeconds: 10 })
    const { id } = await upload(files, 1, { isNumbered: true })
    await files.clock.advance(20_000)
    await files.service.sweep()
    expect(await files.service.download(id)).toBeDefined()
  })

  it('is extended by its hash, and not by a number, which can be guessed', async () => {
    using files = createFiles()
    const hashed = await upload(files, 1)
    const numbered = await upload(files, 2, { isNumbered: true })
    await files.clock.advance(50_000)
    expect(files.service.extend(hashed.id, undefined)?.expiresMs).toBe(files.clock.now() + 100_000)
    expect(files.service.extend(hashed.id, 1)?.expiresMs).toBe(files.clock.now() + 100_000)
    expect(files.service.extend(numbered.id, undefined)).toBeUndefined()
  })
})

describe('what is refused', () => {
  it.each([
    [0, 'empty'],
    [1001, 'too_large'],
  ])('is a file of %i bytes as %s', async (length, outcome) => {
    using files = createFiles()
    const bytes = createFile(1, length)
    expect(await files.service.upload({ bytes, isNumbered: false })).toBe(outcome)
    expect(files.service.measure().files).toBe(0)
  })

  it('is what goes beyond the quota, and nothing that is kept goes for it', async () => {
    using files = createFiles()
    for (let number = 0; number < 10; number++) await upload(files, number)
    const more = { bytes: createFile(11), isNumbered: false }
    expect(await files.service.upload(more)).toBe('full')
    expect(files.service.measure()).toEqual({ files: 10, bytes: 5000 })
    // What is there already needs no room.
    await upload(files, 3)
  })

  it('is taken when what has ended makes room', async () => {
    using files = createFiles()
    for (let number = 0; number < 10; number++) await upload(files, number)
    await files.clock.advance(100_000)
    await upload(files, 11)
    expect(files.service.measure()).toEqual({ files: 1, bytes: 500 })
  })
})

describe('a node that was killed', () => {
  it('removes half-written files and those that it does not know', async () => {
    using files = createFiles()
    const { id } = await upload(files, 1)
    const unknown = deriveFileId(createFile(2))
    await files.blobs.put(unknown, createFile(2))
    const folder = join(files.folder, 'blobs', 'zz')
    mkdirSync(folder)
    writeFileSync(join(folder, `${'z'.repeat(44)}.0123`), 'half')
    await files.service.removeUnknown()
    expect(countBlobs(files)).toBe(1)
    expect(await files.service.download(id)).toBeDefined()
    expect(await files.blobs.get(unknown)).toBeUndefined()
  })

  it('says of a file whose bytes are lost that it has none', async () => {
    using files = createFiles()
    const { id, blob } = await upload(files, 1)
    await files.blobs.remove(blob)
    expect(await files.service.download(id)).toBeUndefined()
  })
})

describe('a folder of blobs', () => {
  it.each(['', '..', '../x', '123', 'A'.repeat(43), `${'A'.repeat(43)}/`, `../${'A'.repeat(41)}`])(
    'has no blob %j',
    async (name) => {
      using files = createFiles()
      await expect(files.blobs.put(name, createFile(1))).rejects.toThrow(RangeError)
      await expect(files.blobs.get(name)).rejects.toThrow(RangeError)
      await expect(files.blobs.remove(name)).rejects.toThrow(RangeError)
    },
  )

  it('is empty where there is none', async () => {
    using files = createFiles()
    const blobs = new FolderBlobStore(join(files.folder, 'none'), { bytes: () => new Uint8Array() })
    expect(await blobs.names()).toEqual([])
  })
})
