/**
 * What a simulated node keeps: messages in the order in which it got them.
 *
 * @module
 */
import { encodeBase64, encodeHex } from '@sotto/crypto/bytes'
import { deriveMessageHash } from '@sotto/crypto/hash'
import type {
  DeleteParams,
  ExpireParams,
  GetExpiriesParams,
  RetrieveParams,
  StoreParams,
} from '@sotto/protocol/rpc'
import type { AccountBytes } from '@sotto/protocol/swarm'

export interface KeptMessage {
  readonly hash: string
  readonly data: Uint8Array
  readonly timestampMs: number
  readonly expiryMs: number
}

export class SimulatedStore {
  readonly #boxes = new Map<string, KeptMessage[]>()
  /** How many messages one answer holds. */
  pageLength = 100

  store({ account, namespace, data, timestampMs, expiryMs }: StoreParams): {
    readonly hash: string
    readonly already: boolean
  } {
    const hash = deriveMessageHash({ account, namespace, data })
    const box = this.boxOf(account, namespace)
    const already = box.some((message) => message.hash === hash)
    if (!already) box.push({ hash, data, timestampMs, expiryMs })
    return { hash, already }
  }

  retrieve({ account, namespace, lastHash }: RetrieveParams): object {
    const box = this.boxOf(account, namespace)
    const start = 1 + box.findIndex(({ hash }) => hash === lastHash)
    const page = box.slice(start, start + this.pageLength)
    const messages = page.map(({ hash, data, timestampMs, expiryMs }) => ({
      hash,
      data: encodeBase64(data),
      timestamp: timestampMs,
      expiration: expiryMs,
    }))
    return { messages, more: start + page.length < box.length }
  }

  /** The hashes that were there. */
  delete({ account, messages }: DeleteParams): readonly string[] {
    const wanted = new Set(messages)
    const deleted: string[] = []
    for (const [key, box] of this.#boxes) {
      if (!key.startsWith(encodeHex(account))) continue
      deleted.push(...box.filter(({ hash }) => wanted.has(hash)).map(({ hash }) => hash))
      this.#boxes.set(
        key,
        box.filter(({ hash }) => !wanted.has(hash)),
      )
    }
    return deleted
  }

  /** One expiry for each message; only earlier ones count. */
  shorten({ account, messages, expiryMs }: ExpireParams): void {
    for (const [place, hash] of messages.entries()) {
      const wanted = typeof expiryMs === 'number' ? expiryMs : (expiryMs[place] ?? Infinity)
      for (const [key, box] of this.#boxes) {
        if (!key.startsWith(encodeHex(account))) continue
        const index = box.findIndex((message) => message.hash === hash)
        const message = box[index]
        if (message !== undefined)
          box[index] = { ...message, expiryMs: Math.min(message.expiryMs, wanted) }
      }
    }
  }

  listExpiries({ account, messages }: GetExpiriesParams): object {
    const wanted = new Set(messages)
    const kept = [...this.#boxes].flatMap(([key, box]) =>
      key.startsWith(encodeHex(account)) ? box : [],
    )
    return Object.fromEntries(
      kept.filter(({ hash }) => wanted.has(hash)).map(({ hash, expiryMs }) => [hash, expiryMs]),
    )
  }

  boxOf(account: AccountBytes, namespace = 0): KeptMessage[] {
    const key = `${encodeHex(account)}/${namespace}`
    const box = this.#boxes.get(key) ?? []
    this.#boxes.set(key, box)
    return box
  }
}
