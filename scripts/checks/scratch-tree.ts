/**
 * A small checkout for the tests of the checks: files from a record, gone when the test ends.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface ScratchTree extends Disposable {
  readonly root: string
}

export function createTree(files: Readonly<Record<string, string>>): ScratchTree {
  const root = mkdtempSync(join(tmpdir(), 'sotto-check-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) }
}
