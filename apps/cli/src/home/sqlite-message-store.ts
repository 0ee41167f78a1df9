/**
 * `MessageStore` in a home's database.
 *
 * @module
 */
import type {
  ConversationCounts,
  Cursor,
  CursorKey,
  InboxChange,
  Message,
  MessageQuery,
  MessageStore,
  StoredMessage,
  StrangerCounts,
} from '@sotto/client/ports'
import type { AccountId } from '@sotto/crypto/identity'
import type { Database } from 'better-sqlite3'

interface MessageRow {
  readonly hash: string
  readonly conversation: string
  readonly author: string
  readonly direction: Message['direction']
  readonly text: string
  readonly sent_at_ms: number
  readonly received_at_ms: number
  readonly is_read: number
}

const INSERT_MESSAGE = `INSERT OR IGNORE INTO messages
  (hash, conversation, author, direction, text, sent_at_ms, received_at_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?)`
const INSERT_SEEN =
  'INSERT INTO seen VALUES (?, ?) ON CONFLICT DO UPDATE SET expires_at_ms = excluded.expires_at_ms'
const INSERT_CURSOR =
  'INSERT INTO cursors VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET hash = excluded.hash'
const SELECT_MESSAGES = `SELECT * FROM messages
  WHERE (:conversation IS NULL OR conversation = :conversation)
    AND (:direction IS NULL OR direction = :direction)
    AND (:unreadOnly = 0 OR is_read = 0)
  ORDER BY min(sent_at_ms, received_at_ms), id`
const SELECT_UNSEEN = `SELECT value AS hash FROM json_each(?)
  WHERE value NOT IN (SELECT hash FROM seen) AND value NOT IN (SELECT hash FROM messages)`
const COUNT_CONVERSATION = `SELECT count(*) FILTER (WHERE direction = 'received') AS received,
    count(*) FILTER (WHERE direction = 'sent') AS sent
  FROM messages WHERE conversation = ?`
const COUNT_STRANGERS = `SELECT count(DISTINCT conversation) AS conversations, count(*) AS messages
  FROM messages
  WHERE conversation NOT IN (SELECT conversation FROM messages WHERE direction = 'sent')`

export class SqliteMessageStore implements MessageStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async commit(change: InboxChange): Promise<readonly Message[]> {
    return this.#database.transaction(() => this.#apply(change)).immediate()
  }

  async list(query: MessageQuery): Promise<readonly StoredMessage[]> {
    const rows = this.#database.prepare<[object], MessageRow>(SELECT_MESSAGES).all({
      conversation: query.conversation ?? null,
      direction: query.direction ?? null,
      unreadOnly: query.unreadOnly === true ? 1 : 0,
    })
    return rows.map(readMessage)
  }

  async markRead(hashes: readonly string[]): Promise<void> {
    this.#database
      .prepare('UPDATE messages SET is_read = 1 WHERE hash IN (SELECT value FROM json_each(?))')
      .run(JSON.stringify(hashes))
  }

  async findUnseen(hashes: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = this.#database
      .prepare<[string], { readonly hash: string }>(SELECT_UNSEEN)
      .all(JSON.stringify(hashes))
    return new Set(rows.map(({ hash }) => hash))
  }

  async forgetSeen(nowMs: number, limit: number): Promise<void> {
    this.#database.prepare('DELETE FROM seen WHERE expires_at_ms < ?').run(nowMs)
    this.#database
      .prepare(
        `DELETE FROM seen WHERE hash IN
          (SELECT hash FROM seen ORDER BY expires_at_ms DESC LIMIT -1 OFFSET ?)`,
      )
      .run(limit)
  }

  async findCursor({ node, account, namespace }: CursorKey): Promise<string | undefined> {
    return this.#database
      .prepare<[string, string, number], { readonly hash: string }>(
        'SELECT hash FROM cursors WHERE node = ? AND account = ? AND namespace = ?',
      )
      .get(node, account, namespace)?.hash
  }

  async deleteCursor({ node, account, namespace }: CursorKey): Promise<void> {
    this.#database
      .prepare('DELETE FROM cursors WHERE node = ? AND account = ? AND namespace = ?')
      .run(node, account, namespace)
  }

  async countConversation(conversation: AccountId): Promise<ConversationCounts> {
    const row = this.#database
      .prepare<[string], ConversationCounts>(COUNT_CONVERSATION)
      .get(conversation)
    return row ?? { received: 0, sent: 0 }
  }

  async countStrangers(): Promise<StrangerCounts> {
    const row = this.#database.prepare<[], StrangerCounts>(COUNT_STRANGERS).get()
    return row ?? { conversations: 0, messages: 0 }
  }

  #apply({ messages, seen, cursors }: InboxChange): readonly Message[] {
    const insert = this.#database.prepare<(string | number)[]>(INSERT_MESSAGE)
    const added = messages.filter((message) => insert.run(...listColumns(message)).changes > 0)
    const insertSeen = this.#database.prepare(INSERT_SEEN)
    for (const { hash, expiresAtMs } of seen) insertSeen.run(hash, expiresAtMs)
    const insertCursor = this.#database.prepare<(string | number)[]>(INSERT_CURSOR)
    for (const cursor of cursors) insertCursor.run(...listCursorColumns(cursor))
    return added
  }
}

function listColumns(message: Message): (string | number)[] {
  const { hash, conversation, author, direction, text, sentAtMs, receivedAtMs } = message
  return [hash, conversation, author, direction, text, sentAtMs, receivedAtMs]
}

function listCursorColumns({ node, account, namespace, hash }: Cursor): (string | number)[] {
  return [node, account, namespace, hash]
}

/** Ids were checked before they were written. */
function readMessage(row: MessageRow): StoredMessage {
  return {
    hash: row.hash,
    conversation: row.conversation as AccountId,
    author: row.author as AccountId,
    direction: row.direction,
    text: row.text,
    sentAtMs: row.sent_at_ms,
    receivedAtMs: row.received_at_ms,
    isRead: row.is_read === 1,
  }
}
