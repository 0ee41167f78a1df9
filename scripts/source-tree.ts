/**
 * The files of this repository as the checks see them: everything that a person wrote, nothing that a
 * tool left behind. It does not ask git, so that a check works in a copy or an unpacked archive too.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

export const repositoryRoot: string = join(import.meta.dirname, '..')

const SKIPPED_FOLDERS = new Set([
  'node_modules',
  'dist',
  'coverage',
  '.git',
  '.turbo',
  '.vitest',
  '.sotto',
  '.next',
])

/** Paths below `root` with `/` as separator, sorted, of the files for which `accepts` is true. */
export function listFiles(root: string, accepts: (path: string) => boolean): readonly string[] {
  return listFolder(root)
    .map((path) => relative(root, path).split(sep).join('/'))
    .filter(accepts)
    .toSorted()
}

function listFolder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isFile()) return [path]
    return entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name) ? listFolder(path) : []
  })
}

export function readText(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** Code that a person wrote: generated files end in `.gen.ts` or live in a `generated` folder. */
export function isCode(path: string): boolean {
  if (!/\.(ts|tsx|mts)$/.test(path)) return false
  return !/(^|\/)generated\/|\.gen\.ts$|\.d\.ts$|(^|\/)migrations\//.test(path)
}

const TEST_CODE =
  /^e2e\/|\.test(-d)?\.tsx?$|(^|\/)test\/|(^|\/)conformance\/|^packages\/testkit\/|^benchmarks\//

export function isTestCode(path: string): boolean {
  return isCode(path) && TEST_CODE.test(path)
}

export function isSourceCode(path: string): boolean {
  return isCode(path) && !TEST_CODE.test(path)
}
