/**
 * Bundles the node's program when its sources have changed since the last time (ADR 0008).
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
import { promisify } from 'node:util'
import { readEnvironment } from './config.ts'

const run = promisify(execFile)

/** The name of the program inside a bundle. */
export const BUNDLED_PROGRAM = 'main.mjs'
const SOURCES = [
  'apps/node/src/**/*.ts',
  'apps/node/tsdown.config.ts',
  'packages/crypto/src/**/*.ts',
  'packages/protocol/src/**/*.ts',
  'pnpm-lock.yaml',
]
const NAME_DIGITS = 16

/** The folder of the node's package. */
export function findNodePackage(): string {
  return dirname(dirname(createRequire(import.meta.url).resolve('@sotto/node/start')))
}

/** Bundles the node into a folder. */
export async function bundleNode(outDirectory: string): Promise<void> {
  const cwd = findNodePackage()
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

async function buildOnce(directory: string): Promise<void> {
  const draft = `${directory}.${process.pid}`
  await mkdir(dirname(directory), { recursive: true })
  await bundleNode(draft)
  // Whoever comes second finds the same bundle there already.
  await rename(draft, directory).catch(() => rm(draft, { recursive: true, force: true }))
}

/** The path of an up-to-date program; made first when there is none. */
export async function openNodeBundle(): Promise<string> {
  const nodePackage = findNodePackage()
  const name = await nameSources(dirname(dirname(nodePackage)))
  const directory = join(nodePackage, 'dist', 'bundles', name)
  const program = join(directory, BUNDLED_PROGRAM)
  if (!(await isFile(program))) await buildOnce(directory)
  return program
}
