/**
 * One authority at work (spec 08): in each epoch it votes for the next, passes on the votes of the others, computes the
 * document and signs it. Every time is read off the clock, so that an authority that was down or late joins at the next
 * epoch. What it votes is `vote-source.ts`.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import type { SigningKeyPair } from '@sotto/crypto/signing'
import {
  type Agreement,
  type AgreementMessage,
  type AgreementPhase,
  createAgreement,
  createAuthoritySigner,
  createVoteEquivocation,
  decideEpoch,
  decodeAgreementMessage,
  decodeVote,
  encodeAgreementMessage,
  encodeVote,
  type Equivocation,
  findAgreementPhase,
  findFaultsMax,
  type Vote,
} from '@sotto/protocol/authority'
import type { Cancel, Clock } from '@sotto/protocol/clock'
import {
  type AuthoritySet,
  decodeDescriptor,
  encodeEpochContent,
  encodeEpochDocument,
  type EpochContent,
  type EpochDocument,
  type NodeRecord,
  signEpoch,
} from '@sotto/protocol/directory'
import { COMMANDS } from '@sotto/protocol/link'
import { assignSwarms } from '@sotto/protocol/swarm'
import type { DirectoryKeeper } from '../directory/directory-keeper.ts'
import type { AnswerCommand } from '../link/link-answer.ts'
import type { PeerClient } from '../swarm/peer-client.ts'
import type { AuthorityMemory } from './authority-memory.ts'
import { EarlyMessages } from './early-messages.ts'
import type { EvidenceBook } from './evidence-book.ts'
import {
  decodeSignatureNotice,
  encodeSignatureNotice,
  SignatureCollector,
} from './signature-collector.ts'
import type { VoteSource } from './vote-source.ts'

export interface AuthorityOptions {
  readonly key: SigningKeyPair
  readonly authorities: AuthoritySet
  readonly keeper: DirectoryKeeper
  readonly memory: AuthorityMemory
  readonly evidence: Pick<EvidenceBook, 'add'>
  readonly peers: PeerClient
  readonly clock: Clock
  readonly source: VoteSource
  readonly events: AuthorityEvents
}

export interface AuthorityEvents {
  /** An epoch's document is complete. */
  readonly epochDecided: (epoch: number, votes: number, nodes: number) => void
  /** The epoch ends without one: too few votes, or too few signatures under the same content. */
  readonly epochSkipped: (epoch: number, reason: 'votes' | 'signatures') => void
  readonly authorityLied: (authority: Uint8Array) => void
  readonly mistake: (error: unknown) => void
}

/** One attempt at one epoch. */
interface Session {
  readonly epoch: number
  readonly base: EpochDocument
  readonly agreement: Agreement
  readonly early: EarlyMessages
  hasProposed: boolean
  hasConcluded: boolean
  isComplete: boolean
  votes: number
  signatures: SignatureCollector | undefined
  ownNotice: Uint8Array | undefined
}

const EMPTY = new Uint8Array()
const REQUEST_TIMEOUT_MS = 5000
const REVEAL_BYTES = 32
/** Spec 08 §3.4. */
const ROUNDS_PER_EPOCH = 16
/** The clock is looked at so often in an epoch; an eighth of a round. */
const TICKS_PER_EPOCH = 128
const TICK_MS_MAX = 1000

export class AuthorityService implements Disposable {
  readonly #options: AuthorityOptions
  readonly #faultsMax: number
  #session: Session | undefined
  #cancelTimer: Cancel = () => undefined
  #isStopped = false
  #isTicking = false

  constructor(options: AuthorityOptions) {
    this.#options = options
    this.#faultsMax = findFaultsMax(options.authorities.keys.length)
  }

  start(): void {
    this.#arm()
  }

