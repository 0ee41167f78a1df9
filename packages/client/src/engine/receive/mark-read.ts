/**
 * What was read, on this device or on another one of ours: the timers of messages that end after they were read begin (spec 05 §5.7).
 *
 * @module
 */
import type { ConversationId, HistoryMessage } from '../../storage/history-message.ts'
import type { History } from '../../storage/history.ts'

/** Clocks of authors differ; further ahead is nobody by mistake. */
const READ_AHEAD_MS = 60 * 60 * 1000

/** Whether a position is believed: one in the far future would read what has not been written yet. */
export function isReadable(lastReadMs: number, nowMs: number): boolean {
  return lastReadMs <= nowMs + READ_AHEAD_MS
}

/** Gives the messages that were unread until now. Whoever calls sees to the transaction. */
export function markReadUpTo(
  { messages }: History,
  conversation: ConversationId,
  { lastReadMs, nowMs }: { readonly lastReadMs: number; readonly nowMs: number },
): readonly HistoryMessage[] {
  const read = messages.listUnread(conversation, lastReadMs)
  for (const message of read) {
    messages.markRead(message, nowMs)
    const { mode, seconds } = message.timer
    if (mode === 'after_read') messages.setEnd(message, nowMs + seconds * 1000)
  }
  return read
}
