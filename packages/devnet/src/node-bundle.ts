/**
 * Bundles the programs of a node when their sources have changed since the last time (ADR 0008): the production node, and the
 * one of local networks, which can be broken.
 *
 * A bundle is named by the state of the sources, so that two networks that start at once, or one that still
 * runs while a developer edits, never share a half-written one.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { glob, mkdir, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readEnvironment } from './config.ts'

const run = promisify(execFile)

/** Names of the program inside its bundle. */
export const BUNDLED_PROGRAMS = { production: 'main.mjs', chaotic: 'chaotic-node.mjs' } as const
export type NodeProgram = keyof typeof BUNDLED_PROGRAMS

const SOURCES = [
  'apps/node/src/**/*.ts',
  'apps/node/tsdown.config.ts',
  'packages/crypto/src/**/*.ts',
  'packages/protocol/src/**/*.ts',
  'packages/devnet/src/{config,system-clock}.ts',
  'packages/devnet/src/chaos/**/*.ts',
  'packages/devnet/tsdown.config.ts',
  'pnpm-lock.yaml',
]
const NAME_DIGITS = 16

/** The folder of the node's package. */
export function findNodePackage(): string {
  return dirname(dirname(createRequire(import.meta.url).resolve('@sotto/node/start')))
}

function findPackage(program: NodeProgram): string {
  const ownPackage = dirname(dirname(fileURLToPath(import.meta.url)))
  return program === 'production' ? findNodePackage() : ownPackage
}

/** Bundles a program into a folder. */
export async function bundleNode(outDirectory: string, program: NodeProgram): Promise<void> {
  const cwd = findPackage(program)
  // The bundler's command is a script that looks for `node` in PATH; it has to be the one that runs this.
  const environment = readEnvironment()
  const path = `${dirname(process.execPath)}${delimiter}${environment['PATH'] ?? ''}`
  const bundler = join(cwd, 'node_modules', '.bin', 'tsdown')
  const args = ['--out-dir', outDirectory, '--logLevel', 'error']
  await run(bundler, args, { cwd, env: { ...environment, PATH: path } })
}

async function nameSources(root: string): Promise<string> {
  const paths: string[] = []
  for await (const path of glob(SOURCES, { cwd: root })) paths.push(path)
  const hash = createHash('sha256')
  for (const path of paths.toSorted()) {
    const { mtimeMs, size } = await stat(join(root, path))
    hash.update(`${path}\0${mtimeMs}\0${size}\n`)
  }
  return hash.digest('hex').slice(0, NAME_DIGITS)
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false
}

async function buildOnce(directory: string, program: NodeProgram): Promise<void> {
  const draft = `${directory}.${process.pid}`
  await mkdir(dirname(directory), { recursive: true })
  await bundleNode(draft, program)
  // Whoever comes second finds the same bundle there already.
  await rename(draft, directory).catch(() => rm(draft, { recursive: true, force: true }))
}

/** The path of an up-to-date program; made first when there is none. */
export async function openNodeBundle(program: NodeProgram): Promise<string> {
  const nodePackage = findNodePackage()
  const name = await nameSources(dirname(dirname(nodePackage)))
  // Both beside the node, whose packages with native code they load.
  const directory = join(nodePackage, 'dist', 'bundles', `${name}-${program}`)
  const path = join(directory, BUNDLED_PROGRAMS[program])
  if (!(await isFile(path))) await buildOnce(directory, program)
  return path
}