  get commands(): readonly (readonly [number, AnswerCommand])[] {
    return [
      [COMMANDS.agreement, (body) => Promise.resolve(this.#takeMessage(new Uint8Array(body)))],
      [COMMANDS.epochSignature, (body) => Promise.resolve(this.#takeSignature(body))],
    ]
  }

  [Symbol.dispose](): void {
    this.#isStopped = true
    this.#cancelTimer()
  }

  #arm(): void {
    if (this.#isStopped) return
    const epochMs = this.#options.keeper.document?.content.epochMs
    const tickMs = epochMs === undefined ? TICK_MS_MAX : epochMs / TICKS_PER_EPOCH
    this.#cancelTimer = this.#options.clock.after(Math.min(tickMs, TICK_MS_MAX), () => {
      void this.#tick()
        .catch(this.#options.events.mistake)
        .finally(() => this.#arm())
    })
  }

  async #tick(): Promise<void> {
    if (this.#isTicking) return
    this.#isTicking = true
    try {
      const session = this.#enterSession()
      if (session !== undefined) await this.#advance(session)
    } finally {
      this.#isTicking = false
    }
  }

  /** The session of the epoch that is to be decided now; begun if it has not been. */
  #enterSession(): Session | undefined {
    const { keeper, clock, key, authorities } = this.#options
    const base = keeper.document
    if (base === undefined) return undefined
    const epoch = findEpoch(base.content, clock.now()) + 1
    const held = keeper.newest?.content.epoch ?? 0
    if (epoch <= held) return undefined
    if (this.#session?.epoch === epoch) return this.#session
    this.#noteSkipped(epoch)
    const self = createAuthoritySigner(key)
    const question = { authorities: authorities.keys, network: base.content.network, epoch }
    this.#session = {
      epoch,
      base,
      agreement: createAgreement({
        ...question,
        self,
        faultsMax: this.#faultsMax,
        decode: decodeVoteBytes,
      }),
      early: new EarlyMessages({ ...question, signer: self }),
      hasProposed: false,
      hasConcluded: false,
      isComplete: false,
      votes: 0,
      signatures: undefined,
      ownNotice: undefined,
    }
    return this.#session
  }

  #noteSkipped(next: number): void {
    const last = this.#session
    const held = this.#options.keeper.newest?.content.epoch ?? 0
    if (last === undefined || last.epoch >= next || held >= last.epoch) return
    const reason = last.signatures === undefined ? 'votes' : 'signatures'
    this.#options.events.epochSkipped(last.epoch, reason)
  }

  #findPhase({ base, agreement }: Session, aheadMs = 0): AgreementPhase {
    const { startsAt, epochMs } = base.content
    const elapsedMs = ((this.#options.clock.now() - startsAt) % epochMs) + aheadMs
    return findAgreementPhase({ elapsedMs, epochMs, rounds: agreement.rounds })
  }

  async #advance(session: Session): Promise<void> {
    const phase = this.#findPhase(session)
    if (phase.phase === 'agreeing' && phase.round === 1) {
      this.#takeEarly(session)
      await this.#propose(session)
    }
    if (phase.phase === 'signing') {
      await this.#conclude(session)
      this.#exchangeSignatures(session)
    }
  }

  async #propose(session: Session): Promise<void> {
    if (session.hasProposed) return
    session.hasProposed = true
    const { source, memory, key } = this.#options
    // Written down before it is said: after a crash a second vote would be taken for a lie.
    if (!(await memory.claimVote(session.epoch))) return
    const { content, hash } = session.base
    const vote = encodeVote({
      network: content.network,
      epoch: session.epoch,
      previous: hash,
      authority: key.publicKey,
      reveal: this.#deriveReveal(content.epoch),
      commitment: blake2b(this.#deriveReveal(session.epoch), { length: REVEAL_BYTES }),
      ...source.createVote(session.base),
    })
    this.#broadcast(session.agreement.propose(vote))
  }

  /** Only this authority can compute it, and it can after a restart. */
  #deriveReveal(epoch: number): Uint8Array {
    const input = new TextEncoder().encode(`sotto-beacon-reveal-${epoch}`)
    return blake2b(input, { length: REVEAL_BYTES, key: this.#options.key.seed })
  }

  #broadcast(messages: readonly AgreementMessage[]): void {
    for (const message of messages) {
      const body = encodeAgreementMessage(message)
      for (const peer of this.#listAuthorityNodes()) {
        void this.#options.peers.request(peer, {
          command: COMMANDS.agreement,
          body,
          timeoutMs: REQUEST_TIMEOUT_MS,
        })
      }
    }
  }

