/**
 * Copies npm packages with everything that they need at run time into a flat `node_modules`.
 *
 * Packages with native code cannot go into a bundle, and an image has no package manager.
 *
 * @module
 */

import { cp, readFile, realpath } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const manifestSchema = z.object({
  name: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
})

interface InstalledPackage {
  readonly directory: string
  readonly dependencies: readonly string[]
}

async function readPackage(directory: string, name: string): Promise<InstalledPackage | undefined> {
  const text = await readFile(join(directory, 'package.json'), 'utf8').catch(() => undefined)
  const manifest = manifestSchema.safeParse(text === undefined ? undefined : JSON.parse(text))
  if (!manifest.success || manifest.data.name !== name) return undefined
  return { directory, dependencies: Object.keys(manifest.data.dependencies) }
}

// The package manager's layout is searched as Node would, because `exports` may hide the manifest.
async function findPackage(name: string, from: string): Promise<InstalledPackage> {
  const candidates = createRequire(join(from, 'package.json')).resolve.paths(name) ?? []
  for (const candidate of candidates) {
    const found = await readPackage(join(candidate, name), name)
    if (found !== undefined) return found
  }
  throw new Error(`${name} is not installed where ${from} would look for it`)
}

// Sources and other platforms' binaries are the larger part of native packages and are never loaded.
function isNeeded(path: string): boolean {
  if (/\/(?:deps|src|extensions)(?:\/|$)/u.test(path)) return false
  const [, platform] = /\/prebuilds\/([^/]+)/u.exec(path) ?? []
  return platform === undefined || platform.startsWith(`${process.platform}-${process.arch}`)
}

/** Copies the named packages, as `from` would load them, into `target`. */
export async function copyPackages(
  names: readonly string[],
  from: string,
  target: string,
): Promise<void> {
  const copied = new Set<string>()
  const copyOne = async (name: string, dependent: string): Promise<void> => {
    if (copied.has(name)) return
    copied.add(name)
    const found = await findPackage(name, dependent)
    await cp(found.directory, join(target, name), {
      recursive: true,
      dereference: true,
      filter: (source) => isNeeded(source.slice(dirname(found.directory).length)),
    })
    for (const dependency of found.dependencies) {
      // pnpm links packages; what a package needs lies beside its real place.
      await copyOne(dependency, await realpath(found.directory))
    }
  }
  for (const name of names) await copyOne(name, from)
}
