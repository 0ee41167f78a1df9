/**
 * Keeps this node's records what its swarm's are (spec 10 §9): catches up after a start or a move, repairs what a member missed,
 * compares with one other in each epoch, and hands foreign records over. One thing after the other, so that a swarm in
 * trouble is not made busier by its repair.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { Randomness } from '@sotto/crypto/randomness'
import type { Cancel, Clock } from '@sotto/protocol/clock'
import { type Directory, isEpochNode, type NodeRecord } from '@sotto/protocol/directory'
import {
  encodeChangeHashKey,
  encodeMessageKey,
  type KeySet,
  type ReceivedRecord,
  type RecordKey,
} from '@sotto/protocol/replication'
import { type AccountBytes, INVALID_SWARM_ID } from '@sotto/protocol/swarm'
import type { DirectoryKeeper } from '../directory/directory-keeper.ts'
import type { AnswerCommand } from '../link/link-answer.ts'
import { pickRandom } from '../pick-random.ts'
import { CHANGE_MEANING } from '../store/change-meaning.ts'
import type { RecordStore } from '../store/record-store.ts'
import type { PeerClient } from '../swarm/peer-client.ts'
import { AccountFetch } from './account-fetch.ts'
import { type Admitted, admitRecords } from './admit-records.ts'
import { catchUp } from './catch-up.ts'
import { CatchUpState } from './catch-up-state.ts'
import { type CompareWith, createCompareWith } from './compare-with.ts'
import { countUnconfirmed, handOver, type HandOverParts } from './hand-over.ts'
import { KeyCache } from './key-cache.ts'
import { createRecordReader, createKeySet } from './read-records.ts'
import { isSyncing } from './is-syncing.ts'
import { RecordFetcher } from './record-fetcher.ts'
import { scanKeys } from './record-scan.ts'
import { createReplicationCommands } from './replication-commands.ts'

export interface ReplicationEvents {
  readonly caughtUp: () => void
  readonly recordsRepaired: (fetched: number, delivered: number) => void
  readonly recordsHandedOver: (count: number) => void
  readonly mistake: (error: unknown) => void
}

export interface ReplicationOptions {
  readonly records: RecordStore
  readonly keeper: DirectoryKeeper
  readonly peers: PeerClient
  readonly clock: Clock
  readonly randomness: Randomness
  /** Ed25519. */
  readonly ownKey: Uint8Array
  readonly events: ReplicationEvents
}

/** Pulses in an epoch; the first after which there is something to do does it. */
const PULSES_PER_EPOCH = 8
const PULSE_MS_MIN = 250
const PULSE_MS_MAX = 5000
const HOLDERS_ASKED = 2

export class ReplicationService implements Disposable {
  readonly #options: ReplicationOptions
  readonly #state: CatchUpState
  readonly #cache: KeyCache
  readonly #accounts: AccountFetch
  readonly #compareWith: CompareWith
  /** Ed25519 in hex of members that missed something which this node knows of. */
  readonly #behind = new Set<string>()
  readonly #reconciledMs = new Map<string, number>()
  #mayHaveForeign = true
  #foreign = 0
  #unconfirmed: number | undefined
  #confirmedEpoch: number | undefined
  #comparedEpoch: number | undefined
  #movedBytes = 0
  #isWorking = false
  #isStopped = false
  #cancelTimer: Cancel = () => undefined
  #cancelSubscription: Cancel = () => undefined

