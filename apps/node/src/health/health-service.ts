/**
 * Watches the other nodes and lets itself be watched (spec 09): tests them in the rhythm of the protocol, audits its swarm
 * once an epoch, reports both, and proves its own uptime.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { Cancel } from '@sotto/protocol/clock'
import {
  EPOCH_MS_DEFAULT,
  type Directory,
  type EpochDocument,
  isEpochNode,
  type NodeRecord,
  scaleTime,
} from '@sotto/protocol/directory'
import {
  type AuditOutcome,
  decodeObservationReport,
  encodeObservationReport,
  type Observation,
  ObservationBook,
  OBSERVATIONS_MAX,
  type Reachability,
  recordResult,
  TestRhythm,
} from '@sotto/protocol/health'
import { COMMANDS } from '@sotto/protocol/link'
import { INVALID_SWARM_ID } from '@sotto/protocol/swarm'
import type { AnswerCommand } from '../link/link-answer.ts'
import type { NodeBase } from '../node-base.ts'
import type { PeerClient } from '../swarm/peer-client.ts'
import { answerAudit, auditMember, type AuditParts } from './audit-member.ts'
import { createHealthTally, type HealthTally } from './health-tally.ts'
import type { CreateProof } from './own-proof.ts'
import { probeNode } from './probe-node.ts'
import { selectReported } from './select-reported.ts'

export interface HealthOptions {
  readonly base: NodeBase
  readonly peers: PeerClient
  readonly createProof: CreateProof
  /** This node may be an authority itself. */
  readonly onOwnProof: (proof: Uint8Array) => void
  /** A node that lacks records itself cannot audit others. */
  readonly isCaughtUp: () => boolean
}

export interface Watched {
  readonly reachability: Reachability
  readonly failing: number
  readonly roundTripMs: number
  readonly clockOffsetMs: number
}

const REQUEST_TIMEOUT_MS = 5000
/** The rhythm is looked at so often in the mean interval between two tests. */
const TICKS_PER_INTERVAL = 10
const TICK_MS_MIN = 20
const TICK_MS_MAX = 1000
/** Audits and the report are made in this part of an epoch, before authorities vote. */
const REPORT_AT = 3 / 8
/** Spec 09 §6.2, in epochs: how long a message must have been there, and how long a member must have been one. */
const AUDIT_AGE_EPOCHS = 1
const AUDIT_MEMBER_EPOCHS = 2
const NO_AUDIT: AuditOutcome = { passed: 0, failed: 0 }

export class HealthService implements Disposable {
  readonly #options: HealthOptions
  readonly #ownKey: string
  readonly #watched = new Map<string, Watched>()
  readonly #audits = new Map<string, AuditOutcome>()
  readonly #seenAddresses = new Map<string, string>()
  /** What others report about whom; this node serves it to everybody. */
  readonly book: ObservationBook = new ObservationBook()
  readonly tally: HealthTally = createHealthTally()
  #rhythm: TestRhythm | undefined
  #reportedEpoch: number | undefined
  #provedMs: number | undefined
  #cancelTimer: Cancel = () => undefined
  #cancelSubscription: Cancel = () => undefined
  #isStopped = false

  constructor(options: HealthOptions) {
    this.#options = options
    this.#ownKey = encodeHex(options.base.identity.signing.publicKey)
  }

