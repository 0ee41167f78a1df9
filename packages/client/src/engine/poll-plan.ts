/**
 * When a messenger that follows asks again (ADR 0017): a pure function of what happened, so that the table of the decision record and
 * this file can be compared line by line. The clock and the rounds are `follow.ts`.
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'
import { pickIndex } from './random-choice.ts'

/** ADR 0006. */
export const POLL_INTERVAL_MS = 5000
/** ADR 0017. The intervals of other clients for what was quiet for some days, and any moment between them. */
export const BACKGROUND_PAUSE_MIN_MS = 60_000
export const BACKGROUND_PAUSE_MAX_MS = 120_000
/** ADR 0017. */
export const OFFLINE_PAUSE_MAX_MS = 300_000

/** Whether somebody looks. */
export type PollScreen = 'foreground' | 'background'

/** `offline` while nothing at all answers. */
export type PollState = PollScreen | 'offline'

export interface PollPlan {
  readonly screen: PollScreen
  /** Rounds one after another in which nothing answered. */
  readonly misses: number
}

/**
 * `reached` after a round in which anything answered, whether it succeeded or not; `missed` after one that failed and nothing did;
 * `woken` when the platform says that there may be a network again.
 */
export type PollSignal = 'reached' | 'missed' | 'woken' | PollScreen

export const FIRST_PLAN: PollPlan = { screen: 'foreground', misses: 0 }

export function advancePlan({ screen, misses }: PollPlan, signal: PollSignal): PollPlan {
  switch (signal) {
    case 'reached':
      return { screen, misses: 0 }
    case 'missed':
      return { screen, misses: misses + 1 }
    case 'woken':
      return { screen, misses: Math.min(misses, 1) }
    case 'foreground':
      return { screen: signal, misses: screen === signal ? misses : Math.min(misses, 1) }
    case 'background':
      return { screen: signal, misses }
  }
}

export function findState({ screen, misses }: PollPlan): PollState {
  return misses > 0 ? 'offline' : screen
}

/** Whether the next round comes now. */
export function asksAtOnce({ screen }: PollPlan, signal: PollSignal): boolean {
  return signal === 'woken' || (signal === 'foreground' && screen === 'background')
}

/** Until the next round; never less without a network than with one. */
export function choosePauseMs({ screen, misses }: PollPlan, randomness: Randomness): number {
  if (misses === 0 && screen === 'foreground') return POLL_INTERVAL_MS
  if (misses === 0) return pickBetween(BACKGROUND_PAUSE_MIN_MS, BACKGROUND_PAUSE_MAX_MS, randomness)
  const shortestMs = screen === 'foreground' ? POLL_INTERVAL_MS : BACKGROUND_PAUSE_MIN_MS
  const longestMs = Math.min(shortestMs * 2 ** misses, OFFLINE_PAUSE_MAX_MS)
  return pickBetween(longestMs / 2, longestMs, randomness)
}

function pickBetween(minMs: number, maxMs: number, randomness: Randomness): number {
  return minMs + pickIndex(maxMs - minMs + 1, randomness)
}
