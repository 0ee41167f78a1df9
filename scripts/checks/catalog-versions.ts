/**
 * Every version is written once, in the catalog of `pnpm-workspace.yaml`, and nothing that we publish
 * names the registry of the machine it was written on. Agreement between manifests is sherif's job.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { asRecord, parseRecord } from '../json.ts'
import { listFiles, readText } from '../source-tree.ts'
import { reportBreaches } from './report-breaches.ts'

const SECTIONS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']

/** The runtime itself: pnpm reads `node` from a catalog as a request to download it elsewhere. */
const PINNED_BY_HAND = new Set(['package.json: node'])

export function findCatalogBreaches(root: string): readonly string[] {
  const manifests = listFiles(root, (path) => /(^|\/)package\.json$/.test(path))
  return [...manifests.flatMap((path) => findLooseVersions(root, path)), ...findHosts(root)]
}

function findLooseVersions(root: string, path: string): readonly string[] {
  const manifest = parseRecord(readText(root, path))
  return SECTIONS.flatMap((section) =>
    Object.entries(asRecord(manifest[section]))
      .filter(([name, version]) => {
        const isShared = version === 'catalog:' || version === 'workspace:*'
        return !isShared && !PINNED_BY_HAND.has(`${path}: ${name}`)
      })
      .map(([name, version]) => `${path}: ${name} is "${String(version)}"; write "catalog:"`),
  )
}

function findHosts(root: string): readonly string[] {
  const breaches: string[] = []
  if (existsSync(join(root, '.npmrc'))) {
    breaches.push('.npmrc: registry settings belong to the machine, not to the repository')
  }
  if (existsSync(join(root, 'pnpm-lock.yaml'))) {
    const url = /https?:\/\/[^\s'"}]+/.exec(readText(root, 'pnpm-lock.yaml'))
    if (url !== null) breaches.push(`pnpm-lock.yaml: names a host (${url[0]}); install without one`)
  }
  return breaches
}

if (import.meta.main) await reportBreaches(findCatalogBreaches)
