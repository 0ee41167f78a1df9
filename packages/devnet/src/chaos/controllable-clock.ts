/**
 * A clock that can be stopped, moved and made faster while a program runs with it.
 *
 * Timers hang on the timeline, so that a step forward runs what is due by then and a frozen clock runs nothing. A step back
 * never makes a timer wait longer than it was asked to. The skew is a clock that is set wrong: it shows in `now` alone.
 *
 * @module
 */

import type { Cancel, Clock } from '@sotto/protocol/clock'
import { REAL_TIME, type Timeline, readTimeline } from './timeline.ts'

export interface ClockSetting {
  readonly timeline: Timeline
  /** Added to what the clock says. */
  readonly skewMs: number
}

interface Timer {
  dueMs: number
  readonly task: () => void
  cancelBase: Cancel
}

/** The longest that a timer of the platform can wait. */
const BASE_DELAY_MS_MAX = 2_147_483_647
/** The platform's timers may be so much early by the platform's own clock. */
const EARLY_MS_MAX = 1

export class ControllableClock implements Clock {
  readonly #base: Clock
  readonly #timers = new Set<Timer>()
  #setting: ClockSetting = { timeline: REAL_TIME, skewMs: 0 }

  constructor(base: Clock) {
    this.#base = base
  }

  now(): number {
    return Math.floor(this.#read()) + this.#setting.skewMs
  }

  after(delayMs: number, task: () => void): Cancel {
    const timer: Timer = {
      dueMs: this.#read() + Math.max(0, delayMs),
      task,
      cancelBase: () => undefined,
    }
    this.#timers.add(timer)
    this.#arm(timer)
    return () => {
      this.#timers.delete(timer)
      timer.cancelBase()
    }
  }

  set(setting: ClockSetting): void {
    const beforeMs = this.#read()
    this.#setting = setting
    const setBackMs = Math.max(0, beforeMs - this.#read())
    for (const timer of this.#timers) timer.dueMs -= setBackMs
    // In their order, so that those that a step passed run in it.
    const ordered = [...this.#timers].toSorted((a, b) => a.dueMs - b.dueMs)
    for (const timer of ordered) this.#arm(timer)
  }

  #read(): number {
    return readTimeline(this.#setting.timeline, this.#base.now())
  }

  #arm(timer: Timer): void {
    timer.cancelBase()
    timer.cancelBase = () => undefined
    const restMs = Math.max(0, timer.dueMs - this.#read())
    const { rate } = this.#setting.timeline
    if (rate === 0 && restMs > 0) return
    const delayMs = restMs === 0 ? 0 : Math.min(BASE_DELAY_MS_MAX, Math.ceil(restMs / rate))
    timer.cancelBase = this.#base.after(delayMs, () => this.#fire(timer))
  }

  #fire(timer: Timer): void {
    if (timer.dueMs - this.#read() > EARLY_MS_MAX * this.#setting.timeline.rate) {
      this.#arm(timer)
      return
    }
    this.#timers.delete(timer)
    timer.task()
  }
}
