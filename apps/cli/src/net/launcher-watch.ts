/**
 * Notices that the package managers which started this program have ended: `npx`, `npm`, `pnpm` and the shells
 * between them. None of them passes a kill on, so the network would stay behind.
 *
 * Whoever started the package manager is not watched: a script may end and leave the network running. Linux only, where
 * `/proc` tells; elsewhere it sees nobody.
 *
 * @module
 */

import { readFileSync } from 'node:fs'

interface ProcessEntry {
  readonly parent: number
  readonly name: string
}

const WATCH_INTERVAL_MS = 500
const CHAIN_MAX = 16
/** What may stand between this program and the package manager that a person called. */
const LINK = /^(?:sh|dash|node|npm|npx|pnpm)\b/
const PACKAGE_MANAGER = /^(?:npm|npx|pnpm)\b/
/** `/proc/PID/stat`: the name in brackets, which may hold anything, then state and parent. */
const STAT = /\((?<name>.*)\) \S (?<parent>\d+)/s

/** Undefined when there is no such process, or no way to know. */
export type ReadProcess = (pid: number) => ProcessEntry | undefined

const readProcess: ReadProcess = (pid) => {
  try {
    const fields = STAT.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.groups
    return fields && { parent: Number(fields['parent']), name: fields['name'] ?? '' }
  } catch {
    return undefined
  }
}

/** The launchers of a process, nearest first; the last one is a package manager. */
export function listLaunchers(pid: number, read: ReadProcess = readProcess): readonly number[] {
  const chain: number[] = []
  let length = 0
  let parent = read(pid)?.parent ?? 0
  while (chain.length < CHAIN_MAX && parent > 1) {
    const entry = read(parent)
    if (entry === undefined || !LINK.test(entry.name)) break
    chain.push(parent)
    if (PACKAGE_MANAGER.test(entry.name)) length = chain.length
    parent = entry.parent
  }
  return chain.slice(0, length)
}

/** Calls `onEnd` once when one of the launchers of this process is gone. Disposing of it stops watching. */
export function watchLaunchers(onEnd: () => void, read: ReadProcess = readProcess): Disposable {
  const launchers = listLaunchers(process.pid, read)
  const timer = setInterval(() => {
    const remaining = listLaunchers(process.pid, read)
    if (launchers.every((pid, index) => remaining[index] === pid)) return
    clearInterval(timer)
    onEnd()
  }, WATCH_INTERVAL_MS).unref()
  return {
    [Symbol.dispose]() {
      clearInterval(timer)
    },
  }
}
