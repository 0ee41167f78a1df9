/**
 * Every source file begins with a comment that says what it is. How many sentences, and whether it says
 * what the file leaves to others, is for a reviewer.
 *
 * @module
 */
import { isSourceCode, listFiles, readText } from '../source-tree.ts'
import { reportBreaches } from './report-breaches.ts'

const OPENING = /^(#![^\n]*\n)?\s*(['"]use (client|server)['"];?\s*)?\/\*\*/

export function findSilentFiles(root: string): readonly string[] {
  return listFiles(root, isSourceCode)
    .filter((path) => !OPENING.test(readText(root, path)))
    .map(
      (path) =>
        `${path}: begin with a /** comment */: what it is, spec section, what it leaves out`,
    )
}

if (import.meta.main) await reportBreaches(findSilentFiles)
