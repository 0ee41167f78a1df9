/**
 * Takes messages of a group away: those that their author or an admin named, and all from before a moment (spec 14 §6.5).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { type GroupMessageTrace, isDeletedBy, type SentDeletion } from '@sotto/protocol/group'
import type { GroupId } from '@sotto/protocol/config'
import { TTL_MAX_PUBLIC_INBOX_MS } from '@sotto/protocol/rpc'
import type { HistoryMessage } from '../../storage/history-message.ts'
import type { History } from '../../storage/history.ts'
import type { GroupOutcome } from './group-events.ts'

/** A message may have been composed a while before it was stored. */
const TOMBSTONE_MS: number = 2 * TTL_MAX_PUBLIC_INBOX_MS

export function applyDeletion(
  history: History,
  id: GroupId,
  deletion: SentDeletion & { readonly nowMs: number },
): GroupOutcome {
  const { notice, author, sentAtMs: upToMs } = deletion
  const named = notice.hashes.flatMap((hash) => history.messages.findByHash(hash) ?? [])
  const ofMembers = notice.isByAdmin
    ? notice.members.flatMap((member) => history.messages.listSent(id, { upToMs, author: member }))
    : []
  const meant = new Set(
    [...named, ...ofMembers].filter(
      (message) => message.conversation === id && isDeletedBy(deletion, toTrace(message)),
    ),
  )
  // The notice may be here before what it names, or on one node without it.
  for (const hash of notice.hashes)
    history.arrivals.markSeen(
      nameDeleted(notice.isByAdmin ? undefined : author, hash),
      deletion.nowMs + TOMBSTONE_MS,
    )
  // Never what a notice merely names: a member could have admins delete what others wrote.
  const obsoleteHashes = [...meant].flatMap(({ hash }) => hash ?? [])
  return { ...eraseAll(history, [...meant]), obsoleteHashes }
}

/** Whether a deletion came before its message. */
export function isDeletedEarly(history: History, { author, hash }: GroupMessageTrace): boolean {
  return (
    history.arrivals.isSeen(nameDeleted(author, hash)) ||
    history.arrivals.isSeen(nameDeleted(undefined, hash))
  )
}

/** Without an author for what an admin deleted; members delete only what is their own. */
function nameDeleted(author: AccountId | undefined, hash: string): string {
  return `deleted ${author ?? ''} ${hash}`
}

export function eraseSentUntil(history: History, id: GroupId, upToMs: number): GroupOutcome {
  return { ...eraseAll(history, history.messages.listSent(id, { upToMs })), obsoleteHashes: [] }
}

function eraseAll(
  history: History,
  messages: readonly HistoryMessage[],
): Pick<GroupOutcome, 'events'> {
  return {
    events: messages.map(({ conversation, author, sentAtMs }) => {
      const name = { conversation, author, sentAtMs }
      history.erase(name, sentAtMs + TOMBSTONE_MS)
      return { kind: 'erased', name }
    }),
  }
}

function toTrace({ author, hash = '', sentAtMs }: HistoryMessage): GroupMessageTrace {
  return { author, hash, sentAtMs }
}
