/**
 * How every check of this folder ends: one line for each breach and an exit code. A check is a function
 * from a folder to its breaches, so that its test can hand it a small folder of its own.
 *
 * @module
 */
import { repositoryRoot } from '../source-tree.ts'

/** Looks at one checkout; each text names the file and says what to change. */
export type Check = (root: string) => readonly string[] | Promise<readonly string[]>

export async function reportBreaches(check: Check): Promise<void> {
  const breaches = await check(repositoryRoot)
  for (const breach of breaches) console.log(breach)
  if (breaches.length > 0) process.exitCode = 1
}
