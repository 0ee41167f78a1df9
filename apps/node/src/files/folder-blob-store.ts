/**
 * Files on the disk: two levels of folders, one file for each blob.
 *
 * @module
 */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { encodeHex } from '@sotto/crypto/bytes'
import type { Randomness } from '@sotto/crypto/randomness'
import { isHashId } from '@sotto/protocol/files'
import { readErrorCode } from '../home/seed-file.ts'
import type { BlobStore } from './blob-store.ts'

const PREFIX_CHARACTERS = 2
const SUFFIX_BYTES = 8
const FOLDER_MODE = 0o700
const FILE_MODE = 0o600

export class FolderBlobStore implements BlobStore {
  readonly #folder: string
  readonly #randomness: Randomness

  constructor(folder: string, randomness: Randomness) {
    this.#folder = folder
    this.#randomness = randomness
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#place(name)
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE })
    const temporary = `${path}.${encodeHex(this.#randomness.bytes(SUFFIX_BYTES))}`
    try {
      await using file = await open(temporary, 'wx', FILE_MODE)
      await file.writeFile(bytes)
      await file.sync()
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.#place(name))
    } catch (error) {
      if (readErrorCode(error) === 'ENOENT') return undefined
      throw error
    }
  }

  async remove(name: string): Promise<void> {
    await rm(this.#place(name), { force: true })
  }

  /** Half-written ones of an earlier run are removed by the way. */
  async names(): Promise<readonly string[]> {
    await mkdir(this.#folder, { recursive: true, mode: FOLDER_MODE })
    const names: string[] = []
    for (const folder of await readdir(this.#folder, { withFileTypes: true })) {
      if (!folder.isDirectory()) continue
      for (const name of await readdir(join(this.#folder, folder.name))) {
        if (isHashId(name)) names.push(name)
        else await rm(join(this.#folder, folder.name, name), { force: true })
      }
    }
    return names
  }

  /** Only ids become paths: they have no character that leads out of the folder. */
  #place(name: string): string {
    if (!isHashId(name)) throw new RangeError('no name of a blob')
    return join(this.#folder, name.slice(0, PREFIX_CHARACTERS), name)
  }
}
