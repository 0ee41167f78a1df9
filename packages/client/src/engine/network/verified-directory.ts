/**
 * Who the nodes are, from epoch documents that the network's authorities signed (spec 07 §10). Whoever hands a document over
 * need not be trusted: an older one, a forged one or one of another network is refused, and somebody else is believed.
 *
 * @module
 */
import { decodeBase64, encodeBase64, encodeHex } from '@sotto/crypto/bytes'
import { type Result, err, ok } from '@sotto/crypto/result'
import {
  type AuthoritySet,
  countSignatures,
  createDirectoryFromEpoch,
  decodeEpochDocument,
  type Directory,
  encodeEpochDocument,
  EPOCH_MS_MIN,
  type EpochDocument,
  EpochTracker,
  type Equivocation,
  type Freshness,
} from '@sotto/protocol/directory'
import type { ProtocolErrorCode } from '@sotto/protocol/errors'
import { type AccountBytes, encodeSwarmId } from '@sotto/protocol/swarm'
import { ClientError } from '../../errors.ts'
import type { StateStore, Transport } from '../../ports/index.ts'
import type { NetworkTime } from './network-clock.ts'
import type { NetworkNode } from './network-node.ts'
import { toNetworkNode } from './network-node.ts'

export interface DirectoryTrust {
  /** The network's 16 bytes. */
  readonly network: Uint8Array
  readonly authorities: AuthoritySet
  /** Web addresses of nodes that are asked for the document, without a path. */
  readonly urls: readonly string[]
}

export interface VerifiedDirectoryParts {
  readonly transport: Transport
  readonly state: StateStore
  readonly time: NetworkTime
  /** Tells the remembered documents of several networks apart. */
  readonly scope: string
}

export interface SignedSwarm {
  /** Lower-case hex without padding. */
  readonly id: string
  /** Ed25519 keys in hex; nobody where no node is in a swarm. */
  readonly memberIds: readonly string[]
}

export interface DirectoryStatus {
  readonly epoch: number
  readonly freshness: Freshness
  /** How many of the authorities signed. */
  readonly signatures: number
  readonly authorities: number
  readonly threshold: number
  /** Authorities that signed two documents of one epoch, as far as this client saw both. */
  readonly equivocations: number
}

const PATH = '/directory/v1/epoch'
const TIMEOUT_MS = 10_000
/** Spec 07 §11.5. */
const RENEWALS_PER_EPOCH = 8
const HTTP_OK = 200

/** What says that our clock is wrong, or theirs. */
const CLOCK_CODES: ReadonlySet<ProtocolErrorCode> = new Set(['epoch_future'])

type Answer = 'taken' | 'unreachable' | ProtocolErrorCode

export class VerifiedDirectory {
  readonly #parts: VerifiedDirectoryParts
  readonly #trust: DirectoryTrust
  readonly #tracker: EpochTracker
  #isRecalled = false
  /** Of the document that was looked up in last: its swarms are sorted once. */
  #directory: Directory | undefined
  #renewedAtMs = Number.NEGATIVE_INFINITY

  constructor(parts: VerifiedDirectoryParts, trust: DirectoryTrust) {
    this.#parts = parts
    this.#trust = trust
    const { network, authorities } = trust
    this.#tracker = new EpochTracker({ network, authorities })
  }

  /** What an earlier run left behind; empty if that has expired. It is remembered all the same, so that no older one is taken. */
  async recall(): Promise<readonly NetworkNode[]> {
    if (!this.#isRecalled) {
      this.#isRecalled = true
      const text = await this.#parts.state.read(this.#stateName())
      const bytes = text === undefined ? undefined : decodeBase64(text)
      const document = bytes && decodeEpochDocument(bytes)
      if (document?.ok === true) this.#tracker.restore(document.value)
    }
    return this.#listNodes()
  }

