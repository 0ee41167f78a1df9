/**
 * Compiles `packages/protocol/proto` to TypeScript, offline, with the plug-in that the package depends on.
 * With `--check` it changes nothing and fails when the committed files are not what it would write.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const PACKAGE = path.join(import.meta.dirname, '..', 'packages', 'protocol')
/** As `buf.gen.yaml` says. */
const OUTPUT = path.join('src', 'session', 'generated')

/** buf keeps a cache even when it fetches nothing; ours goes away with the rest. */
function generateInto(directory: string, cache: string): void {
  const run = spawnSync(
    path.join(PACKAGE, 'node_modules', '.bin', 'buf'),
    ['generate', '--output', directory],
    { cwd: PACKAGE, encoding: 'utf8', env: { PATH: process.env['PATH'], BUF_CACHE_DIR: cache } },
  )
  if (run.status !== 0) throw new Error(`buf generate failed\n${run.stderr}`)
}

function findDifferences(written: string): string[] {
  const committed = path.join(PACKAGE, OUTPUT)
  const names = new Set([...readdirSync(written), ...readdirSync(committed)])
  return [...names].filter((name) => readOrEmpty(written, name) !== readOrEmpty(committed, name))
}

function readOrEmpty(directory: string, name: string): string {
  return readdirSync(directory).includes(name)
    ? readFileSync(path.join(directory, name), 'utf8')
    : ''
}

const scratch = mkdtempSync(path.join(tmpdir(), 'sotto-protobuf-'))
try {
  const cache = path.join(scratch, 'cache')
  if (process.argv.includes('--check')) {
    generateInto(scratch, cache)
    const stale = findDifferences(path.join(scratch, OUTPUT))
    for (const name of stale) console.error(`${path.join(OUTPUT, name)} is not up to date`)
    process.exitCode = stale.length === 0 ? 0 : 1
  } else {
    generateInto(PACKAGE, cache)
  }
} finally {
  rmSync(scratch, { recursive: true })
}
