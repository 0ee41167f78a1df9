/**
 * What was seen, and how far each node was read in each namespace: changed together with what came, so that no position ever
 * passes a message that was not kept.
 *
 * @module
 */
import type { Database, SqlStatement } from '../ports/index.ts'
import type { ConversationId } from './history-message.ts'

/** Nodes keep messages in orders of their own, so each has its own position. */
export interface CursorPlace {
  /** The node's Ed25519 key in hex. */
  readonly node: string
  readonly account: ConversationId
  readonly namespace: number
}

export class ArrivalTable {
  readonly #putSeen: SqlStatement
  readonly #findSeen: SqlStatement
  readonly #forgetEnded: SqlStatement
  readonly #forgetBeyond: SqlStatement
  readonly #putCursor: SqlStatement
  readonly #findCursor: SqlStatement
  readonly #eraseCursor: SqlStatement
  readonly #eraseCursors: SqlStatement
  readonly #eraseNamespace: SqlStatement

  constructor(database: Database) {
    this.#putSeen = database.prepare(`INSERT INTO seen VALUES (?, ?)
      ON CONFLICT DO UPDATE SET expires_at_ms = max(expires_at_ms, excluded.expires_at_ms)`)
    this.#findSeen = database.prepare('SELECT 1 AS found FROM seen WHERE hash = ?')
    this.#forgetEnded = database.prepare('DELETE FROM seen WHERE expires_at_ms < ?')
    this.#forgetBeyond = database.prepare(`DELETE FROM seen WHERE hash IN
      (SELECT hash FROM seen ORDER BY expires_at_ms DESC LIMIT -1 OFFSET ?)`)
    this.#putCursor = database.prepare(`INSERT INTO cursors VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET hash = excluded.hash`)
    this.#findCursor = database.prepare(
      'SELECT hash FROM cursors WHERE node = ? AND account = ? AND namespace = ?',
    )
    this.#eraseCursor = database.prepare(
      'DELETE FROM cursors WHERE node = ? AND account = ? AND namespace = ?',
    )
    this.#eraseCursors = database.prepare('DELETE FROM cursors WHERE account = ?')
    this.#eraseNamespace = database.prepare(
      'DELETE FROM cursors WHERE account = ? AND namespace = ?',
    )
  }

  /** `expiresAtMs` is when the swarm has forgotten the message, so that nobody can show it again. */
  markSeen(hash: string, expiresAtMs: number): void {
    this.#putSeen.run(hash, expiresAtMs)
  }

  isSeen(hash: string): boolean {
    return this.#findSeen.get(hash) !== undefined
  }

  /** Removes what expired before `nowMs`, and beyond `limit` what expires first. */
  forgetSeen(nowMs: number, limit: number): void {
    this.#forgetEnded.run(nowMs)
    this.#forgetBeyond.run(limit)
  }

  putCursor({ node, account, namespace }: CursorPlace, hash: string): void {
    this.#putCursor.run(node, account, namespace, hash)
  }

  findCursor({ node, account, namespace }: CursorPlace): string | undefined {
    const hash = this.#findCursor.get(node, account, namespace)?.['hash']
    return typeof hash === 'string' ? hash : undefined
  }

  eraseCursor({ node, account, namespace }: CursorPlace): void {
    this.#eraseCursor.run(node, account, namespace)
  }

  /** Of all nodes; of one namespace if one is given. Everything there is read again, and what was seen is passed over. */
  eraseCursors(account: ConversationId, namespace?: number): void {
    if (namespace === undefined) this.#eraseCursors.run(account)
    else this.#eraseNamespace.run(account, namespace)
  }
}
