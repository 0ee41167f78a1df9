/**
 * How the reader of our texts starts a script of this repository: with `pnpm` where it is installed, through `npx`
 * elsewhere.
 *
 * @module
 */

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export type Runner = 'pnpm' | 'npx --yes pnpm@12'

// Scripts run with directories in PATH that the reader's own shell does not have.
function isScriptDirectory(directory: string): boolean {
  return directory.includes('node_modules') || directory.includes('_npx')
}

/** Looks for pnpm where the reader's shell would. */
export function findRunner(path: string): Runner {
  const directories = path.split(delimiter).filter((directory) => !isScriptDirectory(directory))
  const found = directories.some((directory) => existsSync(join(directory, 'pnpm')))
  return found ? 'pnpm' : 'npx --yes pnpm@12'
}
