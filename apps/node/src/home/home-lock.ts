/**
 * The lock that gives a data folder one node. Two on one folder would be one node with two voices: others would see its
 * address jump, and of an authority two votes in one epoch, which is proof of a lie.
 *
 * It is an exclusive SQLite transaction, so the kernel drops it with the process that holds it: a killed node leaves no stale
 * lock, and a process id that was used again, or is 1 in every container, cannot look like one. The file with the process id
 * only tells a second start whom it met.
 *
 * @module
 */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { NodeError } from '../errors.ts'
import { findHomeFiles } from './home-files.ts'
import { readErrorCode } from './seed-file.ts'

const OWNER_ONLY = 0o600
const FOLDER_MODE = 0o700

/** Throws a `NodeError` when another node has the folder, which is made if it is not there. Disposing of the lock gives it back. */
export function lockHome(home: string): Disposable {
  const { lock, owner } = findHomeFiles(home)
  const database = openLock(home, lock)
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (readErrorCode(error) !== 'SQLITE_BUSY') throw describeLockFailure(home, error)
    throw new NodeError('node_running', `A node runs on ${home} already${nameOwner(owner)}.`)
  }
  chmodSync(lock, OWNER_ONLY)
  writeFileSync(owner, `${process.pid}\n`, { mode: OWNER_ONLY })
  return {
    [Symbol.dispose]() {
      rmSync(owner, { force: true })
      database.close()
    },
  }
}

function openLock(home: string, path: string): Database.Database {
  try {
    mkdirSync(home, { recursive: true, mode: FOLDER_MODE })
    return new Database(path, { timeout: 0 })
  } catch (error) {
    throw describeLockFailure(home, error)
  }
}

function describeLockFailure(home: string, cause: unknown): NodeError {
  const message = `${home} cannot be written to (${readErrorCode(cause)}); a node keeps its data there.`
  return new NodeError('node_home_open', message, { cause })
}

function nameOwner(path: string): string {
  try {
    const pid = readFileSync(path, 'utf8').trim()
    return /^\d{1,10}$/u.test(pid) ? `, with process id ${pid}` : ''
  } catch {
    return ''
  }
}
