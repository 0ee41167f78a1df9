/**
 * Which epoch a reader uses (spec 07 §10): takes documents in any order from anybody, holds the one that is in force
 * and those that are to come, and keeps proof against authorities that signed two of one epoch. It has no clock and
 * fetches nothing; when to ask for a document, and whom, is the programs' part.
 *
 * @module
 */

import { encodeHex, equalBytes } from '@sotto/crypto/bytes'
import { type Result, err, ok } from '@sotto/crypto/result'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import type { AuthoritySet, EpochContent, EpochDocument } from './epoch-content.ts'
import { type Equivocation, findEquivocations } from './equivocation.ts'
import { CLOCK_TOLERANCE_MS, EPOCH_MS_MAX, EPOCH_MS_MIN, scaleTime } from './network-times.ts'
import { verifyEpoch } from './verify-epoch.ts'

/** Spec 07 §10.2. How many epochs ahead of now one may begin. */
const EPOCHS_AHEAD_MAX = 2
/** Spec 07 §10.2. Bounds what is held where epochs are short beside the tolerance of clocks. */
const UPCOMING_MAX = 4

/** Spec 07 §10.4. A stale document may be used while no newer one can be had, an expired one never. */
export type Freshness = 'fresh' | 'stale' | 'expired'

/** What a document that was taken is; `known` changed nothing. */
export type EpochPlace = 'current' | 'upcoming' | 'known'

export interface EpochTrackerOptions {
  /** The network's 16 bytes. */
  readonly network: Uint8Array
  readonly authorities: AuthoritySet
}

type Checked<T> = Result<T, ProtocolError>

export class EpochTracker {
  readonly #network: Uint8Array
  readonly #authorities: AuthoritySet
  #current: EpochDocument | undefined
  /** Ascending by epoch, all above the current one. */
  #upcoming: readonly EpochDocument[] = []
  /** One for each authority at most: a second offence proves nothing more. */
  readonly #equivocations = new Map<string, Equivocation>()

  constructor({ network, authorities }: EpochTrackerOptions) {
    this.#network = network
    this.#authorities = authorities
  }

  /** The epoch in force: the last one that has begun and has not expired. */
  current(nowMs: number): EpochDocument | undefined {
    this.#advance(nowMs)
    return this.freshness(nowMs) === 'expired' ? undefined : this.#current
  }

  /** The last epoch that has begun, however long ago: who was there, for those who are to make the next document. */
  last(nowMs: number): EpochDocument | undefined {
    this.#advance(nowMs)
    return this.#current
  }

