/**
 * A clock for many nodes in one process: it stands still while they work and steps on when all of them wait, so that the
 * time of the simulation is that of nodes with a machine each, however busy this one is.
 *
 * @module
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { Cancel, Clock } from '@sotto/protocol/clock'

interface Timer {
  readonly dueMs: number
  readonly task: () => void
}

/** Timers are kept by the step in which they are due: a network of 500 nodes has tens of thousands. */
const STEP_MS = 50

export class SimulatedClock implements Clock {
  #nowMs: number
  readonly #steps = new Map<number, Set<Timer>>()

  constructor(nowMs: number) {
    this.#nowMs = nowMs
  }

  now(): number {
    return this.#nowMs
  }

  after(delayMs: number, task: () => void): Cancel {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), task }
    const step = Math.floor(timer.dueMs / STEP_MS)
    const timers = this.#steps.get(step) ?? new Set()
    this.#steps.set(step, timers.add(timer))
    return () => void timers.delete(timer)
  }

  /** Lets time go on, one step after the other; `settle` resolves when everybody waits for the next. */
  async advance(durationMs: number, settle: () => Promise<void> = settleLoop): Promise<void> {
    const endMs = this.#nowMs + durationMs
    while (this.#nowMs < endMs) {
      const step = Math.floor(this.#nowMs / STEP_MS)
      const stepEndMs = Math.min(endMs, (step + 1) * STEP_MS)
      const ran = this.#run(step, stepEndMs)
      this.#nowMs = stepEndMs
      if (ran > 0) await settle()
    }
  }

  /** In the order of their times; a task may set timers that are due in the same step. Gives how many ran. */
  #run(step: number, endMs: number): number {
    const timers = this.#steps.get(step) ?? new Set()
    let ran = 0
    for (;;) {
      const due = [...timers].filter(({ dueMs }) => dueMs <= endMs)
      if (due.length === 0) break
      for (const timer of due.toSorted((a, b) => a.dueMs - b.dueMs)) {
        // One before it may have cancelled it.
        if (!timers.delete(timer)) continue
        this.#nowMs = Math.max(this.#nowMs, timer.dueMs)
        timer.task()
        ran += 1
      }
    }
    if (timers.size === 0) this.#steps.delete(step)
    return ran
  }
}

/** An event loop that rested so long had nothing to do: whatever one node sends another comes to this loop at once. */
const IDLE_MS_MIN = 0.3

export async function settleLoop(): Promise<void> {
  for (let idleMs = 0; idleMs < IDLE_MS_MIN;) {
    const before = performance.eventLoopUtilization()
    await delay(1)
    idleMs = performance.eventLoopUtilization(before).idle
  }
}
