/**
 * A file system of its own with very little room, which really is full when it is full (ENOSPC). Linux lets root alone mount one.
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createScratch } from './scratch.ts'

const run = promisify(execFile)

export interface SmallDisk extends AsyncDisposable {
  readonly path: string
  /** Takes room away that `giveBack` returns. */
  occupy(bytes: number): Promise<void>
  giveBack(): Promise<void>
}

/** Why there cannot be one here; undefined when there can. */
export async function findDiskObstacle(): Promise<string | undefined> {
  try {
    await using disk = await mountSmallDisk(1024 * 1024)
    await disk.occupy(1)
    return undefined
  } catch {
    return 'this user may not mount a file system'
  }
}

export async function mountSmallDisk(bytes: number): Promise<SmallDisk> {
  const { path } = await createScratch()
  await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'tmpfs', path])
  const ballast = join(path, 'ballast')
  return {
    path,
    occupy: (size) => writeFile(ballast, new Uint8Array(size)),
    giveBack: () => rm(ballast),
    async [Symbol.asyncDispose]() {
      await run('umount', [path])
      await rm(path, { recursive: true })
    },
  }
}
