/**
 * Says when messages may have been lost: a swarm keeps them for two weeks, and whoever was away for longer is not told of what went
 * meanwhile (ADR 0017). What authors gave a shorter life is not counted: it was meant to go.
 *
 * @module
 */
import { TTL_MAX_PUBLIC_INBOX_MS } from '@sotto/protocol/rpc'
import type { Gap } from '../../storage/gap-table.ts'
import type { History } from '../../storage/history.ts'

export interface GapEvent extends Gap {
  readonly kind: 'gap'
}

/** A round comes every few seconds, and each writing costs the disk as much as a message. A gap begins that much too early. */
const REMEMBER_EVERY_MS = 60_000

/** After a round that read all there was, in the time of the network. Gives what is new. */
export function noteGap(history: History, nowMs: number): readonly GapEvent[] {
  const { gaps } = history
  const fromMs = gaps.findComplete()
  const toMs = nowMs - TTL_MAX_PUBLIC_INBOX_MS
  // The network's time may go back, when it was wrong before.
  if (fromMs !== undefined && Math.abs(nowMs - fromMs) < REMEMBER_EVERY_MS) return []
  return history.transaction(() => {
    gaps.putComplete(nowMs)
    if (fromMs === undefined || fromMs >= toMs) return []
    gaps.add({ fromMs, toMs })
    return [{ kind: 'gap', fromMs, toMs }]
  })
}
