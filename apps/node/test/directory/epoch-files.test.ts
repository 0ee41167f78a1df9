/** The documents that a node keeps on its disk (spec 07 §11.4), and what a crash or a full disk does to them. */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EPOCHS_KEPT, EpochFiles } from '../../src/directory/epoch-files.ts'
import { createTestFolder } from '../network/test-nodes.ts'

const range = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + index)

describe('epoch files', () => {
  it('are there again when they are opened again', async () => {
    await using folder = await createTestFolder()
    const path = join(folder.path, 'deep', 'directory')
    const files = await EpochFiles.open(path)
    expect(files.epochs).toEqual([])
    await files.write(12, Uint8Array.of(1, 2))
    await files.write(3, Uint8Array.of(3))
    expect(files.epochs).toEqual([3, 12])
    const again = await EpochFiles.open(path)
    expect(again.epochs).toEqual([3, 12])
    expect(new Uint8Array((await again.read(12)) ?? [])).toEqual(Uint8Array.of(1, 2))
  })

  it('have nothing of an epoch that they were never given', async () => {
    await using folder = await createTestFolder()
    const files = await EpochFiles.open(folder.path)
    await files.write(5, Uint8Array.of(5))
    for (const epoch of [0, 4, 6, 4_294_967_295]) expect(await files.read(epoch)).toBeUndefined()
  })

  it('keep the newest, so many and no more', async () => {
    await using folder = await createTestFolder()
    const files = await EpochFiles.open(folder.path)
    const all = range(100, EPOCHS_KEPT + 3)
    await Promise.all(all.map((epoch) => files.write(epoch, Uint8Array.of(epoch & 0xff))))
    expect(files.epochs).toEqual(range(103, EPOCHS_KEPT))
    expect(await readdir(folder.path)).toHaveLength(EPOCHS_KEPT)
    expect(await files.read(102)).toBeUndefined()
    expect(await files.read(103)).toBeDefined()
  })

  it('do not let an old document push out a newer one', async () => {
    await using folder = await createTestFolder()
    const files = await EpochFiles.open(folder.path)
    for (const epoch of range(100, EPOCHS_KEPT)) await files.write(epoch, Uint8Array.of(1))
    await files.write(7, Uint8Array.of(7))
    expect(files.epochs).toEqual(range(100, EPOCHS_KEPT))
    expect(await readdir(folder.path)).toHaveLength(EPOCHS_KEPT)
  })

  it('have the document of an epoch that was written last', async () => {
    await using folder = await createTestFolder()
    const files = await EpochFiles.open(folder.path)
    await Promise.all([files.write(1, Uint8Array.of(1)), files.write(1, Uint8Array.of(2))])
    expect(files.epochs).toEqual([1])
    expect(new Uint8Array((await files.read(1)) ?? [])).toEqual(Uint8Array.of(2))
  })

  it('leave out what a crash left half-written, and what else lies there', async () => {
    await using folder = await createTestFolder()
    const names = ['epoch-9.bin.new', 'epoch-.bin', 'epoch-x.bin', 'epoch-12345678901.bin', 'a']
    for (const name of names) await writeFile(join(folder.path, name), 'half')
    await writeFile(join(folder.path, 'epoch-8.bin'), 'whole')
    const files = await EpochFiles.open(folder.path)
    expect(files.epochs).toEqual([8])
    expect(await files.read(9)).toBeUndefined()
    await files.write(9, Uint8Array.of(9))
    expect(files.epochs).toEqual([8, 9])
    expect(await readdir(folder.path)).not.toContain('epoch-9.bin.new')
  })

  it('bring what too many files a folder has down to the bound', async () => {
    await using folder = await createTestFolder()
    for (const epoch of range(1, EPOCHS_KEPT + 5)) {
      await writeFile(join(folder.path, `epoch-${epoch}.bin`), 'x')
    }
    const files = await EpochFiles.open(folder.path)
    await files.write(1000, Uint8Array.of(1))
    expect(files.epochs).toHaveLength(EPOCHS_KEPT)
    expect(await readdir(folder.path)).toHaveLength(EPOCHS_KEPT)
  })

  it('are for the node’s user alone', async () => {
    await using folder = await createTestFolder()
    const files = await EpochFiles.open(folder.path)
    await files.write(1, Uint8Array.of(1))
    const { mode } = await stat(join(folder.path, 'epoch-1.bin'))
    expect(mode & 0o777).toBe(0o600)
  })

  it('say when the disk refuses, and go on when it takes again', async () => {
    await using folder = await createTestFolder()
    const path = join(folder.path, 'directory')
    const files = await EpochFiles.open(path)
    await rm(path, { recursive: true })
    await expect(files.write(1, Uint8Array.of(1))).rejects.toThrow('ENOENT')
    expect(files.epochs).toEqual([])
    await mkdir(path)
    await files.write(2, Uint8Array.of(2))
    expect(files.epochs).toEqual([2])
  })
})
