/**
 * What a node's code can reach. Starting from every source file of `apps/node`, this follows imports
 * through our packages and refuses a way, however long, to code that could open a message or that holds
 * an account. Lint forbids the first step; this closes the detours (threat model, TM-S2).
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { asRecord, parseRecord } from '../json.ts'
import { isSourceCode, listFiles, readText } from '../source-tree.ts'
import { reportBreaches } from './report-breaches.ts'

const FORBIDDEN =
  /^packages\/client(-node)?\/|^packages\/crypto\/src\/(session|identity)\/|^packages\/protocol\/src\/(session|session-v2|config|attachment|group|archive)\//
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)'([^']+)'/g

export function findReachBreaches(root: string): readonly string[] {
  const starts = listFiles(root, (path) => path.startsWith('apps/node/') && isSourceCode(path))
  const cameFrom = new Map<string, string | undefined>(starts.map((path) => [path, undefined]))
  // A Map may grow while it is walked: this visits what it finds.
  for (const path of cameFrom.keys()) {
    if (FORBIDDEN.test(path)) continue
    for (const next of resolveImports(root, path)) {
      if (!cameFrom.has(next)) cameFrom.set(next, path)
    }
  }
  return [...cameFrom.keys()]
    .filter((path) => FORBIDDEN.test(path))
    .map((path) => `a node reaches ${traceBack(path, cameFrom).join(' ← ')}`)
}

function traceBack(path: string, cameFrom: ReadonlyMap<string, string | undefined>): string[] {
  const previous = cameFrom.get(path)
  return previous === undefined ? [path] : [path, ...traceBack(previous, cameFrom)]
}

function resolveImports(root: string, path: string): readonly string[] {
  return [...readText(root, path).matchAll(IMPORT)]
    .flatMap(([, specifier = '']) => resolveSpecifier(root, path, specifier))
    .filter((target) => target.endsWith('.ts') && existsSync(join(root, target)))
}

function resolveSpecifier(root: string, from: string, specifier: string): readonly string[] {
  if (specifier.startsWith('.')) return [normalize(join(dirname(from), specifier))]
  const own = from.split('/').slice(0, 2).join('/')
  if (specifier.startsWith('#')) return readTargets(root, own, { field: 'imports', key: specifier })
  const [, name, subpath] = /^@sotto\/([a-z-]+)\/(.+)$/.exec(specifier) ?? []
  if (name === undefined) return []
  const folder = existsSync(join(root, 'packages', name)) ? `packages/${name}` : `apps/${name}`
  return readTargets(root, folder, { field: 'exports', key: `./${subpath}` })
}

/** Every file that an entry of a manifest may lead to, whatever the conditions. */
function readTargets(
  root: string,
  folder: string,
  entry: { field: 'imports' | 'exports'; key: string },
): readonly string[] {
  const manifest = parseRecord(readText(root, `${folder}/package.json`))
  const target = asRecord(manifest[entry.field])[entry.key]
  const targets = typeof target === 'string' ? [target] : Object.values(asRecord(target))
  return targets.map((path) => normalize(join(folder, String(path))))
}

if (import.meta.main) await reportBreaches(findReachBreaches)
