/**
 * The port `PictureScaler` with sharp, in a process for each picture: decoders of pictures have had holes, and this process has the keys of
 * an account. What takes too long or too much is ended and gives no thumbnail.
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { PictureScaler, ThumbnailLimits } from '@sotto/client/ports'

const PROGRAM = fileURLToPath(new URL('./shrink-program.ts', import.meta.url))
/** It reads its own code and nothing writes; other processes and threads are refused to it. */
const PERMISSIONS = ['--permission', '--allow-addons', '--allow-fs-read=*', '--no-warnings']
const TIMEOUT_MS = 10_000
const WAITING_MAX = 16

export interface SharpPictureScalerOptions {
  readonly timeoutMs?: number
}

export class SharpPictureScaler implements PictureScaler {
  readonly #timeoutMs: number
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor({ timeoutMs = TIMEOUT_MS }: SharpPictureScalerOptions = {}) {
    this.#timeoutMs = timeoutMs
  }

  /** One picture at a time: each may take as much memory as it has pixels. */
  async shrink(picture: Uint8Array, limits: ThumbnailLimits): Promise<Uint8Array | undefined> {
    if (this.#waiting >= WAITING_MAX) return undefined
    this.#waiting += 1
    const before = this.#last
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#last = promise
    try {
      await before
      return await this.#run(picture, limits)
    } finally {
      this.#waiting -= 1
      resolve(undefined)
    }
  }

  #run(
    picture: Uint8Array,
    { sidePixelsMax, bytesMax }: ThumbnailLimits,
  ): Promise<Uint8Array | undefined> {
    const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>()
    const child = execFile(
      process.execPath,
      [...PERMISSIONS, PROGRAM, String(sidePixelsMax), String(bytesMax)],
      {
        encoding: 'buffer',
        // What it writes is never more.
        maxBuffer: bytesMax,
        timeout: this.#timeoutMs,
        killSignal: 'SIGKILL',
        env: {},
      },
      (error, small) => {
        resolve(error === null && small.length > 0 ? Uint8Array.from(small) : undefined)
      },
    )
    // It may end before it has read all of the picture.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(picture)
    return promise
  }
}