  /** Takes a document that this reader held before, however old it is now; only while it holds none. */
  restore(document: EpochDocument): Checked<void> {
    if (this.#current !== undefined) return ok(undefined)
    if (!equalBytes(document.content.network, this.#network)) {
      return refuse('epoch_network', 'of another network')
    }
    const verified = verifyEpoch(document, this.#authorities)
    if (verified.ok) this.#current = document
    return verified
  }

  /** Those that have not begun, ascending. */
  upcoming(nowMs: number): readonly EpochDocument[] {
    this.#advance(nowMs)
    return this.#upcoming
  }

  /** Of the epoch in force; `expired` too where there is none. */
  freshness(nowMs: number): Freshness {
    this.#advance(nowMs)
    return this.#current === undefined ? 'expired' : tellFreshness(this.#current.content, nowMs)
  }

  get equivocations(): readonly Equivocation[] {
    return [...this.#equivocations.values()]
  }

  accept(document: EpochDocument, nowMs: number): Checked<EpochPlace> {
    this.#advance(nowMs)
    const held = this.#findHeld(document.content.epoch)
    if (held !== undefined && equalBytes(held.hash, document.hash)) return ok('known')
    const plausible = this.#checkContent(document.content, nowMs)
    if (!plausible.ok) return plausible
    // Before signatures are counted: too few to make a document may still be proof against those who gave them.
    if (held !== undefined) this.#keepProof(held, document)
    const verified = verifyEpoch(document, this.#authorities)
    if (!verified.ok) return verified
    if (held !== undefined) return refuse('epoch_fork', 'another content of an epoch that is held')
    const fitting = this.#checkNeighbours(document)
    if (!fitting.ok) return fitting
    return this.#insert(document, nowMs)
  }

  #insert(document: EpochDocument, nowMs: number): Checked<EpochPlace> {
    this.#upcoming = [...this.#upcoming, document].toSorted(compareEpochs)
    this.#advance(nowMs)
    const last = this.#upcoming[UPCOMING_MAX]
    this.#upcoming = this.#upcoming.slice(0, UPCOMING_MAX)
    if (last === document) return refuse('epoch_future', 'too many epochs are to come already')
    return ok(this.#current === document ? 'current' : 'upcoming')
  }

  #advance(nowMs: number): void {
    const begun = this.#upcoming.findLastIndex(({ content }) => content.startsAt <= nowMs)
    if (begun === -1) return
    this.#current = this.#upcoming[begun]
    this.#upcoming = this.#upcoming.slice(begun + 1)
  }

  #findHeld(epoch: number): EpochDocument | undefined {
    return this.#listHeld().find(({ content }) => content.epoch === epoch)
  }

  #listHeld(): readonly EpochDocument[] {
    return this.#current === undefined ? this.#upcoming : [this.#current, ...this.#upcoming]
  }

  /** What costs nothing, before any signature. */
  #checkContent(content: EpochContent, nowMs: number): Checked<void> {
    const { network, epoch, epochMs, startsAt } = content
    if (!equalBytes(network, this.#network)) return refuse('epoch_network', 'of another network')
    if (epochMs < EPOCH_MS_MIN || epochMs > EPOCH_MS_MAX) {
      return refuse('epoch_rhythm', `epochs of ${epochMs} ms`)
    }
    const currentEpoch = this.#current?.content.epoch ?? 0
    if (epoch < currentEpoch) return refuse('epoch_older', `epoch ${epoch} after ${currentEpoch}`)
    if (startsAt > nowMs + EPOCHS_AHEAD_MAX * epochMs + CLOCK_TOLERANCE_MS) {
      return refuse('epoch_future', `begins in ${startsAt - nowMs} ms`)
    }
    if (tellFreshness(content, nowMs) !== 'expired') return ok(undefined)
    return refuse('epoch_expired', `began ${nowMs - startsAt} ms ago`)
  }

  /** A document that passes has enough signatures, so what does not fit here was not made by one honest group. */
  #checkNeighbours(document: EpochDocument): Checked<void> {
    for (const held of this.#listHeld()) {
      const isBefore = held.content.epoch < document.content.epoch
      const [earlier, later] = isBefore ? [held, document] : [document, held]
      if (earlier.content.startsAt >= later.content.startsAt) {
        return refuse('epoch_rhythm', 'a later epoch begins no later')
      }
      const isNext = earlier.content.epoch + 1 === later.content.epoch
      if (isNext && !equalBytes(later.content.previous, earlier.hash)) {
        return refuse('epoch_chain', 'does not follow from the one before')
      }
    }
    return ok(undefined)
  }

  #keepProof(held: EpochDocument, document: EpochDocument): void {
    const { keys } = this.#authorities
    const unproven = keys.filter((key) => !this.#equivocations.has(encodeHex(key)))
    for (const proof of findEquivocations(held, document, unproven)) {
      this.#equivocations.set(encodeHex(proof.authority), proof)
    }
  }
}

function tellFreshness({ startsAt, epochMs }: EpochContent, nowMs: number): Freshness {
  const staleAt = startsAt + scaleTime('validity', epochMs)
  if (nowMs < staleAt) return 'fresh'
  return nowMs < staleAt + scaleTime('grace', epochMs) ? 'stale' : 'expired'
}

function compareEpochs(a: EpochDocument, b: EpochDocument): number {
  return a.content.epoch - b.content.epoch
}

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}
