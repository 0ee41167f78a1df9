/**
 * Which files a node keeps, and until when, in SQLite. Several ids may name the same bytes.
 *
 * @module
 */
import Database from 'better-sqlite3'

export interface FileRow {
  readonly id: string
  /** The name of its bytes in the store. */
  readonly blob: string
  readonly bytes: number
  readonly uploadedMs: number
  readonly expiresMs: number
}

export interface FileUsage {
  readonly files: number
  /** Equal bytes count once. */
  readonly bytes: number
}

interface Row {
  readonly id: string
  readonly blob: string
  readonly bytes: number
  readonly uploaded_ms: number
  readonly expires_ms: number
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS files (
    id TEXT PRIMARY KEY,
    blob TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    uploaded_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS files_by_end ON files (expires_ms);
  CREATE INDEX IF NOT EXISTS files_by_blob ON files (blob);`

export class FileIndex implements Disposable {
  readonly #database: Database.Database
  readonly #put: Database.Statement
  readonly #find: Database.Statement<[string], Row>
  readonly #listEnded: Database.Statement<[number], Row>
  readonly #erase: Database.Statement<[string]>
  readonly #hasBlob: Database.Statement<[string]>
  readonly #measure: Database.Statement<[], { readonly files: number; readonly bytes: number }>

  constructor(path: string) {
    this.#database = new Database(path)
    this.#database.pragma('journal_mode = WAL')
    this.#database.pragma('synchronous = FULL')
    this.#database.pragma('secure_delete = ON')
    this.#database.exec(SCHEMA)
    this.#put = this.#database.prepare(
      `INSERT INTO files VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET expires_ms = max(expires_ms, excluded.expires_ms)`,
    )
    this.#find = this.#database.prepare('SELECT * FROM files WHERE id = ?')
    this.#listEnded = this.#database.prepare('SELECT * FROM files WHERE expires_ms <= ?')
    this.#erase = this.#database.prepare('DELETE FROM files WHERE id = ?')
    this.#hasBlob = this.#database.prepare('SELECT 1 FROM files WHERE blob = ? LIMIT 1')
    this.#measure = this.#database.prepare(
      `SELECT (SELECT count(*) FROM files) AS files,
              (SELECT coalesce(sum(bytes), 0) FROM (SELECT DISTINCT blob, bytes FROM files)) AS bytes`,
    )
  }

  /** What is there stays, and for longer if this ends later. */
  put({ id, blob, bytes, uploadedMs, expiresMs }: FileRow): void {
    this.#put.run(id, blob, bytes, uploadedMs, expiresMs)
  }

  find(id: string): FileRow | undefined {
    const row = this.#find.get(id)
    return row && readRow(row)
  }

  listEnded(nowMs: number): readonly FileRow[] {
    return this.#listEnded.all(nowMs).map(readRow)
  }

  erase(id: string): void {
    this.#erase.run(id)
  }

  /** Whether any file needs these bytes. */
  needs(blob: string): boolean {
    return this.#hasBlob.get(blob) !== undefined
  }

  measure(): FileUsage {
    return this.#measure.get() ?? { files: 0, bytes: 0 }
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

function readRow(row: Row): FileRow {
  const { id, blob, bytes, uploaded_ms: uploadedMs, expires_ms: expiresMs } = row
  return { id, blob, bytes, uploadedMs, expiresMs }
}
