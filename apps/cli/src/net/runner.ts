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

/** Whether the reader's shell would find this program. */
export function isInstalled(program: string, path: string): boolean {
  const directories = path.split(delimiter).filter((directory) => !isScriptDirectory(directory))
  return directories.some((directory) => existsSync(join(directory, program)))
}

/** Looks for pnpm where the reader's shell would. */
export function findRunner(path: string): Runner {
  return isInstalled('pnpm', path) ? 'pnpm' : 'npx --yes pnpm@12'
}
