/**
 * A device with a client of another make: it sends contents, with copies to the other devices of its account, fetches what came, and
 * reads and pushes configurations. It goes straight to the nodes, as one such client does.
 *
 * @module
 */

import { createForeignAccount, type ForeignAccount } from './foreign-account.ts'
import type { BtDict } from './foreign-bencode.ts'
import {
  CONFIGS,
  type ConfigDomain,
  EMPTY_CONFIG,
  type ForeignConfig,
  openConfig,
  reviseConfig,
  sealConfig,
} from './foreign-config.ts'
import { isMessage, type Message } from './foreign-protobuf.ts'
import {
  bootstrap,
  callStorage,
  findSwarmNodes,
  type ForeignNode,
  type Json,
  readList,
  readObject,
} from './foreign-rpc.ts'
import { type Dialect, type OpenedMessage, readMessage, writeMessage } from './foreign-seal.ts'
import { readTimeMs } from './system-clock.ts'

const CONTENT_TTL_MS = 14 * 86_400_000
const CONFIG_TTL_MS = 30 * 86_400_000
const INBOX = 0
/** Which part of a reply each namespace may fill: the half, or an eighth. */
const INBOX_SHARE = -2
const CONFIG_SHARE = -8
const DOMAINS = ['UserProfile', 'Contacts', 'ConvoInfoVolatile'] as const

export interface ForeignDeviceOptions {
  /** Sixteen bytes, of an account that exists already. */
  readonly secret?: Uint8Array
  readonly dialect?: Dialect
}

interface Stored {
  readonly hash: string
  readonly data: Buffer
}

interface KnownConfig {
  readonly config: ForeignConfig
  /** Under which the swarm keeps it and what came before. */
  readonly hashes: readonly string[]
}

export class ForeignDevice {
  readonly account: ForeignAccount
  readonly #nodes: readonly ForeignNode[]
  readonly #dialect: Dialect
  readonly #seen = new Set<string>()
  readonly #configs = new Map<ConfigDomain, KnownConfig>()
  #lastSentMs = 0

  private constructor(
    nodes: readonly ForeignNode[],
    { secret, dialect = 'newest' }: ForeignDeviceOptions,
  ) {
    this.account = createForeignAccount(secret)
    this.#nodes = nodes
    this.#dialect = dialect
  }

  static async join(seedUrl: string, options: ForeignDeviceOptions = {}): Promise<ForeignDevice> {
    return new ForeignDevice((await bootstrap(seedUrl)).nodes, options)
  }

  get id(): string {
    return this.account.accountId
  }

  get nodes(): readonly ForeignNode[] {
    return this.#nodes
  }

  config(domain: ConfigDomain): ForeignConfig {
    return this.#configs.get(domain)?.config ?? EMPTY_CONFIG
  }

  /** The time that the next content will bear, for those that repeat it. */
  takeTimeMs(): number {
    this.#lastSentMs = Math.max(readTimeMs(), this.#lastSentMs + 1)
    return this.#lastSentMs
  }

  /** Gives the time that names what was sent. What is a data message is copied to the other devices. */
  async send(to: string, content: Message, ttlMs: number = CONTENT_TTL_MS): Promise<number> {
    const { sigTimestamp = this.takeTimeMs() } = content
    const sent = { ...content, sigTimestamp }
    if (to !== this.id) await this.#storeContent(to, sent, ttlMs)
    const { dataMessage } = content
    if (isMessage(dataMessage)) {
      const { profile: _, ...rest } = dataMessage
      const copy = { ...sent, dataMessage: { ...rest, syncTarget: to } }
      this.#seen.add(await this.#storeContent(this.id, copy, ttlMs))
    } else if (to === this.id) await this.#storeContent(to, sent, ttlMs)
    return Number(sigTimestamp)
  }

