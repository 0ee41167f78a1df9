/**
 * What an authority has heard of nodes, and the opinion that it forms of it for its vote (spec 08 §6). It keeps the evidence,
 * bounded; the judgement itself is `judgeNode`.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import {
  type AuditCount,
  type AuditRecord,
  judgeNode,
  type NodeEvidence,
  OFFENCES,
} from '@sotto/protocol/authority'
import type { Clock } from '@sotto/protocol/clock'
import {
  decodeDescriptor,
  type EpochContent,
  type EpochDocument,
  type EpochNode,
  isFromFuture,
  REASONS,
  type SignedDescriptor,
} from '@sotto/protocol/directory'
import {
  decodeUptimeProof,
  isProofTimely,
  type ObservationBook,
  type ObservationHistory,
} from '@sotto/protocol/health'
import { COMMANDS } from '@sotto/protocol/link'
import { INVALID_SWARM_ID } from '@sotto/protocol/swarm'
import type { DirectoryKeeper } from '../directory/directory-keeper.ts'
import type { AnswerCommand } from '../link/link-answer.ts'
import type { AdmissionPolicy } from './admission-policy.ts'
import { Candidates } from './candidates.ts'
import type { Opinion, VoteSource } from './vote-source.ts'

export interface AuthorityInboxOptions {
  /** Ed25519 of the authority's node, in hex. */
  readonly ownKey: string
  readonly keeper: DirectoryKeeper
  readonly clock: Clock
  readonly policy: AdmissionPolicy
  /** Reports of nodes; the authority's node keeps them anyway. */
  readonly book: ObservationBook
}

interface Proved {
  readonly provedAt: number
  /** The runs of the program that signed the last proofs, in order. */
  readonly instances: readonly string[]
}

interface AddressSeen {
  readonly address: string
  readonly claimedAt: number
}

/** What all judgements of one vote look up: made for each of them, it would cost the square of the network. */
interface Hearing {
  readonly content: EpochContent
  /** Ed25519 in hex of those in service, who are heard. */
  readonly heard: ReadonlySet<string>
  readonly swarms: ReadonlyMap<bigint, readonly EpochNode[]>
  /** Nodes that can be witnesses. */
  readonly activeCount: number
}

function isHeard({ state }: EpochNode): boolean {
  return state === 'active' || state === 'leaving'
}

function openHearing({ content }: EpochDocument): Hearing {
  const { nodes } = content
  return {
    content,
    heard: new Set(nodes.filter(isHeard).map(({ ed25519 }) => encodeHex(ed25519))),
    swarms: Map.groupBy(nodes, ({ swarm }) => swarm),
    activeCount: nodes.filter(({ state }) => state === 'active').length,
  }
}

const INSTANCES_KEPT = 8
const ADDRESSES_KEPT = 4
/** How many observers must see a node before it may become active, or most of them where there are fewer. */
const WITNESSES_MIN = 3
/** Longer than an epoch that is skipped now and then. */
const ABSENCE_EPOCHS = 4
/** Spec 08 §6.3. */
const AUDIT_MEMORY_EPOCHS = 30
const NO_AUDITS: AuditCount = { passed: 0, failed: 0 }
const TAKEN = new Uint8Array()

export class AuthorityInbox implements VoteSource {
  readonly ownKey: string
  readonly #options: AuthorityInboxOptions
  #beganMs: number
  #votedMs: number
  readonly #proofs = new Map<string, Proved>()
  readonly #addresses = new Map<string, readonly AddressSeen[]>()
  readonly #candidates = new Candidates()
  /** In which epoch a node last failed its audits. */
  readonly #failedAudits = new Map<string, number>()

  constructor(options: AuthorityInboxOptions) {
    this.#options = options
    this.ownKey = options.ownKey
    this.#beganMs = options.clock.now()
    this.#votedMs = this.#beganMs
  }

  get commands(): readonly (readonly [number, AnswerCommand])[] {
    return [[COMMANDS.proof, (body) => Promise.resolve(this.takeProof(body))]]
  }

