/**
 * Puts the records of an archive into a history that may have content already (spec 16 §7): in whatever order they come and however
 * often, the outcome is the same. Whoever calls sees to the transaction.
 *
 * @module
 */
import type { ArchivedMessage, ArchiveRecord } from '@sotto/protocol/archive'
import type { Database, SqlStatement } from '../../ports/index.ts'
import type { History } from '../history.ts'
import { writeDetails } from '../message-details.ts'

const COLUMNS = `conversation, author, sent_at_ms, received_at_ms, kind, state, text, details, hash,
  edited_at_ms, read_at_ms, read_by_them, timer_mode, timer_seconds, expires_at_ms`

/**
 * Of two copies of a message the newer edit counts, the earlier reading and the earlier end; what was sent from anywhere was sent.
 * Without the condition, an import that changes nothing would write each message and its place in the search index anew.
 */
const MERGE = `INSERT INTO messages (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (conversation, author, sent_at_ms) DO UPDATE SET
    text = iif(coalesce(excluded.edited_at_ms, 0) > coalesce(edited_at_ms, 0), excluded.text, text),
    edited_at_ms = nullif(max(coalesce(excluded.edited_at_ms, 0), coalesce(edited_at_ms, 0)), 0),
    state = iif(state <> 'received' AND excluded.state = 'sent', 'sent', state),
    hash = coalesce(hash, excluded.hash),
    read_at_ms = min(coalesce(read_at_ms, excluded.read_at_ms), coalesce(excluded.read_at_ms, read_at_ms)),
    read_by_them = max(read_by_them, excluded.read_by_them),
    expires_at_ms = min(coalesce(expires_at_ms, excluded.expires_at_ms), coalesce(excluded.expires_at_ms, expires_at_ms))
  WHERE coalesce(excluded.edited_at_ms, 0) > coalesce(edited_at_ms, 0)
    OR (state IN ('queued', 'failed') AND excluded.state = 'sent')
    OR (hash IS NULL AND excluded.hash IS NOT NULL)
    OR excluded.read_at_ms < coalesce(read_at_ms, 9e15)
    OR excluded.read_by_them > read_by_them
    OR excluded.expires_at_ms < coalesce(expires_at_ms, 9e15)`

export interface MergeOptions {
  readonly database: Database
  readonly nowMs: number
  /** Whether the archive is of the account that the history is of. */
  readonly isOwn: boolean
}

export class ArchiveMerge {
  readonly #history: History
  readonly #nowMs: number
  readonly #isOwn: boolean
  readonly #merge: SqlStatement

  constructor(history: History, { database, nowMs, isOwn }: MergeOptions) {
    this.#history = history
    this.#nowMs = nowMs
    this.#isOwn = isOwn
    this.#merge = database.prepare(MERGE)
  }

  /** Whether it changed anything. */
  add(record: ArchiveRecord): boolean {
    const { reactions, tombstones, profiles, drafts, configs } = this.#history
    switch (record.kind) {
      case 'message':
        return this.#addMessage(record.message)
      case 'reaction':
        return !tombstones.has(record.reaction.target) && reactions.put(record.reaction)
      case 'tombstone':
        return this.#erase(record)
      case 'profile': {
        const { account, changedAtMs, ...profile } = record.profile
        return profiles.put(account, profile, changedAtMs)
      }
      case 'draft':
        // What is being written here is newer than any archive.
        if (record.text === '' || drafts.find(record.conversation) !== '') return false
        drafts.put(record.conversation, record.text)
        return true
      case 'config':
        // What was shared since the archive was made is in the dump that is there, and in the swarm.
        if (!this.#isOwn || configs.find(record.owner, record.namespace) !== undefined) return false
        configs.put(record.owner, record.namespace, record.dump)
        return true
      case 'owner':
      case 'seed':
        return false
    }
  }

  /** What ended since the archive was made stays away, and so does what was erased here. */
  #addMessage(message: ArchivedMessage): boolean {
    const { messages, tombstones, earlyEdits } = this.#history
    const hasEnded = message.expiresAtMs !== undefined && message.expiresAtMs <= this.#nowMs
    if (hasEnded || tombstones.has(message)) return false
    const hasChanged = this.#merge.run(...listColumns(message)) > 0
    const edit = earlyEdits.take(message)
    return (edit !== undefined && messages.edit(message, edit)) || hasChanged
  }

  #erase({ name, endsAtMs }: Extract<ArchiveRecord, { kind: 'tombstone' }>): boolean {
    const { messages, tombstones } = this.#history
    if (tombstones.has(name) && messages.find(name) === undefined) {
      tombstones.put(name, endsAtMs)
      return false
    }
    this.#history.erase(name, endsAtMs)
    return true
  }
}

function listColumns(message: ArchivedMessage): readonly (string | number | null)[] {
  const { conversation, author, sentAtMs, receivedAtMs, kind, state, text, details } = message
  const { hash = null, editedAtMs = null, readAtMs = null, expiresAtMs = null, timer } = message
  const content = [receivedAtMs, kind, state, text, writeDetails(details), hash, editedAtMs]
  const reading = [readAtMs, message.isReadByThem ? 1 : 0]
  const end = [timer.mode, timer.seconds, expiresAtMs]
  return [conversation, author, sentAtMs, ...content, ...reading, ...end]
}
