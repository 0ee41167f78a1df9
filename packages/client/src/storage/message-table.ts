/**
 * Messages of all conversations. Whoever calls sees to the transaction.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { Database, SqlRow, SqlStatement } from '../ports/index.ts'
import {
  type ConversationId,
  type DeliveryState,
  type HistoryMessage,
  MESSAGE_COLUMNS,
  type MessageName,
  type NewMessage,
  readAuthor,
  readConversation,
  readMessage,
  writeMessage,
} from './history-message.ts'
import { composeMatch } from './search-match.ts'

const WHERE_NAME = 'conversation = ? AND author = ? AND sent_at_ms = ?'
const LAST_CHARACTER = '\u{10FFFF}'
const NEWEST = 'ORDER BY shown_at_ms DESC, id DESC LIMIT ?'

export interface ConversationCount {
  readonly conversation: ConversationId
  readonly messages: number
  readonly unread: number
  /** When the newest is shown. */
  readonly latestMs: number
}

export interface PageQuery {
  /** Only what is shown before this message. */
  readonly before?: MessageName
  readonly limit: number
}

export interface SearchQuery {
  readonly words: string
  readonly conversation?: ConversationId
  readonly limit: number
}

export class MessageTable {
  readonly #database: Database
  readonly #statements = new Map<string, SqlStatement>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Whether it is new; a message of this name changes nothing. */
  add(message: NewMessage): boolean {
    const sql = `INSERT INTO messages (${MESSAGE_COLUMNS})
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
    return this.#prepare(sql).run(...writeMessage(message)) > 0
  }

  find(name: MessageName): HistoryMessage | undefined {
    const row = this.#prepare(`SELECT * FROM messages WHERE ${WHERE_NAME}`).get(...listName(name))
    return row && readMessage(row)
  }

  findByHash(hash: string): HistoryMessage | undefined {
    const row = this.#prepare('SELECT * FROM messages WHERE hash = ?').get(hash)
    return row && readMessage(row)
  }

  /** Whatever the conversation: what an author takes back names no conversation. */
  findByAuthor(author: AccountId, sentAtMs: number): readonly HistoryMessage[] {
    const sql = 'SELECT * FROM messages WHERE author = ? AND sent_at_ms = ?'
    return readAll(this.#prepare(sql).all(author, sentAtMs))
  }

  /** Newest first. */
  list(conversation: ConversationId, { before, limit }: PageQuery): readonly HistoryMessage[] {
    if (before === undefined) {
      return readAll(
        this.#prepare(`SELECT * FROM messages WHERE conversation = ? ${NEWEST}`).all(
          conversation,
          limit,
        ),
      )
    }
    const sql = `SELECT * FROM messages WHERE conversation = ? AND (shown_at_ms, id) <
      (SELECT shown_at_ms, id FROM messages WHERE ${WHERE_NAME}) ${NEWEST}`
    return readAll(this.#prepare(sql).all(conversation, ...listName(before), limit))
  }

  /** Up to a time, of one author or of all. */
  listSent(
    conversation: ConversationId,
    { upToMs, author }: { readonly upToMs: number; readonly author?: AccountId },
  ): readonly HistoryMessage[] {
    const where = author === undefined ? '' : 'AND author = ?'
    const sql = `SELECT * FROM messages WHERE conversation = ? AND sent_at_ms <= ? ${where}`
    const filter = author === undefined ? [] : [author]
    return readAll(this.#prepare(sql).all(conversation, upToMs, ...filter))
  }

  /** Received and not read, oldest first. */
  listUnread(conversation: ConversationId, upToMs: number): readonly HistoryMessage[] {
    const sql = `SELECT * FROM messages
      WHERE conversation = ? AND state = 'received' AND read_at_ms IS NULL AND sent_at_ms <= ?
      ORDER BY sent_at_ms`
    return readAll(this.#prepare(sql).all(conversation, upToMs))
  }

  /** Received in any conversation, oldest first. */
  listReceived({ isUnreadOnly }: { readonly isUnreadOnly: boolean }): readonly HistoryMessage[] {
    const unread = isUnreadOnly ? 'AND read_at_ms IS NULL' : ''
    const sql = `SELECT * FROM messages WHERE state = 'received' ${unread} ORDER BY shown_at_ms, id`
    return readAll(this.#prepare(sql).all())
  }

  /** Of that time in any conversation: what a person names by its time alone. */
  findByTime(sentAtMs: number): readonly HistoryMessage[] {
    return readAll(this.#prepare('SELECT * FROM messages WHERE sent_at_ms = ?').all(sentAtMs))
  }

  hasReceived(conversation: ConversationId): boolean {
    const sql =
      "SELECT 1 AS found FROM messages WHERE conversation = ? AND state = 'received' LIMIT 1"
    return this.#prepare(sql).get(conversation) !== undefined
  }

  listNames(conversation: ConversationId): readonly MessageName[] {
    const sql = 'SELECT author, sent_at_ms FROM messages WHERE conversation = ?'
    return this.#prepare(sql)
      .all(conversation)
      .map((row) => ({
        conversation,
        author: readAuthor(row['author']),
        sentAtMs: Number(row['sent_at_ms']),
      }))
  }

  /** Under these our swarm keeps them. */
  listHashes(conversation: ConversationId): readonly string[] {
    const sql = 'SELECT hash FROM messages WHERE conversation = ? AND hash IS NOT NULL'
    return this.#prepare(sql)
      .all(conversation)
      .map((row) => String(row['hash']))
  }

  /** All words have to occur, the last one may be a beginning. Newest first. */
  search({ words, conversation, limit }: SearchQuery): readonly HistoryMessage[] {
    const match = composeMatch(words, (...asked) => this.#listTerms(...asked))
    if (match === undefined) return []
    const where = conversation === undefined ? '' : 'AND conversation = ?'
    const sql = `SELECT messages.* FROM message_texts JOIN messages ON messages.id = message_texts.rowid
      WHERE message_texts MATCH ? ${where} ORDER BY message_texts.rowid DESC LIMIT ?`
    const filter = conversation === undefined ? [] : [conversation]
    return readAll(this.#prepare(sql).all(match, ...filter, limit))
  }

  #listTerms(beginning: string, limit: number): readonly string[] {
    const sql = 'SELECT term FROM message_terms WHERE term >= ? AND term <= ? LIMIT ?'
    const rows = this.#prepare(sql).all(beginning, `${beginning}${LAST_CHARACTER}`, limit)
    return rows.map((row) => String(row['term']))
  }

  /** Of every conversation that has messages, the one with the newest first. */
  count(): readonly ConversationCount[] {
    const sql = `SELECT conversation, messages, unread, (SELECT max(shown_at_ms) FROM messages
        WHERE conversation = conversation_counts.conversation) AS latest
      FROM conversation_counts ORDER BY latest DESC`
    return this.#prepare(sql)
      .all()
      .map((row) => ({
        conversation: readConversation(row['conversation']),
        messages: Number(row['messages']),
        unread: Number(row['unread']),
        latestMs: Number(row['latest']),
      }))
  }

  /** The newest of every conversation, in one question: each of a thousand would lock the file anew. */
  listLatest(): readonly HistoryMessage[] {
    const sql = `SELECT messages.* FROM conversation_counts AS counted JOIN messages ON messages.id =
      (SELECT id FROM messages WHERE conversation = counted.conversation ${NEWEST})`
    return readAll(this.#prepare(sql).all(1))
  }

  edit(name: MessageName, change: { readonly text: string; readonly editedAtMs: number }): boolean {
    const sql = `UPDATE messages SET text = ?, edited_at_ms = ?
      WHERE ${WHERE_NAME} AND coalesce(edited_at_ms, 0) < ?`
    const { text, editedAtMs } = change
    return this.#prepare(sql).run(text, editedAtMs, ...listName(name), editedAtMs) > 0
  }

  setState(name: MessageName, state: DeliveryState, hash?: string): void {
    const sql = `UPDATE messages SET state = ?, hash = coalesce(?, hash)
      WHERE ${WHERE_NAME} AND state <> 'received'`
    this.#prepare(sql).run(state, hash ?? null, ...listName(name))
  }

  markRead(name: MessageName, readAtMs: number): void {
    const sql = `UPDATE messages SET read_at_ms = ? WHERE ${WHERE_NAME} AND read_at_ms IS NULL`
    this.#prepare(sql).run(readAtMs, ...listName(name))
  }

  /** Of our own messages. Whether there is one of that time. */
  markReadByThem(name: MessageName): boolean {
    const sql = `UPDATE messages SET read_by_them = 1 WHERE ${WHERE_NAME} AND state <> 'received'`
    return this.#prepare(sql).run(...listName(name)) > 0
  }

  /** The earlier end counts: a timer that runs is never made longer. */
  setEnd(name: MessageName, expiresAtMs: number): void {
    const sql = `UPDATE messages SET expires_at_ms = min(coalesce(expires_at_ms, ?), ?) WHERE ${WHERE_NAME}`
    this.#prepare(sql).run(expiresAtMs, expiresAtMs, ...listName(name))
  }

  listEnded(nowMs: number): readonly HistoryMessage[] {
    return readAll(this.#prepare('SELECT * FROM messages WHERE expires_at_ms <= ?').all(nowMs))
  }

  findNextEnd(): number | undefined {
    const end = this.#prepare('SELECT min(expires_at_ms) AS next FROM messages').get()?.['next']
    return typeof end === 'number' ? end : undefined
  }

  erase(name: MessageName): boolean {
    return this.#prepare(`DELETE FROM messages WHERE ${WHERE_NAME}`).run(...listName(name)) > 0
  }

  eraseConversation(conversation: ConversationId): void {
    this.#prepare('DELETE FROM messages WHERE conversation = ?').run(conversation)
  }

  /** Statements are compiled once: most of the time of a short query is its compilation. */
  #prepare(sql: string): SqlStatement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

function readAll(rows: readonly SqlRow[]): readonly HistoryMessage[] {
  return rows.map(readMessage)
}

function listName({ conversation, author, sentAtMs }: MessageName): [string, string, number] {
  return [conversation, author, sentAtMs]
}
