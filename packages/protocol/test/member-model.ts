/**
 * A member of a swarm as a table in memory (spec 10 §8.2). What it does when a client's request arrives is written
 * anew here, row by row from the specification, so that it can be compared with what `findFate` says afterwards.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { type DatedMessage, deriveChangeHash, findFate } from '../src/replication/index.ts'
import { TTL_MAX_MS } from '../src/rpc/index.ts'
import { type DatedChange, encodeValid } from './change-fixtures.ts'

interface Row {
  readonly message: DatedMessage
  readonly expiryMs: number
}

function isIn(namespace: number | 'all', message: DatedMessage): boolean {
  return namespace === 'all' || namespace === message.namespace
}

function changeRow({ message, expiryMs }: Row, { request, atMs }: DatedChange): Row | undefined {
  const kept = { message, expiryMs }
  if (expiryMs <= atMs || message.storedMs > atMs) return kept
  switch (request.method) {
    case 'delete':
      return request.params.messages.includes(message.hash) ? undefined : kept
    case 'delete_all': {
      return isIn(request.params.namespace, message) ? undefined : kept
    }
    case 'delete_before': {
      const { namespace, beforeMs } = request.params
      return isIn(namespace, message) && message.timestampMs <= beforeMs ? undefined : kept
    }
    case 'expire_all': {
      const { namespace, expiryMs: asked } = request.params
      const isMeant = isIn(namespace, message) && asked < expiryMs
      return isMeant ? { message, expiryMs: asked } : kept
    }
    case 'expire': {
      const { messages, expiryMs: ends, isShorten, isExtend } = request.params
      if (!messages.includes(message.hash) || typeof ends !== 'number') return kept
      const asked = Math.min(ends, atMs + TTL_MAX_MS)
      if (isShorten === true && asked > expiryMs) return kept
      return isExtend === true && asked < expiryMs ? kept : { message, expiryMs: asked }
    }
    case 'revoke_subaccount':
    case 'unrevoke_subaccount':
      return kept
  }
}

function hashOf({ request, atMs }: DatedChange): string {
  return encodeHex(deriveChangeHash(encodeValid(request, atMs).request, atMs))
}

/** As `findFate` wants them. */
export function sortChanges(changes: readonly DatedChange[]): DatedChange[] {
  return changes.toSorted((a, b) => {
    if (a.atMs !== b.atMs) return a.atMs - b.atMs
    return hashOf(a) < hashOf(b) ? -1 : 1
  })
}

export class MemberModel {
  #rows = new Map<string, Row>()
  #changes: DatedChange[] = []

  /** A client's store, forwarded by the entry node. Only changes that are not older are looked at. */
  storeDirectly(message: DatedMessage): void {
    const recent = this.#changes.filter(({ atMs }) => atMs >= message.storedMs)
    this.#put(message, recent)
  }

  /** A client's change, forwarded by the entry node. */
  applyDirectly(change: DatedChange): void {
    this.#changes = sortChanges([...this.#changes, change])
    if (this.#changes.at(-1) !== change) {
      this.#applyAll()
      return
    }
    for (const [hash, row] of this.#rows) {
      const changed = changeRow(row, change)
      if (changed === undefined) this.#rows.delete(hash)
      else this.#rows.set(hash, changed)
    }
  }

  admitMessage(message: DatedMessage): void {
    this.#put(message, this.#changes)
  }

  admitChange(change: DatedChange): void {
    this.#changes = sortChanges([...this.#changes, change])
    this.#applyAll()
  }

  #put(message: DatedMessage, changes: readonly DatedChange[]): void {
    const fate = findFate(message, changes)
    if ('expiryMs' in fate) this.#rows.set(message.hash, { message, expiryMs: fate.expiryMs })
  }

  #applyAll(): void {
    const rows = this.#rows
    this.#rows = new Map()
    for (const { message } of rows.values()) this.#put(message, this.#changes)
  }

  /** The messages that have not ended, and when each does. */
  listLive(nowMs: number): Readonly<Record<string, number>> {
    const live: Record<string, number> = {}
    for (const [hash, { expiryMs }] of this.#rows) if (expiryMs > nowMs) live[hash] = expiryMs
    return live
  }
}
