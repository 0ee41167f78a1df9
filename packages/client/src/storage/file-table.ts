/**
 * Which files of messages are on this device, and which messages need them. The bytes are in a `FileStore`, sealed; their keys are in
 * the messages, and go with them.
 *
 * @module
 */
import type { Database, SqlStatement } from '../ports/index.ts'
import type { MessageName } from './history-message.ts'

export interface KeptFile {
  /** Its address without the fragment. */
  readonly file: string
  /** Its name in the store. */
  readonly blob: string
}

export class FileTable {
  readonly #put: SqlStatement
  readonly #find: SqlStatement
  readonly #use: SqlStatement
  readonly #listUnused: SqlStatement
  readonly #forget: SqlStatement

  constructor(database: Database) {
    this.#put = database.prepare('INSERT INTO kept_files VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
    this.#find = database.prepare('SELECT blob FROM kept_files WHERE file = ?')
    this.#use = database.prepare(
      `INSERT INTO message_files SELECT id, ? FROM messages
       WHERE conversation = ? AND author = ? AND sent_at_ms = ? ON CONFLICT DO NOTHING`,
    )
    this.#listUnused = database.prepare(
      `SELECT file, blob FROM kept_files WHERE kept_at_ms < ?
       AND NOT EXISTS (SELECT 1 FROM message_files WHERE message_files.file = kept_files.file)`,
    )
    this.#forget = database.prepare('DELETE FROM kept_files WHERE file = ?')
  }

  /** Whether it is new; what was kept under this address stays. */
  put({ file, blob }: KeptFile, nowMs: number): boolean {
    return this.#put.run(file, blob, nowMs) > 0
  }

  findBlob(file: string): string | undefined {
    const blob = this.#find.get(file)?.['blob']
    return typeof blob === 'string' ? blob : undefined
  }

  /** From now on it stays for as long as the message does. */
  use({ conversation, author, sentAtMs }: MessageName, file: string): void {
    this.#use.run(file, conversation, author, sentAtMs)
  }

  /** Of no message (any more), and kept before this time; what went with a message at once. */
  listUnused(beforeMs: number): readonly KeptFile[] {
    return this.#listUnused
      .all(beforeMs)
      .map(({ file, blob }) => ({ file: String(file), blob: String(blob) }))
  }

  forget(file: string): void {
    this.#forget.run(file)
  }
}
