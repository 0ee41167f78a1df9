/**
 * Takes away what has ended, and what was only kept for a while (spec 05 §5.7).
 *
 * @module
 */
import { TTL_MAX_PUBLIC_INBOX_MS } from '@sotto/protocol/rpc'
import type { History } from '../../storage/history.ts'
import type { HistoryEvent } from '../receive/received.ts'

/** A swarm may give a copy for as long as it keeps anything, and a little longer while clocks differ. */
const TOMBSTONE_MS = TTL_MAX_PUBLIC_INBOX_MS + 24 * 60 * 60 * 1000

/** Gives what went. */
export function sweep(history: History, nowMs: number): readonly HistoryEvent[] {
  return history.transaction(() => {
    const ended = history.messages.listEnded(nowMs)
    for (const message of ended) history.erase(message, nowMs + TOMBSTONE_MS)
    history.tombstones.forget(nowMs)
    history.earlyEdits.forget(nowMs - TTL_MAX_PUBLIC_INBOX_MS)
    return ended.map(({ conversation, author, sentAtMs }) => ({
      kind: 'erased' as const,
      name: { conversation, author, sentAtMs },
    }))
  })
}
