/**
 * The seeds of our account keys (spec 12 §2.1): only the seed and its times, never what follows from it. The database erases
 * securely, so a key that is dropped here cannot be read from the file any more.
 *
 * @module
 */
import type { Database, SqlRow, SqlStatement } from '../ports/index.ts'

export interface StoredAccountKey {
  readonly seed: Uint8Array
  readonly createdSeconds: number
  readonly rotatedSeconds?: number
  /** Our own outbox was seen to show it. */
  readonly isPublished: boolean
  /** All devices of the group can have it. */
  readonly isDistributed: boolean
}

export class AccountKeyTable {
  readonly #put: SqlStatement
  readonly #list: SqlStatement
  readonly #erase: SqlStatement

  constructor(database: Database) {
    this.#put = database.prepare(
      `INSERT INTO account_keys VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
        created_seconds = excluded.created_seconds, rotated_seconds = excluded.rotated_seconds, is_published = excluded.is_published,
        is_distributed = excluded.is_distributed`,
    )
    this.#list = database.prepare('SELECT * FROM account_keys')
    this.#erase = database.prepare('DELETE FROM account_keys WHERE seed = ?')
  }

  put({ seed, createdSeconds, rotatedSeconds, ...known }: StoredAccountKey): void {
    const flags = [Number(known.isPublished), Number(known.isDistributed)]
    this.#put.run(seed, createdSeconds, rotatedSeconds ?? null, ...flags)
  }

  /** In no particular order. */
  list(): readonly StoredAccountKey[] {
    return this.#list.all().map(readKey)
  }

  erase(seed: Uint8Array): void {
    this.#erase.run(seed)
  }
}

function readKey(row: SqlRow): StoredAccountKey {
  const { seed, rotated_seconds: rotatedSeconds } = row
  return {
    seed: seed instanceof Uint8Array ? Uint8Array.from(seed) : new Uint8Array(),
    createdSeconds: Number(row['created_seconds']),
    ...(typeof rotatedSeconds === 'number' && { rotatedSeconds }),
    isPublished: row['is_published'] === 1,
    isDistributed: row['is_distributed'] === 1,
  }
}
