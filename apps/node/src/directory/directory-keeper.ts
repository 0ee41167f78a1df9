/**
 * The directory that a node works with (spec 07 §10): the epoch in force, with what nodes have said of themselves since. It
 * takes documents and descriptors from anybody, because both prove themselves, and tells the rest of the node when
 * the view has changed. Where they come from is `directory-sync.ts`.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import type { Cancel, Clock } from '@sotto/protocol/clock'
import {
  type AuthoritySet,
  createDirectoryFromEpoch,
  decodeDescriptor,
  decodeEpochDocument,
  type Directory,
  encodeEpochDocument,
  type EpochDocument,
  type EpochNode,
  type EpochPlace,
  EpochTracker,
  type Equivocation,
  type Freshness,
  isFromFuture,
  type SignedDescriptor,
} from '@sotto/protocol/directory'
import { ProtocolError } from '@sotto/protocol/errors'

export interface DirectoryKeeperOptions {
  readonly network: Uint8Array
  readonly authorities: AuthoritySet
  readonly clock: Clock
}

/** Told after each change; `document` is the epoch in force. */
export type DirectoryListener = (directory: Directory, document: EpochDocument) => void

const LOOPBACK_PREFIX = '127.'

export class DirectoryKeeper implements Disposable {
  readonly #clock: Clock
  readonly #tracker: EpochTracker
  readonly #listeners = new Set<DirectoryListener>()
  /** By Ed25519 key in hex: the newest descriptor that was seen of each listed node. */
  #own: SignedDescriptor | undefined
  readonly #descriptors = new Map<string, SignedDescriptor>()
  #document: EpochDocument | undefined
  /** Kept: everybody asks for the same. */
  #encoded: { readonly document: EpochDocument; readonly bytes: Uint8Array } | undefined
  #listed: ReadonlyMap<string, EpochNode> = new Map()
  #directory: Directory | undefined
  #hosts: ReadonlySet<string> = new Set()
  #cancelTimer: Cancel = () => undefined

  constructor({ network, authorities, clock }: DirectoryKeeperOptions) {
    this.#clock = clock
    this.#tracker = new EpochTracker({ network, authorities })
  }

  /** Undefined before the first document, and when the last one has expired. */
  get current(): Directory | undefined {
    this.#refresh()
    return this.freshness === 'expired' ? undefined : this.#directory
  }

  /**
   * The same however old it is. For nodes among themselves: after a long outage they could otherwise not even meet to make
   * the next document.
   */
  get known(): Directory | undefined {
    this.#refresh()
    return this.#directory
  }

  /** The document of `known`. */
  get document(): EpochDocument | undefined {
    this.#refresh()
    return this.#document
  }

  /** A node as the document has it, whatever it said of itself since. */
  listed(ed25519: Uint8Array): EpochNode | undefined {
    this.#refresh()
    return this.#listed.get(encodeHex(ed25519))
  }

  /** The last document that is held, which may not have begun. */
  get newest(): EpochDocument | undefined {
    return this.#tracker.upcoming(this.#clock.now()).at(-1) ?? this.document
  }

  get freshness(): Freshness {
    return this.#tracker.freshness(this.#clock.now())
  }

  /** Proof against authorities that signed two documents of one epoch. */
  get equivocations(): readonly Equivocation[] {
    return this.#tracker.equivocations
  }