  constructor(options: ReplicationOptions) {
    this.#options = options
    const { peers, clock, randomness } = options
    this.#state = new CatchUpState(options.ownKey)
    this.#cache = new KeyCache(clock, (swarm) => this.#scan(swarm))
    const onMoved = (bytes: number): void => void (this.#movedBytes += bytes)
    const admit = (records: readonly ReceivedRecord[]): Promise<Admitted> => this.#admit(records)
    const reader = this.#createReader((account) => this.#isOwn(account))
    const has = (key: RecordKey): boolean => reader.has(key)
    const fetcher = new RecordFetcher({ peers, clock, has, admit, onMoved })
    this.#accounts = new AccountFetch({
      peers,
      fetcher,
      holdersOf: (account) => this.#state.holdersOf(account),
      pick: (holders) => pickRandom(holders, HOLDERS_ASKED, randomness),
      ownSwarm: () => this.#ownSwarm(),
      has,
    })
    this.#compareWith = createCompareWith({
      peers,
      scan: (swarm) => this.#scan(swarm),
      reader,
      fetcher,
      isSyncing: (peer) => this.#isSyncing(peer),
      onMoved,
    })
  }

  get commands(): readonly (readonly [number, AnswerCommand])[] {
    return createReplicationCommands({
      directory: () => this.#options.keeper.current,
      scan: (swarm) => this.#cache.get(swarm),
      createReader: (counts) => this.#createReader(counts),
      listAccount: (account) => this.#listAccount(account),
      admit: (records) => this.#admit(records),
      onMoved: (bytes) => void (this.#movedBytes += bytes),
    })
  }

  /** Bytes of records that went over links, both ways. */
  get movedBytes(): number {
    return this.#movedBytes
  }

  get isCaughtUp(): boolean {
    return this.#state.isCaughtUp
  }

  /** Members that missed something which this node has still to give them. */
  get behindCount(): number {
    return this.#behind.size
  }

  /** Of a node that leaves: records that were not yet found to be kept by two others. Undefined before the first count. */
  get unconfirmed(): number | undefined {
    return this.#unconfirmed
  }

  /** When each member, by its key in hex, was last found to have the same records. */
  get reconciledMs(): ReadonlyMap<string, number> {
    return this.#reconciledMs
  }

  start(): void {
    const { keeper } = this.#options
    this.#cancelSubscription = keeper.subscribe((directory) => this.#enter(directory))
    if (keeper.current !== undefined) this.#enter(keeper.current)
    this.#arm()
  }

  [Symbol.dispose](): void {
    this.#isStopped = true
    this.#cancelTimer()
    this.#cancelSubscription()
  }

  /** Before an account is read from. Nothing to wait for once the node has caught up. */
  prepareAccount(account: AccountBytes): Promise<void> | undefined {
    return this.#state.isCaughtUp ? undefined : this.#accounts.prepare(account)
  }

  /** A member of the swarm did not answer a request that it must apply. */
  noteMissed(ed25519Hex: string): void {
    this.#behind.add(ed25519Hex)
  }

  #enter(directory: Directory): void {
    const wasCaughtUp = this.#state.isCaughtUp
    const { pending } = this.#state
    this.#cache.clear()
    const isBehind = this.#state.enter(directory)
    // Only who has something more to learn has to ask for an account again.
    if (pending !== this.#state.pending) this.#accounts.clear()
    if (isBehind || wasCaughtUp !== this.#state.isCaughtUp) {
      this.#mayHaveForeign = true
      this.#pulse()
    }
  }

  #arm(): void {
    if (this.#isStopped) return
    const epochMs = this.#options.keeper.document?.content.epochMs ?? PULSE_MS_MAX
    const pulseMs = Math.min(Math.max(epochMs / PULSES_PER_EPOCH, PULSE_MS_MIN), PULSE_MS_MAX)
    this.#cancelTimer = this.#options.clock.after(pulseMs, () => {
      this.#pulse()
      this.#arm()
    })
  }

  #pulse(): void {
    if (this.#isWorking || this.#isStopped) return
    this.#isWorking = true
    void this.#work()
      .catch(this.#options.events.mistake)
      .finally(() => {
        this.#isWorking = false
      })
  }

  async #work(): Promise<void> {
    const directory = this.#options.keeper.current
    const swarm = this.#ownSwarm()
    if (directory === undefined) return
    if (!this.#state.isCaughtUp) await this.#catchUp(swarm)
    if (this.#isStopped) return
    if (swarm !== INVALID_SWARM_ID) {
      await this.#repairBehind(directory, swarm)
      await this.#compareOnce(directory, swarm)
    }
    if (this.#mayHaveForeign && this.#state.isCaughtUp) await this.#handOverForeign(directory)
    await this.#confirmIfLeaving(directory, swarm)
  }

  /** Who is let go in three epochs must know before whether others have everything (spec 08 §4.4). */
  async #confirmIfLeaving(directory: Directory, swarm: bigint): Promise<void> {
    const own = directory.findByEd25519(this.#options.ownKey)
    if (own === undefined || !isEpochNode(own) || own.state !== 'leaving') return
    const epoch = this.#findEpoch(directory)
    if (this.#confirmedEpoch === epoch) return
    const others = directory.membersOf(swarm).filter((member) => member !== own)
    const keys = await this.#scan(swarm)
    const parts = this.#createHandOver((account) => directory.swarmOf(account).id === swarm)
    this.#unconfirmed = this.#foreign + (await countUnconfirmed(keys, others, parts))
    // Every key goes over the link, so that it is done again for what came in since, and no oftener.
    if (this.#unconfirmed === 0) this.#confirmedEpoch = epoch
  }

  #createHandOver(counts: (account: AccountBytes) => boolean): HandOverParts {
    const { peers, records, randomness } = this.#options
    const onMoved = (bytes: number): void => void (this.#movedBytes += bytes)
    return {
      peers,
      records,
      randomness,
      onMoved,
      isSyncing: (peer) => this.#isSyncing(peer),
      reader: this.#createReader(counts),
    }
  }

  async #catchUp(swarm: bigint): Promise<void> {
    const { randomness, events } = this.#options
    const parts = { state: this.#state, compareWith: this.#compareWith, randomness, swarm }
    if (!(await catchUp(parts)) || !this.#state.isCaughtUp) return
    this.#accounts.clear()
    this.#cache.clear()
    events.caughtUp()
  }

  async #repairBehind(directory: Directory, swarm: bigint): Promise<void> {
    for (const key of this.#behind) {
      const member = directory.findByEd25519(key)
      if (member?.swarm !== swarm) this.#behind.delete(key)
      else if (await this.#repair(member, swarm)) this.#behind.delete(key)
    }
  }

  /** With one other member in each epoch, whether or not anything seems to be wrong. */
  async #compareOnce(directory: Directory, swarm: bigint): Promise<void> {
    const epoch = this.#findEpoch(directory)
    if (this.#comparedEpoch === epoch || !this.#state.isCaughtUp) return
    const own = directory.findByEd25519(this.#options.ownKey)
    const others = directory.membersOf(swarm).filter((member) => member !== own)
    const [member] = pickRandom(others, 1, this.#options.randomness)
    if (member === undefined || (await this.#repair(member, swarm))) this.#comparedEpoch = epoch
  }

  /** The epoch by the clock: comparisons go on when documents do not come. */
  #findEpoch({ issuedAt, height }: Directory): number {
    const { keeper, clock } = this.#options
    const epochMs = keeper.document?.content.epochMs ?? PULSE_MS_MAX
    return height + Math.floor((clock.now() - issuedAt) / epochMs)
  }

  async #repair(member: NodeRecord, swarm: bigint): Promise<boolean> {
    const { isComplete, fetched, delivered } = await this.#compareWith(member, {
      swarm,
      delivers: true,
    })
    if (fetched + delivered > 0) this.#options.events.recordsRepaired(fetched, delivered)
    if (isComplete) {
      this.#reconciledMs.set(encodeHex(member.ed25519), Math.round(this.#options.clock.now()))
    }
    return isComplete
  }

  async #handOverForeign(directory: Directory): Promise<void> {
    const { records, clock, events } = this.#options
    const own = directory.findByEd25519(this.#options.ownKey)?.swarm
    let remaining = 0
    for (const swarm of await this.#findSwarmsKept(directory)) {
      if (swarm === own || swarm === INVALID_SWARM_ID) continue
      const counts = (account: AccountBytes): boolean => directory.swarmOf(account).id === swarm
      const keys = await scanKeys({ records, counts, nowMs: clock.now() })
      const parts = this.#createHandOver(counts)
      const forgotten = await handOver(keys, { directory, swarm }, parts)
      if (forgotten > 0) events.recordsHandedOver(forgotten)
      remaining += (await scanKeys({ records, counts, nowMs: clock.now() })).count
    }
    this.#foreign = remaining
    this.#mayHaveForeign = remaining > 0
  }

  #isSyncing(peer: NodeRecord): Promise<boolean> {
    const { peers, keeper } = this.#options
    return isSyncing(peer, { peers, epoch: keeper.document?.content.epoch ?? 0 })
  }

  /** By one reading: one for each swarm of a large network would take longer than anything else that a node does. */
  async #findSwarmsKept(directory: Directory): Promise<ReadonlySet<bigint>> {
    const { records, clock } = this.#options
    const swarms = new Set<bigint>()
    const note = (account: AccountBytes): boolean => {
      swarms.add(directory.swarmOf(account).id)
      return false
    }
    await scanKeys({ records, counts: note, nowMs: clock.now() })
    return swarms
  }

  #scan(swarm: bigint): Promise<KeySet> {
    const { records, keeper, clock } = this.#options
    const directory = keeper.current
    const counts = (account: AccountBytes): boolean => directory?.swarmOf(account).id === swarm
    return scanKeys({ records, counts, nowMs: clock.now() })
  }

  #createReader(counts: (account: AccountBytes) => boolean): ReturnType<typeof createRecordReader> {
    const { records, clock } = this.#options
    return createRecordReader(records, counts, () => clock.now())
  }

  #listAccount(account: AccountBytes): readonly RecordKey[] {
    const { records, clock } = this.#options
    const messages = records.listMessages(account, clock.now()).map(encodeMessageKey)
    const changes = records
      .listChanges(account)
      .map(({ hash, atMs }) => encodeChangeHashKey(hash, atMs))
    return [...createKeySet([...messages, ...changes])]
  }

  #ownSwarm(): bigint {
    const own = this.#options.keeper.current?.findByEd25519(this.#options.ownKey)
    return own?.swarm ?? INVALID_SWARM_ID
  }

  #isOwn(account: AccountBytes): boolean {
    const own = this.#ownSwarm()
    const directory = this.#options.keeper.current
    return own !== INVALID_SWARM_ID && directory?.swarmOf(account).id === own
  }

  async #admit(received: readonly ReceivedRecord[]): Promise<Admitted> {
    const { records, clock } = this.#options
    const gate = {
      isOwn: (account: AccountBytes): boolean => this.#isOwn(account),
      nowMs: clock.now(),
    }
    const admitted = await admitRecords(received, gate, { records, meaning: CHANGE_MEANING })
    if (admitted.stored > 0) this.#cache.noteChange()
    return admitted
  }
}
