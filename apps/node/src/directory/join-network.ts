/**
 * How a node becomes known (spec 07 §11.4): one that nobody lists asks seeds for the epoch document, and tells the authorities
 * of itself over HTTPS, because links are for nodes that are listed. One that is listed under another address, or that
 * wants to leave, tells everybody over links.
 *
 * @module
 */
import { request } from 'node:https'
import { createSecureContext } from 'node:tls'
import { concatBytes, equalBytes } from '@sotto/crypto/bytes'
import type { Cancel } from '@sotto/protocol/clock'
import {
  EPOCH_BYTES_MAX,
  hashHybridKey,
  isEpochNode,
  type NodePorts,
  type NodeRecord,
} from '@sotto/protocol/directory'
import type { NodeBase } from '../node-base.ts'
import { DIRECTORY_PATH } from './directory-routes.ts'
import type { DirectorySync } from './directory-sync.ts'
import { createOwnDescriptor, listRoles } from './own-descriptor.ts'

export interface JoinOptions {
  readonly base: Pick<NodeBase, 'config' | 'identity' | 'clock' | 'keeper' | 'events'>
  readonly sync: Pick<DirectorySync, 'spread'>
  readonly ports: NodePorts
}

const RETRY_MS_MAX = 5000
const RETRIES_PER_EPOCH = 4
const TIMEOUT_MS = 5000
/** One for all announcements: making it takes as long as half a handshake. */
const CONTEXT = createSecureContext()

export class NetworkMembership implements Disposable {
  readonly #options: JoinOptions
  #descriptor: Uint8Array | undefined
  #issuedAt = 0
  #isLeaving = false
  #isStopped = false
  #cancelTimer: Cancel = () => undefined

  constructor(options: JoinOptions) {
    this.#options = options
  }

  get isLeaving(): boolean {
    return this.#isLeaving
  }

  start(): void {
    const { base, ports } = this.#options
    const { config, identity, clock, keeper } = base
    const nowMs = Math.round(clock.now())
    keeper.keepOwn(createOwnDescriptor({ config, identity, ports, nowMs, isLeaving: false }))
    this.#pulse()
  }

  /** Asks to be let go: the swarm takes over what this node keeps, then the directory drops it. */
  leave(): void {
    this.#isLeaving = true
    this.#descriptor = undefined
    this.#announce()
  }

  [Symbol.dispose](): void {
    this.#isStopped = true
    this.#cancelTimer()
  }

  #pulse(): void {
    if (this.#isStopped) return
    const { clock, keeper } = this.#options.base
    this.#announce()
    const epochMs = keeper.document?.content.epochMs ?? RETRY_MS_MAX
    const retryMs = Math.min(epochMs / RETRIES_PER_EPOCH, RETRY_MS_MAX)
    this.#cancelTimer = clock.after(retryMs, () => this.#pulse())
  }

  #announce(): void {
    const { base, sync } = this.#options
    const { keeper, identity, config } = base
    const own = keeper.known?.findByEd25519(identity.signing.publicKey)
    if (keeper.known === undefined) {
      for (const url of config.seeds) void this.#askSeed(url)
      return
    }
    if (own === undefined) {
      if (this.#isLeaving) return
      for (const node of this.#listAuthorityNodes()) void postDescriptor(node, this.#describe())
      return
    }
    if (!this.#isNews(own)) return
    this.#answerOther(own)
    const descriptor = this.#describe()
    const taken = keeper.describe(descriptor)
    if (taken.ok && taken.value) sync.spread(descriptor)
    // The authorities need it for the next document, whoever else hears of it.
    for (const node of this.#listAuthorityNodes()) void postDescriptor(node, descriptor)
  }

  /** Whether the network's document says something else than the node would. */
  #isNews(own: NodeRecord): boolean {
    const { base, ports } = this.#options
    const { config, keeper, identity } = base
    const listed = keeper.listed(identity.signing.publicKey)
    if (listed === undefined || !isEpochNode(own)) return false
    if (this.#isLeaving) return listed.state !== 'leaving' && listed.state !== 'left'
    const isSameAddress =
      listed.host === (config.publicHost ?? config.host) &&
      listed.ports.https === ports.https &&
      listed.ports.web === ports.web &&
      listed.ports.peer === ports.peer
    const isSameHybrid = equalBytes(listed.hybridHash, hashHybridKey(identity.hybrid.publicKey))
    return !isSameAddress || !isSameHybrid || listed.roles.join() !== listRoles(config).join()
  }

  /** Somebody else has used this node's key, and was the last to say where it is; at most one answer in an epoch. */
  #answerOther(own: NodeRecord): void {
    const { clock, keeper } = this.#options.base
    const epochMs = keeper.document?.content.epochMs ?? RETRY_MS_MAX
    const isOther = isEpochNode(own) && own.describedAt > this.#issuedAt
    if (!isOther || clock.now() - this.#issuedAt < epochMs) return
    this.#issuedAt = own.describedAt
    this.#descriptor = undefined
  }

  /** Made once for each thing that there is to say, so that repeating it is no news. */
  #describe(): Uint8Array {
    if (this.#descriptor !== undefined) return this.#descriptor
    const { base, ports } = this.#options
    const { config, identity, clock } = base
    this.#issuedAt = Math.max(Math.round(clock.now()), this.#issuedAt + 1)
    const nowMs = this.#issuedAt
    this.#descriptor = createOwnDescriptor({
      config,
      identity,
      ports,
      nowMs,
      isLeaving: this.#isLeaving,
    })
    return this.#descriptor
  }

  async #askSeed(url: string): Promise<void> {
    const { keeper, events } = this.#options.base
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      const response = await fetch(`${url}${DIRECTORY_PATH}epoch`, { signal })
      const bytes = response.ok ? await readBounded(response, EPOCH_BYTES_MAX) : undefined
      const place = bytes === undefined ? undefined : keeper.accept(bytes)
      if (place?.ok === false) events.directoryRefused(place.error.code)
    } catch {
      // Another seed may answer, and this one later.
    }
  }

  #listAuthorityNodes(): readonly NodeRecord[] {
    const nodes = this.#options.base.keeper.known?.nodes ?? []
    return nodes.filter(({ roles }) => roles.includes('directory'))
  }
}

/** A header may be left out, so what counts is what comes. Undefined when it is too much. */
async function readBounded(response: Response, bytesMax: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  const body: AsyncIterable<Uint8Array> | null = response.body
  if (body === null) return undefined
  // Leaving the loop cancels the body.
  for await (const chunk of body) {
    length += chunk.length
    if (length > bytesMax) return undefined
    chunks.push(chunk)
  }
  return concatBytes(chunks)
}

/** Its answer does not matter: the next document shows whether it was taken. */
function postDescriptor({ host, ports }: NodeRecord, descriptor: Uint8Array): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const options = {
    host,
    port: ports.https,
    path: `${DIRECTORY_PATH}announce`,
    method: 'POST',
    headers: { 'content-length': descriptor.length },
    agent: false as const,
    secureContext: CONTEXT,
    // The descriptor is public and proves itself; there is nothing to keep from whoever answers here.
    rejectUnauthorized: false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }
  const outgoing = request(options)
  outgoing.on('response', (response) => {
    response.resume()
    resolve()
  })
  outgoing.on('error', () => resolve())
  outgoing.end(descriptor)
  return promise
}
