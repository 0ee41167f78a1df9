/**
 * Whom a node tests next, and when (spec 09 §3): one random other at a time, at a rate that does not depend on the size of
 * the network, failing ones more often, newcomers at once by a few. It decides; testing is the program's part.
 *
 * @module
 */

import type { Randomness } from '@sotto/crypto/randomness'
import { scaleTime, TIMES_IN_EPOCHS } from '../directory/network-times.ts'

export interface TestRhythmOptions {
  readonly epochMs: number
  readonly randomness: Randomness
}

interface Failing {
  readonly failures: number
  readonly dueMs: number
}

/** Spec 09 §3.2. */
const RETESTS_AT_ONCE_MAX = 4
/** Spec 09 §3.3. About so many nodes test a newcomer at once, whatever their number. */
const NEWCOMER_TESTERS = 8
/** Spec 09 §3.3. They do it within this part of the mean interval. */
const NEWCOMER_SPREAD = 1 / 2
/** Spec 09 §3.1. With short epochs tests would be all that a machine does. */
const MEAN_INTERVAL_MIN_MS = 1000
/** Spec 09 §3.1. No interval is shorter than this part of the mean. */
const INTERVAL_MIN = 1 / 4
const UINT32_RANGE = 2 ** 32

export class TestRhythm {
  readonly #options: TestRhythmOptions
  #nodes: ReadonlySet<string> = new Set()
  #queue: string[] = []
  readonly #newcomers = new Map<string, number>()
  readonly #failing = new Map<string, Failing>()
  #nextRandomMs: number | undefined
  #lastMs: number | undefined

  constructor(options: TestRhythmOptions) {
    this.#options = options
  }

  /** All nodes but oneself. Those that were not there before are newcomers, except the first time. */
  setNodes(keys: readonly string[], nowMs: number): void {
    const before = this.#nodes
    this.#nodes = new Set(keys)
    this.#queue = this.#queue.filter((key) => this.#nodes.has(key))
    for (const known of [this.#failing, this.#newcomers]) {
      for (const key of known.keys()) if (!this.#nodes.has(key)) known.delete(key)
    }
    if (before.size === 0) return
    for (const key of keys) if (!before.has(key)) this.noteNewcomer(key, nowMs)
  }

  /** Also for a node whose address has changed. */
  noteNewcomer(key: string, nowMs: number): void {
    if (!this.#nodes.has(key) || this.#draw() * this.#nodes.size >= NEWCOMER_TESTERS) return
    const meanMs = this.#findMean()
    this.#newcomers.set(key, nowMs + this.#draw() * NEWCOMER_SPREAD * meanMs)
  }

  /** Whom to test now; each is given once. */
  due(nowMs: number): readonly string[] {
    this.#noteTime(nowMs)
    const due: string[] = []
    for (const [key, dueMs] of this.#newcomers) {
      if (dueMs > nowMs) continue
      this.#newcomers.delete(key)
      due.push(key)
    }
    const retests = [...this.#failing]
      .filter(([, { dueMs }]) => dueMs <= nowMs)
      .toSorted(([, a], [, b]) => a.dueMs - b.dueMs)
      .slice(0, RETESTS_AT_ONCE_MAX)
    for (const [key, failing] of retests) {
      this.#failing.set(key, { ...failing, dueMs: Number.POSITIVE_INFINITY })
      due.push(key)
    }
    this.#nextRandomMs ??= nowMs + this.#drawInterval()
    if (this.#nextRandomMs <= nowMs) {
      this.#nextRandomMs = nowMs + this.#drawInterval()
      const key = this.#takeRandom()
      if (key !== undefined) due.push(key)
    }
    return [...new Set(due)]
  }

  /** A clock that was set back makes nothing wait longer: else a node would test nobody for as long as it was wrong. */
  #noteTime(nowMs: number): void {
    const setBackMs = (this.#lastMs ?? nowMs) - nowMs
    this.#lastMs = nowMs
    if (setBackMs <= 0) return
    for (const [key, dueMs] of this.#newcomers) this.#newcomers.set(key, dueMs - setBackMs)
    for (const [key, failing] of this.#failing) {
      this.#failing.set(key, { ...failing, dueMs: failing.dueMs - setBackMs })
    }
    if (this.#nextRandomMs !== undefined) this.#nextRandomMs -= setBackMs
  }

  recordResult(key: string, isReachable: boolean, nowMs: number): void {
    if (isReachable || !this.#nodes.has(key)) {
      this.#failing.delete(key)
      return
    }
    const { epochMs } = this.#options
    const failures = (this.#failing.get(key)?.failures ?? 0) + 1
    const delayMs = scaleTime('retestStep', epochMs) * failures + this.#drawInterval()
    const dueMs = nowMs + Math.min(delayMs, scaleTime('retestMax', epochMs))
    this.#failing.set(key, { failures, dueMs })
  }

  /** Every node once before any twice; failing ones have a rhythm of their own. */
  #takeRandom(): string | undefined {
    if (this.#queue.length === 0) this.#queue = this.#shuffle([...this.#nodes])
    while (this.#queue.length > 0) {
      const key = this.#queue.pop()
      if (key !== undefined && !this.#failing.has(key)) return key
    }
    return undefined
  }

  #shuffle(keys: string[]): string[] {
    const pool = keys.map((key) => ({ key, rank: this.#draw() }))
    return pool.toSorted((a, b) => a.rank - b.rank).map(({ key }) => key)
  }

  /** Normally distributed (Box and Muller). */
  #drawInterval(): number {
    const meanMs = this.#findMean()
    const deviation = TIMES_IN_EPOCHS.testIntervalDeviation / TIMES_IN_EPOCHS.testIntervalMean
    const radius = Math.sqrt(-2 * Math.log(1 - this.#draw()))
    const normal = radius * Math.cos(2 * Math.PI * this.#draw())
    const intervalMs = meanMs + normal * deviation * meanMs
    return Math.max(intervalMs, INTERVAL_MIN * meanMs)
  }

  #findMean(): number {
    return Math.max(scaleTime('testIntervalMean', this.#options.epochMs), MEAN_INTERVAL_MIN_MS)
  }

  /** From 0 to below 1. */
  #draw(): number {
    const bytes = this.#options.randomness.bytes(4)
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / UINT32_RANGE
  }
}
