/**
 * Opens the node's SQLite file with the settings that durability and the disk limit rest on (ADR 0004).
 *
 * @module
 */
import Database from 'better-sqlite3'
import { migrate } from './migrations.ts'

const PAGE_BYTES = 4096
/** Another process of the operator (a backup, say) may hold the lock for a moment. */
const BUSY_TIMEOUT_MS = 5000
const CACHE_KIBIBYTES = 8 * 1024

export interface DatabaseOptions {
  /** A path, or `:memory:`. */
  readonly path: string
  /** The file never grows beyond; a write that would is refused as `full`. */
  readonly sizeMaxBytes: number
}

export function openDatabase({ path, sizeMaxBytes }: DatabaseOptions): Database.Database {
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    database.pragma(`page_size = ${PAGE_BYTES}`)
    database.pragma('journal_mode = WAL')
    // A commit returns after the log is on the disk: what was acknowledged survives a kill and a power cut.
    database.pragma('synchronous = FULL')
    database.pragma(`cache_size = -${CACHE_KIBIBYTES}`)
    database.pragma(`max_page_count = ${Math.max(1, Math.floor(sizeMaxBytes / PAGE_BYTES))}`)
    // What was deleted or has expired is overwritten, not only unlinked.
    database.pragma('secure_delete = ON')
    migrate(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
