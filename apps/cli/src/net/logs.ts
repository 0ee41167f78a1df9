/**
 * Shows what the nodes of a local network wrote, and follows it.
 *
 * The lines are the nodes' structured logs as they are; nothing is interpreted here.
 *
 * @module
 */

import { watch } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DevnetError } from '@sotto/devnet/errors'
import { logFileOf } from '@sotto/devnet/state-directory'

const LOG_ENDING = '.log'

/** The names that have a log, in order. */
async function listLogs(statePath: string): Promise<readonly string[]> {
  const directory = dirname(logFileOf(statePath, 'any'))
  const entries = await readdir(directory).catch((): string[] => [])
  return entries
    .filter((entry) => entry.endsWith(LOG_ENDING))
    .map((entry) => basename(entry, LOG_ENDING))
    .toSorted()
}

/** The names whose logs to show; throws a `DevnetError` for a name without one. */
export async function selectLogs(statePath: string, name?: string): Promise<readonly string[]> {
  const names = await listLogs(statePath)
  if (name === undefined) return names
  if (names.includes(name)) return [name]
  const known = names.length === 0 ? 'there are none yet' : `there are ${names.join(', ')}`
  throw new DevnetError('unknown_node', `No log is called ${name}; ${known}.`)
}

/** Reads a file as it grows, whole lines at a time. */
export class LogReader {
  readonly name: string
  readonly #path: string
  #offset = 0
  #partial = ''

  constructor(statePath: string, name: string) {
    this.name = name
    this.#path = logFileOf(statePath, name)
  }

  get directory(): string {
    return dirname(this.#path)
  }

  /** The lines that came since the last call. */
  async readNewLines(): Promise<readonly string[]> {
    await using file = await open(this.#path)
    const { size } = await file.stat()
    // A file that shrank was replaced: begin again.
    if (size < this.#offset) this.#offset = 0
    const bytes = Buffer.alloc(size - this.#offset)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, this.#offset)
    this.#offset += bytesRead
    const lines = (this.#partial + bytes.toString('utf8', 0, bytesRead)).split('\n')
    this.#partial = lines.pop() ?? ''
    return lines
  }
}

/** Calls back whenever a log of this state changes, until the signal. */
export async function watchLogs(
  statePath: string,
  signal: AbortSignal,
  changed: (name: string) => void,
): Promise<void> {
  const directory = dirname(logFileOf(statePath, 'any'))
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const watcher = watch(directory, { signal }, (_event, entry) => {
    if (entry?.endsWith(LOG_ENDING) === true) changed(basename(join(directory, entry), LOG_ENDING))
  })
  watcher.once('close', resolve)
  watcher.once('error', reject)
  await promise
}
