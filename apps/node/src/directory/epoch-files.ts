/**
 * The epoch documents that this node keeps on its disk (spec 07 §11.4): the newest, so that a start needs nobody, and some
 * before it, which the node serves as history. They prove themselves, so nothing here is secret or trusted.
 *
 * @module
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Spec 07 §11.4. How many documents a node keeps. */
export const EPOCHS_KEPT = 64

const NAME = /^epoch-(\d{1,10})\.bin$/

export class EpochFiles {
  readonly #folder: string
  /** Ascending. */
  #epochs: readonly number[] = []
  #lastWrite: Promise<void> = Promise.resolve()

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(folder: string): Promise<EpochFiles> {
    const files = new EpochFiles(folder)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const names = await readdir(folder)
    files.#epochs = names
      .flatMap((name) => Number(NAME.exec(name)?.[1] ?? Number.NaN))
      .filter((epoch) => !Number.isNaN(epoch))
      .toSorted((a, b) => a - b)
    return files
  }

  get epochs(): readonly number[] {
    return this.#epochs
  }

  /** Undefined for one that is not kept, or cannot be read. */
  read(epoch: number): Promise<Uint8Array | undefined> {
    return readFile(this.#path(epoch)).catch(() => undefined)
  }

  /** Rejects when the disk refuses. Writes follow each other. */
  write(epoch: number, bytes: Uint8Array): Promise<void> {
    const write = this.#lastWrite.then(() => this.#write(epoch, bytes))
    this.#lastWrite = write.catch(() => undefined)
    return write
  }

  async #write(epoch: number, bytes: Uint8Array): Promise<void> {
    const path = this.#path(epoch)
    // Renamed into place: a node that is killed meanwhile finds the whole document or none.
    await writeFile(`${path}.new`, bytes, { mode: 0o600 })
    await rename(`${path}.new`, path)
    const epochs = [...new Set([...this.#epochs, epoch])].toSorted((a, b) => a - b)
    this.#epochs = epochs.slice(-EPOCHS_KEPT)
    const dropped = epochs.slice(0, -EPOCHS_KEPT)
    await Promise.all(dropped.map((old) => rm(this.#path(old), { force: true })))
  }

  #path(epoch: number): string {
    return join(this.#folder, `epoch-${epoch}.bin`)
  }
}
