/**
 * Where the local network of this checkout keeps its state.
 *
 * @module
 */

import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const REPOSITORY_ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

/** The chosen directory, or `.sotto/net` in the repository. */
export function findStatePath(chosen: string | undefined): string {
  return chosen === undefined || chosen === ''
    ? resolve(REPOSITORY_ROOT, '.sotto', 'net')
    : resolve(chosen)
}
