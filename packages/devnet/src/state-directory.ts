/**
 * The directory in which a local network keeps its files, and the lock that gives it one owner.
 *
 * The lock is an exclusive SQLite transaction: the kernel drops it with the process that holds it, so
 * a killed owner never leaves a stale lock, and a reused process id can never look like one. The owner file
 * beside it only tells a second start whom it met. What the nodes store is theirs.
 *
 * @module
 */

import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { DevnetError } from './errors.ts'

const LOCK_FILE = 'lock.sqlite'
const OWNER_FILE = 'owner.json'
// A status query holds the lock for an instant; a start must not take it for an owner.
const LOCK_PATIENCE_MS = 500

const ownerSchema = z.object({ pid: z.int(), introspect: z.string() })

/** Who holds a state directory: the process, and the URL where it answers; empty while it cannot yet. */
export type StateOwner = z.infer<typeof ownerSchema>

/** A state directory that this process owns until it disposes of it. */
export interface StateDirectory extends AsyncDisposable {
  readonly path: string
  /** Whether the last owner went without saying goodbye. */
  readonly abandoned: boolean
  readonly directoryFile: string
  nodeDirectory(name: string): string
  logFile(name: string): string
  /** What is wrong with a node. */
  conditionsFile(name: string): string
  /** Tells others where the owner answers, once it does. */
  recordAddress(introspect: string): Promise<void>
}

/** The file that receives a node's output. */
export function logFileOf(statePath: string, name: string): string {
  return join(statePath, 'logs', `${name}.log`)
}

function acquireLock(path: string, waitMs: number): DatabaseSync | undefined {
  const database = new DatabaseSync(join(path, LOCK_FILE), { timeout: waitMs })
  try {
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch {
    database.close()
    return undefined
  }
}

/** The owner file's content, whether or not that owner still lives. */
export async function readStateOwner(path: string): Promise<StateOwner | undefined> {
  try {
    const parsed = ownerSchema.safeParse(JSON.parse(await readFile(join(path, OWNER_FILE), 'utf8')))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

function writeOwner(path: string, owner: StateOwner): Promise<void> {
  return writeFile(join(path, OWNER_FILE), `${JSON.stringify(owner)}\n`)
}

/**
 * Whether no process owns the state directory, after waiting up to `waitMs` for its owner to end. The wait
 * blocks the thread.
 */
export async function isStateFree(path: string, waitMs = 0): Promise<boolean> {
  const entries = await readdir(path).catch((): string[] => [])
  if (!entries.includes(LOCK_FILE)) return true
  const lock = acquireLock(path, waitMs)
  lock?.close()
  return lock !== undefined
}

function refuseSecondOwner(path: string, owner: StateOwner | undefined): DevnetError {
  const who =
    owner === undefined
      ? ''
      : ` (process ${owner.pid}${owner.introspect && `, ${owner.introspect}`})`
  return new DevnetError(
    'already_running',
    `A network already runs on ${path}${who}; stop it with \`sotto net down\` or use another state directory.`,
  )
}

async function createDirectories(path: string): Promise<void> {
  try {
    await Promise.all(
      ['logs', 'nodes', 'conditions'].map((name) => mkdir(join(path, name), { recursive: true })),
    )
  } catch (cause) {
    throw new DevnetError('state_unusable', `The state directory ${path} cannot be written.`, {
      cause,
    })
  }
}

/** Takes the state directory for this process; without a path, a temporary one that goes with its owner. */
export async function openStateDirectory(path?: string): Promise<StateDirectory> {
  const root = path === undefined ? await mkdtemp(join(tmpdir(), 'sotto-net-')) : resolve(path)
  await createDirectories(root)
  const lock = acquireLock(root, LOCK_PATIENCE_MS)
  const previous = await readStateOwner(root)
  if (lock === undefined) throw refuseSecondOwner(root, previous)
  await writeOwner(root, { pid: process.pid, introspect: '' })
  return {
    path: root,
    abandoned: previous !== undefined,
    directoryFile: join(root, 'epoch.bin'),
    nodeDirectory: (name) => join(root, 'nodes', name),
    logFile: (name) => logFileOf(root, name),
    conditionsFile: (name) => join(root, 'conditions', `${name}.json`),
    recordAddress: (introspect) => writeOwner(root, { pid: process.pid, introspect }),
    async [Symbol.asyncDispose]() {
      await rm(join(root, OWNER_FILE), { force: true })
      lock.close()
      if (path === undefined) await rm(root, { recursive: true, force: true })
    },
  }
}

/** Deletes a state directory that no process owns. Refuses a directory that never was one. */
export async function resetState(path: string): Promise<void> {
  const root = resolve(path)
  const entries = await readdir(root).catch(() => undefined)
  if (entries === undefined || entries.length === 0) return
  if (!entries.includes(LOCK_FILE)) {
    throw new DevnetError(
      'state_unusable',
      `${root} was not made by \`sotto net\`; delete it yourself if you mean it.`,
    )
  }
  if (!(await isStateFree(root))) throw refuseSecondOwner(root, await readStateOwner(root))
  await rm(root, { recursive: true, force: true })
}