  /** What is new in the inbox, from every member of the swarm; configurations are kept when they are newer. */
  async receive(): Promise<readonly OpenedMessage[]> {
    const members = await findSwarmNodes(this.#nodes, this.id)
    const replies = await Promise.all(members.map((member) => this.#poll(member)))
    const stored = new Map(replies.flat().map((message) => [message.hash, message]))
    const unseen = [...stored.values()].filter(({ hash }) => !this.#seen.has(hash))
    for (const { hash } of unseen) this.#seen.add(hash)
    return unseen
      .map(({ data }) => readMessage(this.account, data))
      .toSorted((a, b) => a.timestamp - b.timestamp)
  }

  /** Changes a configuration as the newest one that was received says, for all devices of the account. */
  async pushConfig(domain: ConfigDomain, change: (data: BtDict) => BtDict): Promise<void> {
    const current = this.config(domain)
    const config = reviseConfig(current, change(current.data))
    const obsolete = this.#configs.get(domain)?.hashes ?? []
    const place = { namespace: CONFIGS[domain].namespace, ttl: CONFIG_TTL_MS }
    const store = this.#writeStore(this.id, sealConfig(this.account, domain, config), place)
    const requests = [{ method: 'store', params: store }, ...this.#writeDelete(obsolete)]
    const [hash] = await this.#callInSequence(this.id, requests)
    this.#configs.set(domain, { config, hashes: [String(hash)] })
  }

  /** Gives the hash under which the recipient's swarm keeps it. */
  async #storeContent(to: string, content: Message, ttl: number): Promise<string> {
    const data = writeMessage(this.account, to, { content, dialect: this.#dialect })
    const params = this.#writeStore(to, data, { namespace: INBOX, ttl })
    const [hash] = await this.#callInSequence(to, [{ method: 'store', params }])
    return String(hash)
  }

  #writeStore(
    to: string,
    data: Buffer,
    { namespace, ttl }: { readonly namespace: number; readonly ttl: number },
  ): Json {
    const timestamp = readTimeMs()
    const params = { pubkey: to, timestamp, ttl, namespace, data: data.toString('base64') }
    if (namespace === INBOX) return params
    const signature = this.account.sign('store', namespace, timestamp)
    return { ...params, pubkey_ed25519: this.account.ed25519, signature }
  }

  #writeDelete(messages: readonly string[]): readonly Json[] {
    if (messages.length === 0) return []
    const signature = this.account.sign('delete', ...messages)
    const owner = { pubkey: this.id, pubkey_ed25519: this.account.ed25519 }
    return [{ method: 'delete', params: { ...owner, messages, signature } }]
  }

  /** Gives the hash of each answer that has one. */
  async #callInSequence(to: string, requests: readonly Json[]): Promise<readonly unknown[]> {
    const [member] = await findSwarmNodes(this.#nodes, to)
    if (member === undefined) throw new Error('the swarm is empty')
    const { json } = await callStorage(member, 'sequence', { requests })
    const results = readList(json, 'results')
    const isDone = results.every(({ code }) => code === 200)
    if (!isDone || results.length !== requests.length) throw new Error(JSON.stringify(results))
    return results.map((result) => readObject(result, 'body')['hash'])
  }

  /** All namespaces in one request. Gives the messages of the inbox. */
  async #poll(member: ForeignNode): Promise<readonly Stored[]> {
    const spaces = DOMAINS.map((domain) => CONFIGS[domain].namespace)
    const requests = [INBOX, ...spaces].map((namespace) => this.#writeRetrieve(namespace))
    const { json } = await callStorage(member, 'batch', { requests })
    const [inbox = [], ...configs] = readList(json, 'results').map(readStored)
    DOMAINS.forEach((domain, index) => {
      this.#adopt(domain, configs[index] ?? [])
    })
    return inbox
  }

  #writeRetrieve(namespace: number): Json {
    const timestamp = readTimeMs()
    const signature = this.account.sign('retrieve', namespace === INBOX ? '' : namespace, timestamp)
    const params = {
      pubkey: this.id,
      pubkey_ed25519: this.account.ed25519,
      namespace,
      max_size: namespace === INBOX ? INBOX_SHARE : CONFIG_SHARE,
      timestamp,
      signature,
    }
    return { method: 'retrieve', params }
  }

  #adopt(domain: ConfigDomain, stored: readonly Stored[]): void {
    for (const { hash, data } of stored) {
      const known = this.#configs.get(domain)
      if (known?.hashes.includes(hash) === true) continue
      const config = openConfig(this.account, domain, data)
      const newest = known === undefined || config.seqno > known.config.seqno
      const hashes = [...(known?.hashes ?? []), hash]
      this.#configs.set(domain, { config: newest ? config : known.config, hashes })
    }
  }
}

function readStored(result: Json): readonly Stored[] {
  if (result['code'] !== 200) throw new Error(JSON.stringify(result))
  const body = readObject(result, 'body')
  if (body['more'] === true) throw new Error('more than this client reads')
  return readList(body, 'messages').map(({ hash, data }) => ({
    hash: String(hash),
    data: Buffer.from(String(data), 'base64'),
  }))
}
