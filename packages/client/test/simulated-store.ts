/**
 * What a simulated node keeps: messages in the order in which it got them.
 *
 * @module
 */
import { decodeHex, encodeBase64, encodeHex } from '@sotto/crypto/bytes'
import { deriveMessageHash } from '@sotto/crypto/hash'
import {
  type DeleteAllParams,
  type DeleteParams,
  type ExpireParams,
  type GetExpiriesParams,
  resolveExpireMode,
  REVOCATIONS_MAX,
  type RetrieveParams,
  type RevokeParams,
  type StoreParams,
} from '@sotto/protocol/rpc'
import { type AccountBytes, isPublicOutbox } from '@sotto/protocol/swarm'

export interface KeptMessage {
  readonly hash: string
  readonly data: Uint8Array
  readonly timestampMs: number
  readonly expiryMs: number
}

export class SimulatedStore {
  readonly #boxes = new Map<string, KeptMessage[]>()
  /** Tokens in hex, the newest last, as many as a node keeps. */
  readonly #revoked = new Map<string, readonly string[]>()
  /** How many messages one answer holds. */
  pageLength = 100

  store({ account, namespace, data, timestampMs, expiryMs }: StoreParams): {
    readonly hash: string
    readonly already: boolean
  } {
    const hash = deriveMessageHash({ account, namespace, data })
    const box = this.boxOf(account, namespace)
    const already = box.some((message) => message.hash === hash)
    if (!already && isPublicOutbox(namespace)) box.splice(0, box.length)
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

  /** The hashes whose end it changed; a token that may not delete only makes lives longer (trap 24). */
  expire(params: ExpireParams): readonly string[] {
    const mode = resolveExpireMode(params)
    if (!mode.ok) return []
    const updated: string[] = []
    for (const [key, box] of this.#boxes) {
      if (!key.startsWith(encodeHex(params.account))) continue
      for (const [place, message] of box.entries()) {
        const index = params.messages.indexOf(message.hash)
        const { expiryMs: asked } = params
        const expiryMs = typeof asked === 'number' ? asked : (asked[index] ?? 0)
        const isLater = expiryMs > message.expiryMs
        const isMeant = mode.value === 'set' || isLater === (mode.value === 'extend')
        if (index === -1 || !isMeant) continue
        updated.push(message.hash)
        box[place] = { ...message, expiryMs }
      }
    }
    return updated
  }

  /** Of all namespaces: our client asks for nothing else. */
  deleteAll({ account }: DeleteAllParams): readonly string[] {
    const deleted: string[] = []
    for (const [key, box] of this.#boxes)
      if (key.startsWith(encodeHex(account)))
        deleted.push(...box.splice(0, box.length).map(({ hash }) => hash))
    return deleted
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

  revoke({ account, tokens }: RevokeParams): object {
    const added = tokens.map(encodeHex)
    const known = this.#revokedOf(account).filter((token) => !added.includes(token))
    this.#revoked.set(encodeHex(account), [...known, ...added].slice(-REVOCATIONS_MAX))
    return {}
  }

  unrevoke({ account, tokens }: RevokeParams): object {
    const removed = new Set(tokens.map(encodeHex))
    const left = this.#revokedOf(account).filter((token) => !removed.has(token))
    this.#revoked.set(encodeHex(account), left)
    return { count: tokens.length }
  }

  isRevoked(account: AccountBytes, token: Uint8Array): boolean {
    return this.#revokedOf(account).includes(encodeHex(token))
  }

  listRevoked(account: AccountBytes): readonly Uint8Array[] {
    return this.#revokedOf(account).flatMap((token) => decodeHex(token) ?? [])
  }

  #revokedOf(account: AccountBytes): readonly string[] {
    return this.#revoked.get(encodeHex(account)) ?? []
  }

  boxOf(account: AccountBytes, namespace = 0): KeptMessage[] {
    const key = `${encodeHex(account)}/${namespace}`
    const box = this.#boxes.get(key) ?? []
    this.#boxes.set(key, box)
    return box
  }
}
