/**
 * A token bucket for each source address (ADR 0005): short bursts pass, a steady flood does not.
 *
 * The table is bounded: the bucket that was idle longest goes first. An attacker with more addresses than
 * the table has places is limited by the connection limits, not by this.
 *
 * @module
 */
import { isIPv6 } from 'node:net'
import type { Clock } from '@sotto/protocol/clock'

export interface RateLimitOptions {
  readonly burst: number
  readonly perSecond: number
  /** For addresses of nodes, which carry the requests of many clients. */
  readonly perSecondNode: number
  readonly isNode: (address: string) => boolean
  readonly sourcesMax?: number
  readonly clock: Clock
}

interface Bucket {
  tokens: number
  refilledAtMs: number
}

const SOURCES_MAX = 65_536
const MS_PER_SECOND = 1000
const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i
const IPV6_PREFIX_GROUPS = 4

/** A customer of IPv6 has a /64 at least, and could otherwise use each of its addresses once. */
export function formatSource(address: string): string {
  // Nearly every request: no pattern needs to be tried.
  if (!address.includes(':')) return address
  const ipv4 = MAPPED_IPV4.exec(address)?.[1]
  if (ipv4 !== undefined || !isIPv6(address)) return ipv4 ?? address
  const [head = '', tail = ''] = address.split('::')
  const leading = head === '' ? [] : head.split(':')
  const trailing = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - leading.length - trailing.length) }, () => '0')
  const groups = address.includes('::') ? [...leading, ...zeros, ...trailing] : leading
  return groups
    .slice(0, IPV6_PREFIX_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

export class RateLimit {
  readonly #options: RateLimitOptions
  readonly #buckets = new Map<string, Bucket>()

  constructor(options: RateLimitOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#buckets.size
  }

  /** Takes a token of this address; false when there is none. */
  take(address: string): boolean {
    const source = formatSource(address)
    const bucket = this.#buckets.get(source) ?? this.#createBucket()
    // Set again at the end of the map, whose order then is the order of use.
    this.#buckets.delete(source)
    this.#buckets.set(source, bucket)
    this.#evict()
    this.#refill(bucket, source)
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }

  #createBucket(): Bucket {
    return { tokens: this.#options.burst, refilledAtMs: this.#options.clock.now() }
  }

  #refill(bucket: Bucket, source: string): void {
    const { burst, clock, isNode } = this.#options
    const perSecond = isNode(source) ? this.#options.perSecondNode : this.#options.perSecond
    const now = clock.now()
    const elapsedMs = Math.max(0, now - bucket.refilledAtMs)
    bucket.tokens = Math.min(burst, bucket.tokens + (elapsedMs * perSecond) / MS_PER_SECOND)
    bucket.refilledAtMs = now
  }

  #evict(): void {
    if (this.#buckets.size <= (this.#options.sourcesMax ?? SOURCES_MAX)) return
    const [oldest] = this.#buckets.keys()
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }
}
