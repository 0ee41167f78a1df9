/**
 * Polls again and again until it is stopped. A failed round is told and the next one comes all the same; when it comes is `poll-plan.ts`.
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'
import type { Result } from '@sotto/crypto/result'
import type { Cancel, Clock } from '@sotto/protocol/clock'
import type { ClientError } from '../errors.ts'
import type { MessengerEvent } from './messenger-event.ts'
import {
  advancePlan,
  asksAtOnce,
  choosePauseMs,
  findState,
  FIRST_PLAN,
  type PollScreen,
  type PollSignal,
  type PollState,
} from './poll-plan.ts'

export interface FollowListener {
  /** Only rounds that brought something. */
  readonly onEvents: (events: readonly MessengerEvent[]) => void | Promise<void>
  readonly onFailure?: (error: ClientError) => void
  /** At each change; it begins in the foreground. */
  readonly onState?: (state: PollState) => void
}

export interface Following {
  readonly state: PollState
  /** Whether somebody looks. In the foreground the next round comes now. */
  enter(screen: PollScreen): void
  /** There may be a network again, or something new: the next round comes now. */
  wake(): void
  /** Resolves when the round that is under way has ended. */
  stop(): Promise<void>
}

export interface FollowParts {
  readonly poll: () => Promise<Result<readonly MessengerEvent[], ClientError>>
  /** What the network said at all. */
  readonly heard: { readonly answers: number }
  readonly clock: Clock
  readonly randomness: Randomness
}

export function startFollowing(parts: FollowParts, listener: FollowListener): Following {
  const followed = new FollowedPolling(parts, listener)
  followed.begin()
  return followed
}

class FollowedPolling implements Following {
  readonly #parts: FollowParts
  readonly #listener: FollowListener
  #plan = FIRST_PLAN
  #isStopped = false
  /** A round for which somebody could not wait came while one was under way. */
  #isAskedAgain = false
  /** Of the pause; absent while a round is under way. */
  #cancel: Cancel | undefined
  #round: Promise<void> = Promise.resolve()

  constructor(parts: FollowParts, listener: FollowListener) {
    this.#parts = parts
    this.#listener = listener
  }

  get state(): PollState {
    return findState(this.#plan)
  }

  begin(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#isAskedAgain = false
    this.#round = this.#runRound()
  }

  enter(screen: PollScreen): void {
    this.#signal(screen)
  }

  wake(): void {
    this.#signal('woken')
  }

  stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel?.()
    return this.#round
  }

  async #runRound(): Promise<void> {
    const { poll, heard } = this.#parts
    const before = heard.answers
    const result = await poll()
    if (!result.ok) this.#listener.onFailure?.(result.error)
    else if (result.value.length > 0) await this.#listener.onEvents(result.value)
    const isMissed = !result.ok && heard.answers === before
    if (this.#isStopped) return
    this.#advance(isMissed ? 'missed' : 'reached')
    this.#pause()
  }

  #pause(): void {
    if (this.#isStopped) return
    const { clock, randomness } = this.#parts
    const pauseMs = this.#isAskedAgain ? 0 : choosePauseMs(this.#plan, randomness)
    this.#cancel = clock.after(pauseMs, () => {
      this.begin()
    })
  }

  /** From outside, at any time. */
  #signal(signal: PollSignal): void {
    if (this.#isStopped) return
    const isNow = asksAtOnce(this.#plan, signal)
    const isPausing = this.#cancel !== undefined
    const { screen } = this.#plan
    this.#advance(signal)
    if (this.#isStopped) return
    if (isNow && isPausing) this.begin()
    else if (isNow) this.#isAskedAgain = true
    else if (isPausing && this.#plan.screen !== screen) {
      this.#cancel?.()
      this.#pause()
    }
  }

  #advance(signal: PollSignal): void {
    const before = this.state
    this.#plan = advancePlan(this.#plan, signal)
    if (this.state !== before) this.#listener.onState?.(this.state)
  }
}
