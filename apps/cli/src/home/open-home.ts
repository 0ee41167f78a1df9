/**
 * A home: the directory of one account, with its secret and its messages in one SQLite file that only its owner can
 * read. Several programs may use it at once.
 *
 * @module
 */
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { CliError } from '../errors.ts'
import { migrate } from './schema.ts'

const DATABASE_FILE = 'sotto.db'
const FILES_FOLDER = 'files'
/** Nobody but the owner: the file holds the account's secret. */
const DIRECTORY_MODE = 0o700
const FILE_MODE = 0o600
/** `read --follow` and `send` write at the same time; each write takes milliseconds. */
const BUSY_TIMEOUT_MS = 10_000

export interface Home extends Disposable {
  readonly path: string
  readonly database: Database.Database
  /** A folder for files of messages, which need not be there. */
  readonly filesPath: string
}

/** Whether there is a home at all; looking does not make one. */
export function isHome(path: string): boolean {
  return existsSync(join(path, DATABASE_FILE))
}

/** The file with everything in it, what SQLite keeps beside it, and files of messages. Other files of the directory stay. */
export function removeHome(path: string): void {
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(join(path, `${DATABASE_FILE}${suffix}`), { force: true })
  rmSync(join(path, FILES_FOLDER), { recursive: true, force: true })
}

/** Opens the home, and makes it first if need be. */
export function openHome(path: string): Home {
  try {
    mkdirSync(path, { recursive: true, mode: DIRECTORY_MODE })
    const file = join(path, DATABASE_FILE)
    // SQLite gives its other files the mode of this one.
    closeSync(openSync(file, 'a', FILE_MODE))
    const database = openDatabase(file)
    return {
      path,
      database,
      filesPath: join(path, FILES_FOLDER),
      [Symbol.dispose]: () => {
        database.close()
      },
    }
  } catch (error) {
    if (error instanceof CliError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new CliError('home_unusable', `The home ${path} cannot be used: ${reason}.`, {
      cause: error,
    })
  }
}

function openDatabase(file: string): Database.Database {
  const database = new Database(file, { timeout: BUSY_TIMEOUT_MS })
  try {
    database.pragma('journal_mode = WAL')
    // A sent message must not be forgotten by a power cut: it would be sent a second time by hand.
    database.pragma('synchronous = FULL')
    migrate(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