  /** A stranger's descriptor; true when it will be in the vote. */
  admit(bytes: Uint8Array): boolean {
    const signed = decodeDescriptor(bytes)
    const { policy, clock } = this.#options
    if (!signed.ok || isFromFuture(signed.value.descriptor, clock.now())) return false
    const { descriptor } = signed.value
    if (descriptor.isLeaving || !policy.admits(descriptor)) return false
    return this.#candidates.take(signed.value, clock.now())
  }

  takeProof(body: Uint8Array): Uint8Array | 'malformed' {
    const proof = decodeUptimeProof(body)
    if (proof === undefined) return 'malformed'
    const { keeper, clock } = this.#options
    const content = keeper.document?.content
    if (content === undefined || keeper.known?.findByEd25519(proof.node) === undefined) {
      return TAKEN
    }
    if (!isProofTimely(proof.issuedAt, clock.now(), content.epochMs)) return TAKEN
    const key = encodeHex(proof.node)
    const known = this.#proofs.get(key)
    if (known !== undefined && known.provedAt >= proof.issuedAt) return TAKEN
    const instances = [...(known?.instances ?? []), encodeHex(proof.instance)]
    this.#proofs.set(key, {
      provedAt: proof.issuedAt,
      instances: instances.slice(-INSTANCES_KEPT),
    })
    return TAKEN
  }

  createVote(base: EpochDocument): Opinion {
    const { nodes, softwareMin } = base.content
    this.#forget(base)
    this.#excuseAbsence(base)
    const hearing = openHearing(base)
    const living = nodes.filter(({ state }) => state !== 'left')
    const judged = living.map((node) => ({ node, reasons: this.#judge(node, hearing) }))
    return {
      softwareMin,
      descriptors: this.#listDescriptors(base),
      verdicts: judged
        .filter(({ reasons }) => reasons !== 0)
        .map(({ node, reasons }) => ({ node: node.ed25519, reasons })),
      readiness: judged
        // A node that has moved is remembered for it, and is fit all the same (spec 08 §4.4).
        .filter(({ node, reasons }) => (reasons & OFFENCES) === 0 && this.#isReady(node, hearing))
        .map(({ node }) => node.ed25519),
    }
  }

  /** Nobody is blamed for a time in which this authority did not even vote: it was not there to see. */
  #excuseAbsence({ content }: EpochDocument): void {
    const nowMs = this.#options.clock.now()
    if (nowMs - this.#votedMs > ABSENCE_EPOCHS * content.epochMs) this.#beganMs = nowMs
    this.#votedMs = nowMs
  }

  #forget({ content }: EpochDocument): void {
    const listed = new Set(content.nodes.map(({ ed25519 }) => encodeHex(ed25519)))
    for (const known of [this.#proofs, this.#addresses, this.#failedAudits]) {
      for (const key of known.keys()) if (!listed.has(key)) known.delete(key)
    }
    const { epochMs } = content
    this.#candidates.forget(listed, { nowMs: this.#options.clock.now(), epochMs })
  }

  /** Who was found to keep nothing cannot be audited while it is out, and is not taken back for having no more failures. */
  #judge(node: EpochNode, hearing: Hearing): number {
    const reasons = judgeNode(this.#gather(node, hearing))
    const key = encodeHex(node.ed25519)
    const { epoch } = hearing.content
    if ((reasons & REASONS.auditFailed) !== 0) this.#failedAudits.set(key, epoch)
    const failedAt = this.#failedAudits.get(key)
    const isRemembered = failedAt !== undefined && epoch - failedAt < AUDIT_MEMORY_EPOCHS
    return isRemembered ? reasons | REASONS.auditFailed : reasons
  }

  #listDescriptors({ content }: EpochDocument): readonly SignedDescriptor[] {
    const newer = content.nodes.flatMap((node) => {
      const signed = this.#options.keeper.descriptorOf(encodeHex(node.ed25519))
      const isNewer = signed !== undefined && signed.descriptor.issuedAt > node.describedAt
      return isNewer && node.state !== 'left' ? [signed] : []
    })
    const all = [...this.#candidates.list(), ...newer]
    return all.toSorted((a, b) =>
      encodeHex(a.descriptor.ed25519) < encodeHex(b.descriptor.ed25519) ? -1 : 1,
    )
  }

  #gather(node: EpochNode, hearing: Hearing): NodeEvidence {
    const key = encodeHex(node.ed25519)
    const { content } = hearing
    const histories = this.#listHistories(key, hearing)
    const swarm = hearing.swarms.get(node.swarm) ?? []
    const proved = this.#proofs.get(key)
    return {
      now: this.#options.clock.now(),
      epochMs: content.epochMs,
      provedAt: Math.max(proved?.provedAt ?? 0, this.#excuseUntil(node, content)),
      reachability: histories.map(({ latest }) => latest.reachability),
      audits: this.#listAudits(histories, swarm, content.epoch),
      swarmSize: node.swarm === INVALID_SWARM_ID ? 0 : swarm.length,
      addresses: this.#noteAddress(key, node),
      clockOffsetsMs: histories
        .filter(({ latest }) => latest.reachability.lastReachable !== undefined)
        .map(({ latest }) => latest.clockOffsetMs),
      software: node.software,
      softwareMin: content.softwareMin,
      instances: proved?.instances ?? [],
    }
  }

  /** Nobody is blamed for proofs that were due before this authority listened, or before the node was there. */
  #excuseUntil(node: EpochNode, content: EpochContent): number {
    const enteredMs = content.startsAt - (content.epoch - node.since) * content.epochMs
    return Math.max(this.#beganMs, enteredMs)
  }

  /** Only those in service are heard. */
  #listHistories(key: string, { content, heard }: Hearing): readonly ObservationHistory[] {
    return this.#options.book
      .about(key)
      .filter(({ latest }) => heard.has(latest.observer) && latest.epoch >= content.epoch - 3)
  }

  #listAudits(
    histories: readonly ObservationHistory[],
    swarm: readonly EpochNode[],
    epoch: number,
  ): readonly AuditRecord[] {
    const members = new Set(swarm.map(({ ed25519 }) => encodeHex(ed25519)))
    return histories
      .filter(({ latest }) => members.has(latest.observer) && latest.epoch >= epoch - 1)
      .map(({ latest, before }) => ({
        latest: { passed: latest.auditsPassed, failed: latest.auditsFailed },
        before:
          before === undefined
            ? NO_AUDITS
            : { passed: before.auditsPassed, failed: before.auditsFailed },
      }))
  }

  #noteAddress(key: string, { host, ports }: EpochNode): readonly AddressSeen[] {
    const address = `${host}:${ports.https}:${ports.web}:${ports.peer}`
    const known = this.#addresses.get(key) ?? []
    if (known.at(-1)?.address === address) return known
    const seen = [...known, { address, claimedAt: this.#options.clock.now() }]
    this.#addresses.set(key, seen.slice(-ADDRESSES_KEPT))
    return seen
  }

  #isReady(node: EpochNode, hearing: Hearing): boolean {
    if (node.state !== 'awaiting' && node.state !== 'decommissioned') return false
    const key = encodeHex(node.ed25519)
    const proved = this.#proofs.get(key)
    const { content, activeCount } = hearing
    const { epochMs } = content
    const nowMs = this.#options.clock.now()
    // Since it entered the state: what was before says nothing of whether it is back.
    const enteredMs = content.startsAt - (content.epoch - node.since) * epochMs
    if (proved === undefined || proved.provedAt < enteredMs) return false
    const histories = this.#listHistories(key, hearing)
    const reached = histories.filter(({ latest: { reachability } }) => {
      const { lastReachable, lastUnreachable = 0 } = reachability
      return (
        lastReachable !== undefined && lastReachable > enteredMs && lastReachable > lastUnreachable
      )
    })
    const needed = Math.min(WITNESSES_MIN, Math.max(1, Math.floor(activeCount / 2)))
    return reached.length >= needed && nowMs - proved.provedAt < 2 * epochMs
  }
}
