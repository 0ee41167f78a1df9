/**
 * What a history knows about one message, and how it is a row of its table.
 *
 * @module
 */
import { type AccountId, parseAccountId } from '@sotto/crypto/identity'
import { type GroupId, parseGroupKey } from '@sotto/protocol/config'
import type { ConversationTimer, MessageRef } from '@sotto/protocol/session'
import type { SqlRow, SqlValue } from '../ports/index.ts'
import { type MessageDetails, readDetails, writeDetails } from './message-details.ts'

export type ConversationId = AccountId | GroupId

/** Names one message on all devices (spec 05 §5.4). */
export interface MessageName extends MessageRef {
  readonly conversation: ConversationId
}

const KINDS = ['message', 'timer', 'screenshot', 'media_saved', 'call'] as const
const STATES = ['received', 'queued', 'sent', 'failed'] as const
const TIMER_MODES = ['off', 'after_read', 'after_send'] as const

export type MessageKind = (typeof KINDS)[number]

/** `sent` means that members of a swarm proved to keep it, or that another device of ours said so. */
export type DeliveryState = (typeof STATES)[number]

export interface NewMessage extends MessageName {
  readonly kind: MessageKind
  readonly state: DeliveryState
  readonly text: string
  readonly details: MessageDetails
  readonly receivedAtMs: number
  /** Under which our own swarm keeps it; missing for what we sent and no copy came back of. */
  readonly hash?: string
  readonly timer: ConversationTimer
  readonly expiresAtMs?: number
  readonly readAtMs?: number
}

export interface HistoryMessage extends NewMessage {
  readonly editedAtMs?: number
  readonly isReadByThem: boolean
}

/** Columns of an insertion, in the order of `MESSAGE_COLUMNS`. */
export const MESSAGE_COLUMNS =
  'conversation, author, sent_at_ms, received_at_ms, kind, state, text, details, hash, read_at_ms, timer_mode, timer_seconds, expires_at_ms'

export function writeMessage(message: NewMessage): readonly SqlValue[] {
  const { conversation, author, sentAtMs, receivedAtMs, kind, state, text, details } = message
  const { hash = null, readAtMs = null, timer, expiresAtMs = null } = message
  const name = [conversation, author, sentAtMs]
  const content = [receivedAtMs, kind, state, text, writeDetails(details), hash, readAtMs]
  return [...name, ...content, timer.mode, timer.seconds, expiresAtMs]
}

/** Everything in a row was checked before it was written; ids are checked again because they become keys. */
export function readMessage(row: SqlRow): HistoryMessage {
  const { hash, edited_at_ms: edited, read_at_ms: read, expires_at_ms: expires } = row
  return {
    conversation: readConversation(row['conversation']),
    author: readAuthor(row['author']),
    sentAtMs: Number(row['sent_at_ms']),
    receivedAtMs: Number(row['received_at_ms']),
    kind: readWord(KINDS, row['kind']),
    state: readWord(STATES, row['state']),
    text: String(row['text']),
    details: readDetails(String(row['details'])),
    timer: {
      mode: readWord(TIMER_MODES, row['timer_mode']),
      seconds: Number(row['timer_seconds']),
    },
    isReadByThem: row['read_by_them'] === 1,
    ...(typeof hash === 'string' && { hash }),
    ...(typeof edited === 'number' && { editedAtMs: edited }),
    ...(typeof read === 'number' && { readAtMs: read }),
    ...(typeof expires === 'number' && { expiresAtMs: expires }),
  }
}

export function readConversation(value: SqlValue | undefined): ConversationId {
  const text = String(value)
  return parseGroupKey(text) ?? readAuthor(text)
}

export function readAuthor(value: SqlValue | undefined): AccountId {
  const id = parseAccountId(String(value))
  if (!id.ok) throw new TypeError('a history with something else than an account id')
  return id.value
}

function readWord<W extends string>(words: readonly W[], value: SqlValue | undefined): W {
  const word = words.find((candidate) => candidate === value)
  if (word === undefined) throw new TypeError('a history with a word that nobody writes')
  return word
}
