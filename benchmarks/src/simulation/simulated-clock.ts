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

  /** Lets so much time pass at once, and waits for nobody. Gives how many tasks ran. */
  step(durationMs: number): number {
    const endMs = this.#nowMs + durationMs
    let ran = 0
    while (this.#nowMs < endMs) {
      const step = Math.floor(this.#nowMs / STEP_MS)
      const stepEndMs = Math.min(endMs, (step + 1) * STEP_MS)
      ran += this.#run(step, stepEndMs)
      this.#nowMs = stepEndMs
    }
    return ran
  }

  /** Lets time go on, one step after the other; `settle` resolves when everybody waits for the next. */
  async advance(durationMs: number, settle: () => Promise<unknown> = settleLoop): Promise<void> {
    const endMs = this.#nowMs + durationMs
    while (this.#nowMs < endMs) {
      const stepMs = Math.min(endMs - this.#nowMs, STEP_MS - (this.#nowMs % STEP_MS))
      if (this.step(stepMs) > 0) await settle()
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

/** An event loop that rested so long had nothing to do: whatever one node sends another comes at once. */
const IDLE_MS_MIN = 0.3

/** Gives how often it looked: once if there was nothing to do from the first. */
export async function settleLoop(): Promise<number> {
  for (let looks = 1; ; looks += 1) {
    const before = performance.eventLoopUtilization()
    await delay(1)
    if (performance.eventLoopUtilization(before).idle >= IDLE_MS_MIN) return looks
  }
}
