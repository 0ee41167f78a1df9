/**
 * How people want to be shown, strangers too, as the newest of their messages says.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { Database, SqlStatement } from '../ports/index.ts'

export interface KnownProfile {
  readonly name: string
  /** Empty without a picture. */
  readonly pictureUrl: string
  readonly pictureKey: Uint8Array
}

export class ProfileTable {
  readonly #put: SqlStatement
  readonly #find: SqlStatement

  constructor(database: Database) {
    this.#put = database.prepare(`INSERT INTO profiles VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET name = excluded.name, picture_url = excluded.picture_url,
        picture_key = excluded.picture_key, changed_at_ms = excluded.changed_at_ms
      WHERE excluded.changed_at_ms > changed_at_ms`)
    this.#find = database.prepare(
      'SELECT name, picture_url, picture_key FROM profiles WHERE account = ?',
    )
  }

  /** Whether it is newer than what was known. */
  put(account: AccountId, profile: KnownProfile, changedAtMs: number): boolean {
    const { name, pictureUrl, pictureKey } = profile
    return this.#put.run(account, name, pictureUrl, pictureKey, changedAtMs) > 0
  }

  find(account: AccountId): KnownProfile | undefined {
    const row = this.#find.get(account)
    if (row === undefined) return undefined
    const { name, picture_url: url, picture_key: key } = row
    return {
      name: String(name),
      pictureUrl: String(url),
      pictureKey: key instanceof Uint8Array ? Uint8Array.from(key) : new Uint8Array(),
    }
  }
}
