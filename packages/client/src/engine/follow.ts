/**
 * Polls again and again until it is stopped. A failed round is told and the next one comes all the same.
 *
 * @module
 */
import type { Result } from '@sotto/crypto/result'
import type { Cancel, Clock } from '@sotto/protocol/clock'
import type { ClientError } from '../errors.ts'
import type { GroupEvent } from './groups/index.ts'

/** ADR 0006. */
export const POLL_INTERVAL_MS = 5000

export interface FollowListener {
  /** Only rounds that brought something. */
  readonly onEvents: (events: readonly GroupEvent[]) => void | Promise<void>
  readonly onFailure?: (error: ClientError) => void
}

export interface Following {
  /** Resolves when the round that is under way has ended. */
  stop(): Promise<void>
}

export function startFollowing(
  poll: () => Promise<Result<readonly GroupEvent[], ClientError>>,
  clock: Clock,
  listener: FollowListener,
): Following {
  let isStopped = false
  let cancel: Cancel | undefined
  let round: Promise<void> = Promise.resolve()

  async function runRound(): Promise<void> {
    const result = await poll()
    if (!result.ok) listener.onFailure?.(result.error)
    else if (result.value.length > 0) await listener.onEvents(result.value)
    if (!isStopped) cancel = clock.after(POLL_INTERVAL_MS, begin)
  }

  function begin(): void {
    round = runRound()
  }

  begin()
  return {
    stop() {
      isStopped = true
      cancel?.()
      return round
    },
  }
}
