/**
 * Times whose messages this device may never have got, and when it was last complete. Both belong to this device: another one of the
 * account may have been there.
 *
 * @module
 */
import type { Database, SqlStatement } from '../ports/index.ts'

export interface Gap {
  readonly fromMs: number
  readonly toMs: number
}

export class GapTable {
  readonly #add: SqlStatement
  readonly #list: SqlStatement
  readonly #putComplete: SqlStatement
  readonly #findComplete: SqlStatement

  constructor(database: Database) {
    this.#add = database.prepare(
      'INSERT INTO gaps VALUES (?, ?) ON CONFLICT DO UPDATE SET to_ms = max(to_ms, excluded.to_ms)',
    )
    this.#list = database.prepare('SELECT * FROM gaps ORDER BY from_ms')
    this.#putComplete = database.prepare('UPDATE completeness SET complete_at_ms = ?')
    this.#findComplete = database.prepare('SELECT complete_at_ms FROM completeness')
  }

  add({ fromMs, toMs }: Gap): void {
    this.#add.run(fromMs, toMs)
  }

  /** Oldest first. */
  list(): readonly Gap[] {
    return this.#list
      .all()
      .map((row) => ({ fromMs: Number(row['from_ms']), toMs: Number(row['to_ms']) }))
  }

  /** Up to when everything was fetched that the swarm kept; nothing before the first time. */
  findComplete(): number | undefined {
    const completeAtMs = this.#findComplete.get()?.['complete_at_ms']
    return typeof completeAtMs === 'number' ? completeAtMs : undefined
  }

  putComplete(completeAtMs: number): void {
    this.#putComplete.run(completeAtMs)
  }
}