  /** Asks everybody at once and gives the nodes of the newest document that holds. */
  async update(): Promise<Result<readonly NetworkNode[], ClientError>> {
    await this.recall()
    const answers = await Promise.all(this.#trust.urls.map((url) => this.#ask(url)))
    const reached = answers.filter((answer) => answer !== 'unreachable')
    const nodes = this.#listNodes()
    // What is held is in force all the same when nobody has a newer one, or only a forged one.
    if (nodes.length > 0) {
      await this.#remember()
      return ok(nodes)
    }
    if (reached.length === 0) return err(new ClientError('no_nodes', `${answers.length} asked`))
    if (reached.every((answer) => answer !== 'taken' && CLOCK_CODES.has(answer)))
      return err(new ClientError('clock_out_of_sync', 'documents begin in the future'))
    const isOld = reached.every((answer) => answer === 'epoch_expired' || answer === 'epoch_older')
    return err(
      new ClientError(
        isOld ? 'directory_expired' : 'directory_refused',
        [...new Set(reached)].join(', '),
      ),
    )
  }

  /**
   * The swarm of an account by the epoch in force (spec 07 §11.5), which no node can change by its word. `undefined` while
   * no document is in force.
   */
  swarmOf(account: AccountBytes): SignedSwarm | undefined {
    const document = this.#tracker.current(this.#parts.time.now())
    if (document === undefined) return undefined
    if (this.#directory?.hash !== encodeHex(document.hash)) {
      this.#directory = createDirectoryFromEpoch(document, [])
    }
    const { id, members } = this.#directory.swarmOf(account)
    return { id: encodeSwarmId(id), memberIds: members.map(({ ed25519 }) => encodeHex(ed25519)) }
  }

  /** Whether a node's contradiction is to be looked into now: a liar must not make a client ask all the time (spec 07 §11.5). */
  claimRenewal(): boolean {
    const nowMs = this.#parts.time.now()
    const epochMs = this.#tracker.last(nowMs)?.content.epochMs ?? EPOCH_MS_MIN
    if (Math.abs(nowMs - this.#renewedAtMs) < epochMs / RENEWALS_PER_EPOCH) return false
    this.#renewedAtMs = nowMs
    return true
  }

  /** Whether a newer document is to be expected by now. */
  get isSuperseded(): boolean {
    const nowMs = this.#parts.time.now()
    const document = this.#tracker.last(nowMs)
    if (document === undefined) return true
    const { startsAt, epochMs } = document.content
    return nowMs >= startsAt + 2 * epochMs
  }

  get status(): DirectoryStatus | undefined {
    const nowMs = this.#parts.time.now()
    const document = this.#tracker.last(nowMs)
    if (document === undefined) return undefined
    const { authorities } = this.#trust
    return {
      epoch: document.content.epoch,
      freshness: this.#tracker.freshness(nowMs),
      signatures: countSignatures(document, authorities),
      authorities: authorities.keys.length,
      threshold: authorities.threshold,
      equivocations: this.equivocations.length,
    }
  }

  /** Proofs against authorities that signed two documents of one epoch. */
  get equivocations(): readonly Equivocation[] {
    return this.#tracker.equivocations
  }

  /** The newest document may be of an epoch that has not begun; who has no other asks for the one before it (spec 07 §11.4). */
  async #ask(url: string): Promise<Answer> {
    const answer = await this.#fetch(url, PATH)
    const nowMs = this.#parts.time.now()
    const [next] = this.#tracker.upcoming(nowMs)
    const isInForce = this.#tracker.current(nowMs) !== undefined
    if (answer !== 'taken' || isInForce || next === undefined) return answer
    return this.#fetch(url, `${PATH}/${next.content.epoch - 1}`)
  }

  async #fetch(url: string, path: string): Promise<Answer> {
    const address = `${url.replace(/\/+$/u, '')}${path}`
    const reply = await this.#parts.transport.get({ url: address, timeoutMs: TIMEOUT_MS })
    if (!reply.ok || reply.value.status !== HTTP_OK) return 'unreachable'
    const document = decodeEpochDocument(reply.value.body)
    if (!document.ok) return document.error.code
    const place = this.#tracker.accept(document.value, this.#parts.time.now())
    return place.ok ? 'taken' : place.error.code
  }

  async #remember(): Promise<void> {
    const document = this.#tracker.last(this.#parts.time.now())
    if (document === undefined) return
    await this.#parts.state.write(this.#stateName(), encodeBase64(encodeEpochDocument(document)))
  }

  /** Those that carry and keep messages, by the epoch in force. */
  #listNodes(): readonly NetworkNode[] {
    const document = this.#tracker.current(this.#parts.time.now())
    return document === undefined ? [] : listUsable(document)
  }

  #stateName(): string {
    return `${this.#parts.scope}/epoch`
  }
}

function listUsable({ content }: EpochDocument): readonly NetworkNode[] {
  return content.nodes
    .filter(({ state }) => state === 'active' || state === 'leaving')
    .map(({ ed25519, x25519, host, ports }) =>
      toNetworkNode({ ed25519, x25519, host, httpsPort: ports.https, webPort: ports.web }),
    )
}
