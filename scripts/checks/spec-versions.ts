/**
 * The version in the header of each `docs/spec/NN-name.md` is the one that the code says it implements
 * (`SPEC_VERSIONS` in `packages/protocol/src/version.ts`), and neither lists a document the other lacks.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { asRecord } from '../json.ts'
import { listFiles, readText } from '../source-tree.ts'
import { reportBreaches } from './report-breaches.ts'

const DOCUMENT = /^docs\/spec\/(\d\d)-[a-z0-9-]+\.md$/
const VERSIONS_FILE = 'packages/protocol/src/version.ts'

export async function findVersionBreaches(root: string): Promise<readonly string[]> {
  const implemented = await readImplementedVersions(root)
  if (implemented === undefined) return [`${VERSIONS_FILE}: exports no SPEC_VERSIONS`]
  const documents = readDocumentVersions(root)
  const numbers = new Set([...documents.keys(), ...implemented.keys()])
  return [...numbers].toSorted().flatMap((number) => {
    const written = documents.get(number)
    const built = implemented.get(number)
    if (written === built && written !== undefined) return []
    return [`spec ${number}: document has version ${show(written)}, code has ${show(built)}`]
  })
}

function show(version: number | undefined): string {
  return version === undefined ? 'none' : String(version)
}

function readDocumentVersions(root: string): ReadonlyMap<string, number | undefined> {
  const versions = new Map<string, number | undefined>()
  for (const path of listFiles(root, (name) => DOCUMENT.test(name))) {
    const header = /^\*{0,2}Version:?\*{0,2}:?\s*(\d+)/m.exec(readText(root, path))
    const version = header?.[1] === undefined ? undefined : Number(header[1])
    versions.set(DOCUMENT.exec(path)?.[1] ?? path, version)
  }
  return versions
}

async function readImplementedVersions(
  root: string,
): Promise<ReadonlyMap<string, number> | undefined> {
  const path = join(root, VERSIONS_FILE)
  if (!existsSync(path)) return undefined
  const module: unknown = await import(pathToFileURL(path).href)
  const versions = asRecord(module)['SPEC_VERSIONS']
  if (versions === undefined) return undefined
  const entries = Object.entries(asRecord(versions))
  return new Map(entries.map(([name, version]) => [name.slice(0, 2), Number(version)]))
}

if (import.meta.main) await reportBreaches(findVersionBreaches)
