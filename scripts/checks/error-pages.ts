/**
 * Every error code has an entry in `docs/errors.md`, and every entry a code. Codes are the keys of the
 * `…_ERRORS` table of each package's `errors.ts`; entries are the codes at the head of a table row or a
 * heading. The texts themselves are not compared.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { asRecord } from '../json.ts'
import { listFiles, readText } from '../source-tree.ts'
import { reportBreaches } from './report-breaches.ts'

const TABLE_FILE = /^(apps|packages)\/[a-z-]+\/src\/errors\.ts$/
const PAGE = 'docs/errors.md'
const ENTRY = /^(?:\|\s*|#{2,4}\s+)`([a-z][a-z0-9_]+)`/gm

export async function findErrorPageBreaches(root: string): Promise<readonly string[]> {
  const tables = await readCodes(root)
  const page = existsSync(join(root, PAGE)) ? readText(root, PAGE) : ''
  const entries = new Set([...page.matchAll(ENTRY)].map(([, code = '']) => code))
  const unexplained = [...tables].filter(([code]) => !entries.has(code))
  const invented = [...entries].filter((code) => !tables.has(code))
  return [
    ...unexplained.map(([code, path]) => `${path}: ${code} has no entry in ${PAGE}`),
    ...invented.map((code) => `${PAGE}: ${code} is in no error table`),
  ]
}

async function readCodes(root: string): Promise<ReadonlyMap<string, string>> {
  const codes = new Map<string, string>()
  for (const path of listFiles(root, (name) => TABLE_FILE.test(name))) {
    const module: unknown = await import(pathToFileURL(join(root, path)).href)
    for (const [name, table] of Object.entries(asRecord(module))) {
      if (!name.endsWith('_ERRORS')) continue
      for (const code of Object.keys(asRecord(table))) codes.set(code, path)
    }
  }
  return codes
}

if (import.meta.main) await reportBreaches(findErrorPageBreaches)
