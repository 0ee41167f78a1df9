/**
 * The port `FileStore` as a folder that only its owner can read. It is made when the first file comes.
 *
 * @module
 */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeHex } from '@sotto/crypto/bytes'
import { systemRandomness } from '@sotto/crypto/randomness'
import type { FileStore } from '@sotto/client/ports'

/** What the engine gives; whatever else could lead out of the folder. */
const NAME = /^[0-9a-f]{32}$/
const FOLDER_MODE = 0o700
const FILE_MODE = 0o600
const SUFFIX_BYTES = 8

export class FolderFileStore implements FileStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#place(name)
    await mkdir(this.#folder, { recursive: true, mode: FOLDER_MODE })
    const temporary = `${path}.${encodeHex(systemRandomness.bytes(SUFFIX_BYTES))}`
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

  async read(name: string): Promise<Uint8Array | undefined> {
    try {
      return Uint8Array.from(await readFile(this.#place(name)))
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  async remove(name: string): Promise<void> {
    await rm(this.#place(name), { force: true })
  }

  #place(name: string): string {
    if (!NAME.test(name)) throw new RangeError('no name of a file')
    return join(this.#folder, name)
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
