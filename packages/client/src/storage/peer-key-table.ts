/**
 * What is known of the keys that others published (spec 12 §4): one row for each account that was written to.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { isJsonObject } from '@sotto/protocol/rpc'
import { type PeerKeys, toPublicKeys } from '@sotto/protocol/session-v2'
import { parseJson } from '../engine/parse-json.ts'
import type { Database, SqlRow, SqlStatement } from '../ports/index.ts'
import type { ConversationId } from './history-message.ts'

export class PeerKeyTable {
  readonly #put: SqlStatement
  readonly #find: SqlStatement
  readonly #erase: SqlStatement

  constructor(database: Database) {
    this.#put = database.prepare(
      `INSERT INTO peer_keys VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
        kem = excluded.kem, agreement = excluded.agreement,
        fetched_at_ms = excluded.fetched_at_ms, issued_at_seconds = excluded.issued_at_seconds,
        features = excluded.features, empty = excluded.empty`,
    )
    this.#find = database.prepare('SELECT * FROM peer_keys WHERE account = ?')
    this.#erase = database.prepare('DELETE FROM peer_keys WHERE account = ?')
  }

  put(account: AccountId, { published, empty }: PeerKeys): void {
    this.#put.run(
      account,
      published?.keys.kem ?? null,
      published?.keys.agreement ?? null,
      published?.fetchedAtMs ?? null,
      published?.issuedAtSeconds ?? null,
      published?.features ?? null,
      empty === undefined ? null : JSON.stringify(empty),
    )
  }

  /** An id that is none of an account has no row. */
  erase(account: ConversationId): void {
    this.#erase.run(account)
  }

  find(account: AccountId): PeerKeys {
    const row = this.#find.get(account)
    if (row === undefined) return {}
    const published = readPublished(row)
    const empty = readEmpty(row['empty'])
    return { ...(published && { published }), ...(empty && { empty }) }
  }
}

function readPublished(row: SqlRow): PeerKeys['published'] {
  const { kem, agreement, fetched_at_ms: fetchedAtMs } = row
  const { issued_at_seconds: issuedAtSeconds, features } = row
  if (!(kem instanceof Uint8Array) || !(agreement instanceof Uint8Array)) return undefined
  const keys = toPublicKeys(Uint8Array.from(kem), Uint8Array.from(agreement))
  if (keys === undefined || typeof fetchedAtMs !== 'number') return undefined
  return {
    keys,
    fetchedAtMs,
    ...(typeof issuedAtSeconds === 'number' && { issuedAtSeconds }),
    ...(typeof features === 'number' && { features }),
  }
}

function readEmpty(value: SqlRow[string] | undefined): PeerKeys['empty'] {
  const parsed = typeof value === 'string' ? parseJson(value) : undefined
  if (!isJsonObject(parsed)) return undefined
  const { firstAtMs, lastAtMs, nodes } = parsed
  if (typeof firstAtMs !== 'number' || typeof lastAtMs !== 'number' || !Array.isArray(nodes))
    return undefined
  return { firstAtMs, lastAtMs, nodes: nodes.filter((node) => typeof node === 'string') }
}