  subscribe(listener: DirectoryListener): Cancel {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Whether requests from this address come from a node. Never for loopback. */
  isNodeAddress(address: string): boolean {
    return this.#hosts.has(address)
  }

  accept(bytes: Uint8Array): Result<EpochPlace, ProtocolError> {
    const document = decodeEpochDocument(bytes)
    if (!document.ok) return document
    const place = this.#tracker.accept(document.value, this.#clock.now())
    if (place.ok) this.#follow()
    return place
  }

  /** Takes a document that this node kept over a restart, however old it is. */
  restore(bytes: Uint8Array): Result<void, ProtocolError> {
    const document = decodeEpochDocument(bytes)
    if (!document.ok) return document
    const restored = this.#tracker.restore(document.value)
    if (restored.ok) this.#refresh()
    return restored
  }

  /** True for a descriptor of a listed node that says more than what is known of it. */
  describe(bytes: Uint8Array): Result<boolean, ProtocolError> {
    const signed = decodeDescriptor(bytes)
    if (!signed.ok) return signed
    const { descriptor } = signed.value
    if (isFromFuture(descriptor, this.#clock.now())) {
      return err(new ProtocolError('descriptor_malformed', 'issued in the future'))
    }
    const key = encodeHex(descriptor.ed25519)
    if (!this.#isNewer(key, descriptor.issuedAt)) return ok(false)
    this.#descriptors.set(key, signed.value)
    this.#rebuild()
    return ok(true)
  }

  /** What this node says of itself, for whoever asks for its hybrid key before it had anything new to announce. */
  keepOwn(bytes: Uint8Array): void {
    const signed = decodeDescriptor(bytes)
    if (!signed.ok) throw signed.error
    this.#own = signed.value
  }

  /** The newest descriptor of a node that this node has seen. */
  descriptorOf(ed25519Hex: string): SignedDescriptor | undefined {
    const own = this.#own
    const isOwn = own !== undefined && encodeHex(own.descriptor.ed25519) === ed25519Hex
    return this.#descriptors.get(ed25519Hex) ?? (isOwn ? own : undefined)
  }

  /** The newest document for others; one that has expired is of no use to anybody. */
  encodeCurrent(): Uint8Array | undefined {
    const upcoming = this.#tracker.upcoming(this.#clock.now()).at(-1)
    const inForce = this.freshness === 'expired' ? undefined : this.document
    const newest = upcoming ?? inForce
    if (newest === undefined) return undefined
    if (this.#encoded?.document !== newest) {
      this.#encoded = { document: newest, bytes: encodeEpochDocument(newest) }
    }
    return this.#encoded.bytes
  }

  #isNewer(key: string, issuedAt: number): boolean {
    const listed = this.#listed.get(key)
    if (listed === undefined || issuedAt < listed.describedAt) return false
    const known = this.#descriptors.get(key)
    return known === undefined || issuedAt > known.descriptor.issuedAt
  }

  #refresh(): void {
    const document = this.#tracker.last(this.#clock.now())
    if (document === this.#document) return
    this.#document = document
    const nodes = document?.content.nodes ?? []
    this.#listed = new Map(nodes.map((node) => [encodeHex(node.ed25519), node]))
    for (const [key, { descriptor }] of this.#descriptors) {
      const describedAt = this.#listed.get(key)?.describedAt ?? Number.POSITIVE_INFINITY
      if (descriptor.issuedAt < describedAt) this.#descriptors.delete(key)
    }
    this.#rebuild()
  }

  #rebuild(): void {
    const document = this.#document
    this.#directory =
      document === undefined
        ? undefined
        : createDirectoryFromEpoch(document, [...this.#descriptors.values()])
    const hosts = (this.#directory?.nodes ?? []).map(({ host }) => host)
    // On loopback everybody has the same addresses, so they say nothing about who is a node.
    this.#hosts = new Set(hosts.filter((host) => !host.startsWith(LOOPBACK_PREFIX)))
    if (document === undefined || this.#directory === undefined) return
    for (const listener of this.#listeners) listener(this.#directory, document)
  }

  /** The next epoch begins whether or not anybody asks. A timer that is early only sets another one. */
  #follow(): void {
    this.#cancelTimer()
    this.#refresh()
    const nowMs = this.#clock.now()
    const next = this.#tracker.upcoming(nowMs)[0]
    if (next === undefined) return
    this.#cancelTimer = this.#clock.after(next.content.startsAt - nowMs, () => this.#follow())
  }

  [Symbol.dispose](): void {
    this.#cancelTimer()
  }
}
