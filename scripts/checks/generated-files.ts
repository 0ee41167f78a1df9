/**
 * Files that a script writes are what that script would write today. Every `scripts/generate-*.ts` and
 * `scripts/vectors*.ts` that takes `--check` is run with it and compares.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { listFiles, readText } from '../source-tree.ts'
import { reportBreaches } from './report-breaches.ts'

const GENERATOR = /^scripts\/(generate-[a-z-]+|vectors[a-z-]*)\.ts$/

export function findStaleFiles(root: string): readonly string[] {
  const isGenerator = (path: string): boolean =>
    GENERATOR.test(path) && readText(root, path).includes("'--check'")
  return listFiles(root, isGenerator).flatMap((script) => {
    const run = spawnSync(process.execPath, [join(root, script), '--check'], {
      cwd: root,
      encoding: 'utf8',
    })
    if (run.status === 0) return []
    return [
      `${script} --check failed; run it without --check\n${run.stdout}${run.stderr}`.trimEnd(),
    ]
  })
}

if (import.meta.main) await reportBreaches(findStaleFiles)