  #listAuthorityNodes(): readonly NodeRecord[] {
    const { keeper, source } = this.#options
    return (keeper.known?.nodes ?? []).filter(
      (node) => node.roles.includes('directory') && encodeHex(node.ed25519) !== source.ownKey,
    )
  }

  #takeMessage(body: Uint8Array): Uint8Array | 'malformed' {
    const message = decodeAgreementMessage(body)
    if (!message.ok) return 'malformed'
    const session = this.#enterSession()
    if (session === undefined) return EMPTY
    const phase = this.#findPhase(session)
    if (phase.phase === 'agreeing') {
      this.#broadcast(session.agreement.receive(message.value, phase.round))
    } else if (phase.phase === 'observing' && this.#isNearlyVoting(session)) {
      session.early.add(message.value)
    }
    return EMPTY
  }

  /** Clocks may be apart by a round. */
  #isNearlyVoting(session: Session): boolean {
    const roundMs = session.base.content.epochMs / ROUNDS_PER_EPOCH
    return this.#findPhase(session, roundMs).phase === 'agreeing'
  }

  #takeEarly({ agreement, early }: Session): void {
    for (const message of early.take()) this.#broadcast(agreement.receive(message, 1))
  }

  async #conclude(session: Session): Promise<void> {
    if (session.hasConcluded) return
    session.hasConcluded = true
    const { authorities, memory, key } = this.#options
    const { votes, equivocations } = session.agreement.conclude()
    for (const lie of equivocations) this.#keepEvidence(lie, session)
    const content = decideEpoch({
      previous: session.base.content,
      previousHash: session.base.hash,
      epoch: session.epoch,
      votes,
      authorities,
      assign: assignSwarms,
    })
    if (content === undefined) return
    const signatures = new SignatureCollector(authorities, content)
    if (!(await memory.claimSignature(session.epoch, signatures.hash))) return
    const signed = signEpoch(encodeEpochContent(content), key)
    const notice = { epoch: session.epoch, hash: signatures.hash, ...signed }
    signatures.add(notice)
    session.votes = votes.length
    session.signatures = signatures
    session.ownNotice = encodeSignatureNotice(notice)
  }

  #keepEvidence(lie: Equivocation, { base, epoch }: Session): void {
    const { events, evidence } = this.#options
    events.authorityLied(lie.author)
    const { network } = base.content
    // A full disk must not stop the epoch: the proof is served from memory all the same.
    evidence.add(createVoteEquivocation(lie, { network, epoch })).catch(events.mistake)
  }

  #exchangeSignatures(session: Session): void {
    const { ownNotice } = session
    if (ownNotice === undefined || this.#publish(session)) return
    for (const peer of this.#listAuthorityNodes()) {
      this.#askSignature(session, peer, ownNotice).catch(this.#options.events.mistake)
    }
  }

  async #askSignature(session: Session, peer: NodeRecord, body: Uint8Array): Promise<void> {
    const reply = await this.#options.peers.request(peer, {
      command: COMMANDS.epochSignature,
      body,
      timeoutMs: REQUEST_TIMEOUT_MS,
    })
    const notice = reply.ok ? decodeSignatureNotice(reply.value) : undefined
    if (notice === undefined) return
    session.signatures?.add(notice)
    this.#publish(session)
  }

  /** True when the document is complete. */
  #publish(session: Session): boolean {
    if (session.isComplete) return true
    const document = session.signatures?.complete()
    if (document === undefined) return false
    session.isComplete = true
    const { keeper, events } = this.#options
    events.epochDecided(session.epoch, session.votes, document.content.nodes.length)
    const held = keeper.newest?.content.epoch ?? 0
    if (held < session.epoch) {
      const place = keeper.accept(encodeEpochDocument(document))
      if (!place.ok) events.mistake(place.error)
    }
    return true
  }

  /** Answers with one's own signature, so that one message serves both. */
  #takeSignature(body: Uint8Array): Uint8Array | 'malformed' {
    const notice = decodeSignatureNotice(body)
    if (notice === undefined) return 'malformed'
    const session = this.#session
    if (session?.signatures === undefined || session.epoch !== notice.epoch) return EMPTY
    session.signatures.add(notice)
    this.#publish(session)
    return session.ownNotice ?? EMPTY
  }
}

function decodeVoteBytes(bytes: Uint8Array): Vote | undefined {
  const vote = decodeVote(bytes, decodeDescriptor)
  return vote.ok ? vote.value : undefined
}

/** The epoch that it is by the clock; documents of some may never have come about. */
function findEpoch({ epoch, startsAt, epochMs }: EpochContent, nowMs: number): number {
  return epoch + Math.max(0, Math.floor((nowMs - startsAt) / epochMs))
}
