/**
 * A directory that goes with its test.
 *
 * @module
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Scratch extends AsyncDisposable {
  readonly path: string
  /** A path inside. */
  at(...names: readonly string[]): string
}

export async function createScratch(): Promise<Scratch> {
  const path = await mkdtemp(join(tmpdir(), 'sotto-e2e-'))
  return {
    path,
    at: (...names) => join(path, ...names),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}
