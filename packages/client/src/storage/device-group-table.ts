/**
 * What this device knows of the account's devices (spec 12 §7.1), as bytes, and what it still has to say to a group that it is no part of
 * any more. What the bytes mean is `@sotto/protocol/session-v2`.
 *
 * @module
 */
import { parseJson } from '../engine/parse-json.ts'
import type { Database, SqlRow, SqlStatement } from '../ports/index.ts'

/** A last message, with what it replaces; without data only the deletion. */
export interface DeviceOrder {
  readonly data?: Uint8Array
  readonly hashes: readonly string[]
  /** When nobody can need it any more. */
  readonly endsAtMs: number
}

export interface StoredDeviceOrder extends DeviceOrder {
  readonly id: number
}

export class DeviceGroupTable {
  readonly #put: SqlStatement
  readonly #find: SqlStatement
  readonly #putOrder: SqlStatement
  readonly #listOrders: SqlStatement
  readonly #eraseOrder: SqlStatement

  constructor(database: Database) {
    this.#put = database.prepare(
      'INSERT INTO device_group VALUES (1, ?) ON CONFLICT DO UPDATE SET state = excluded.state',
    )
    this.#find = database.prepare('SELECT state FROM device_group WHERE id = 1')
    this.#putOrder = database.prepare(
      'INSERT INTO device_orders (data, hashes, ends_at_ms) VALUES (?, ?, ?)',
    )
    this.#listOrders = database.prepare('SELECT * FROM device_orders ORDER BY id')
    this.#eraseOrder = database.prepare('DELETE FROM device_orders WHERE id = ?')
  }

  put(state: Uint8Array): void {
    this.#put.run(state)
  }

  find(): Uint8Array | undefined {
    const state = this.#find.get()?.['state']
    return state instanceof Uint8Array ? Uint8Array.from(state) : undefined
  }

  putOrder({ data, hashes, endsAtMs }: DeviceOrder): void {
    this.#putOrder.run(data ?? null, JSON.stringify(hashes), endsAtMs)
  }

  listOrders(): readonly StoredDeviceOrder[] {
    return this.#listOrders.all().map(readOrder)
  }

  eraseOrder(id: number): void {
    this.#eraseOrder.run(id)
  }
}

function readOrder({ id, data, hashes, ends_at_ms: endsAtMs }: SqlRow): StoredDeviceOrder {
  const names = parseJson(typeof hashes === 'string' ? hashes : undefined)
  return {
    id: Number(id),
    ...(data instanceof Uint8Array && { data: Uint8Array.from(data) }),
    hashes: Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [],
    endsAtMs: Number(endsAtMs),
  }
}