  get commands(): readonly (readonly [number, AnswerCommand])[] {
    return [
      [COMMANDS.uptime, () => Promise.resolve(this.#answerUptime())],
      [COMMANDS.audit, (body, sender) => Promise.resolve(this.#answerAudit(body, sender))],
      [COMMANDS.report, (body) => Promise.resolve(this.#takeReport(body))],
    ]
  }

  /** What this node found out about others, by their keys in hex. */
  get watched(): ReadonlyMap<string, Watched> {
    return this.#watched
  }

  start(): void {
    const { keeper } = this.#options.base
    this.#cancelSubscription = keeper.subscribe((directory, document) => {
      this.#enter(directory, document)
    })
    if (keeper.known !== undefined && keeper.document !== undefined) {
      this.#enter(keeper.known, keeper.document)
    }
    this.#tick()
  }

  [Symbol.dispose](): void {
    this.#isStopped = true
    this.#cancelTimer()
    this.#cancelSubscription()
  }

  #enter(directory: Directory, document: EpochDocument): void {
    const { clock, randomness } = this.#options.base
    const { epochMs } = document.content
    this.#rhythm ??= new TestRhythm({ epochMs, randomness })
    const keys = directory.nodes
      .map((node) => encodeHex(node.ed25519))
      .filter((key) => key !== this.#ownKey)
    this.#rhythm.setNodes(keys, clock.now())
    this.#noteMoves(directory)
    const isThere = (key: string): boolean => directory.findByEd25519(key) !== undefined
    for (const key of this.#watched.keys()) if (!isThere(key)) this.#watched.delete(key)
    this.book.retain(isThere)
  }

  /** A node at a new address is as good as new. */
  #noteMoves({ nodes }: Directory): void {
    for (const { ed25519, host, ports } of nodes) {
      const key = encodeHex(ed25519)
      const address = `${host}:${ports.https}:${ports.web}:${ports.peer}`
      const known = this.#seenAddresses.get(key)
      this.#seenAddresses.set(key, address)
      if (known !== undefined && known !== address) {
        this.#rhythm?.noteNewcomer(key, this.#options.base.clock.now())
      }
    }
  }

  #tick(): void {
    if (this.#isStopped) return
    const { clock, keeper, events } = this.#options.base
    const epochMs = keeper.document?.content.epochMs
    const intervalMs = epochMs === undefined ? TICK_MS_MAX : scaleTime('testIntervalMean', epochMs)
    const tickMs = Math.min(Math.max(intervalMs / TICKS_PER_INTERVAL, TICK_MS_MIN), TICK_MS_MAX)
    this.#cancelTimer = clock.after(tickMs, () => this.#tick())
    if (!this.#isActive()) {
      this.#proveIfDue()
      return
    }
    for (const key of this.#rhythm?.due(clock.now()) ?? []) {
      this.#test(key).catch(events.mistake)
    }
    this.#proveIfDue()
    this.#reportIfDue()
  }

  #ownRecord(): NodeRecord | undefined {
    return this.#options.base.keeper.known?.findByEd25519(this.#ownKey)
  }

  /** Those that wait or are out of service are tested and do not test. */
  #isActive(): boolean {
    const own = this.#ownRecord()
    return own !== undefined && isEpochNode(own) && ['active', 'leaving'].includes(own.state)
  }

  async #test(key: string): Promise<void> {
    const { base, peers } = this.#options
    const node = base.keeper.known?.findByEd25519(key)
    if (node === undefined) return
    const legacyKey = base.identity.legacy.publicKey
    const probed = await probeNode(node, { peers, clock: base.clock, legacyKey })
    const nowMs = Math.round(base.clock.now())
    const epochMs = base.keeper.document?.content.epochMs ?? EPOCH_MS_DEFAULT
    const isReachable = probed.failing === 0
    const before = this.#watched.get(key)
    // Put in anew: they are in the order of their last tests.
    this.#watched.delete(key)
    this.#watched.set(key, {
      reachability: recordResult(before?.reachability ?? {}, { isReachable, nowMs, epochMs }),
      failing: probed.failing,
      roundTripMs: probed.roundTripMs,
      clockOffsetMs: probed.clockOffsetMs ?? before?.clockOffsetMs ?? 0,
    })
    this.#rhythm?.recordResult(key, isReachable, nowMs)
    this.tally.lastTestMs = nowMs
    this.tally[isReachable ? 'testsPassed' : 'testsFailed'] += 1
  }

  #proveIfDue(): void {
    const { base, createProof } = this.#options
    const document = base.keeper.document
    if (document === undefined || this.#ownRecord() === undefined) return
    const nowMs = base.clock.now()
    const intervalMs = scaleTime('proofInterval', document.content.epochMs)
    // One that is not in service wants to be soon.
    const dueMs = this.#isActive() ? intervalMs : document.content.epochMs / 2
    const sinceMs = nowMs - (this.#provedMs ?? Number.NEGATIVE_INFINITY)
    // Below zero after the clock was set back: the last proof is from a time that has yet to come.
    if (sinceMs >= 0 && sinceMs < dueMs) return
    this.#provedMs = nowMs
    this.tally.lastProofMs = Math.round(nowMs)
    const proof = createProof()
    this.#options.onOwnProof(proof)
    this.#send(COMMANDS.proof, proof, this.#listAuthorityNodes())
  }

  #reportIfDue(): void {
    const { keeper, clock, events } = this.#options.base
    const content = keeper.document?.content
    if (content === undefined) return
    const epochs = (clock.now() - content.startsAt) / content.epochMs
    const epoch = content.epoch + Math.floor(epochs)
    if (epochs % 1 < REPORT_AT || this.#reportedEpoch === epoch) return
    this.#reportedEpoch = epoch
    this.#report(epoch, content.epochMs).catch(events.mistake)
  }

  async #report(epoch: number, epochMs: number): Promise<void> {
    const { base } = this.#options
    await this.#auditSwarm(epoch, epochMs)
    const observations = this.#listObservations()
    if (observations.length === 0) return
    const { identity, clock } = base
    const issuedAt = Math.round(clock.now())
    const observer = identity.signing.publicKey
    const report = { observer, epoch, issuedAt, observations }
    this.book.add(report)
    const bytes = encodeObservationReport(report, identity.signing)
    this.#send(COMMANDS.report, bytes, [...this.#listAuthorityNodes(), ...this.#listMembers()])
  }

  #listObservations(): readonly Observation[] {
    const { keeper } = this.#options.base
    const keys = selectReported({
      audited: this.#audits.keys(),
      tested: this.#watched,
      countMax: OBSERVATIONS_MAX,
    })
    return keys.flatMap((key) => {
      const target = keeper.known?.findByEd25519(key)?.ed25519
      if (target === undefined) return []
      const watched = this.#watched.get(key)
      const { passed, failed } = this.#audits.get(key) ?? NO_AUDIT
      const { reachability = {}, failing = 0, roundTripMs = 0, clockOffsetMs = 0 } = watched ?? {}
      const tested = { reachability, failing, roundTripMs, clockOffsetMs }
      return [{ target, ...tested, auditsPassed: passed, auditsFailed: failed }]
    })
  }

  async #auditSwarm(epoch: number, epochMs: number): Promise<void> {
    this.#audits.clear()
    if (!this.#options.isCaughtUp()) return
    const storedBeforeMs = this.#options.base.clock.now() - AUDIT_AGE_EPOCHS * epochMs
    const members = this.#listMembers().filter(
      (member) => isEpochNode(member) && epoch - member.since >= AUDIT_MEMBER_EPOCHS,
    )
    await Promise.all(
      members.map(async (member) => {
        const outcome = await auditMember(member, storedBeforeMs, this.#auditParts())
        this.#audits.set(encodeHex(member.ed25519), outcome)
        this.tally.auditsPassed += outcome.passed
        this.tally.auditsFailed += outcome.failed
      }),
    )
  }

  #auditParts(): AuditParts {
    const { base, peers } = this.#options
    const directory = base.keeper.known
    const own = this.#ownRecord()?.swarm ?? INVALID_SWARM_ID
    return {
      records: base.records,
      peers,
      randomness: base.randomness,
      now: () => base.clock.now(),
      isOwn: (account) => directory?.swarmOf(account).id === own,
    }
  }

  #answerUptime(): Uint8Array {
    this.tally.proofsAnswered += 1
    this.tally.lastAskedMs = Math.round(this.#options.base.clock.now())
    return this.#options.createProof()
  }

  /** Only members may audit: a proof over a body tells others that it is here. */
  #answerAudit(body: Uint8Array, sender: NodeRecord): ReturnType<typeof answerAudit> {
    const own = this.#ownRecord()?.swarm
    if (own === undefined || own === INVALID_SWARM_ID || sender.swarm !== own) return 'not_allowed'
    this.tally.auditsAnswered += 1
    this.tally.lastAskedMs = Math.round(this.#options.base.clock.now())
    return answerAudit(body, this.#auditParts())
  }

  #takeReport(body: Uint8Array): Uint8Array | 'malformed' {
    const report = decodeObservationReport(body)
    if (report === undefined) return 'malformed'
    const { keeper } = this.#options.base
    const epoch = keeper.document?.content.epoch ?? 0
    const observer = keeper.known?.findByEd25519(report.observer)
    const isCurrent = report.epoch >= epoch - 1
    if (observer === undefined || !isCurrent) return new Uint8Array()
    this.book.add(report)
    this.tally.reportsTaken += 1
    return new Uint8Array()
  }

  #listMembers(): readonly NodeRecord[] {
    const own = this.#ownRecord()
    const members = this.#options.base.keeper.known?.membersOf(own?.swarm ?? INVALID_SWARM_ID)
    return (members ?? []).filter((member) => member !== own)
  }

  #listAuthorityNodes(): readonly NodeRecord[] {
    return (this.#options.base.keeper.known?.nodes ?? []).filter(({ roles }) =>
      roles.includes('directory'),
    )
  }

  #send(command: number, body: Uint8Array, receivers: readonly NodeRecord[]): void {
    const own = this.#ownRecord()
    for (const receiver of new Set(receivers)) {
      if (receiver === own) continue
      void this.#options.peers.request(receiver, { command, body, timeoutMs: REQUEST_TIMEOUT_MS })
    }
  }
}
