/**
 * The tables of a home's database and how older ones become current.
 *
 * @module
 */
import type { Database } from 'better-sqlite3'
import { CliError } from '../errors.ts'

/** One step each; a published step never changes. */
const MIGRATIONS = [
  `CREATE TABLE account (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     seed BLOB NOT NULL CHECK (length(seed) = 16)
   ) STRICT;
   CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE messages (
     id INTEGER PRIMARY KEY,
     hash TEXT NOT NULL UNIQUE,
     conversation TEXT NOT NULL,
     author TEXT NOT NULL,
     direction TEXT NOT NULL CHECK (direction IN ('received', 'sent')),
     text TEXT NOT NULL,
     sent_at_ms INTEGER NOT NULL,
     received_at_ms INTEGER NOT NULL,
     is_read INTEGER NOT NULL DEFAULT 0,
     UNIQUE (author, sent_at_ms)
   ) STRICT;
   CREATE INDEX messages_by_conversation ON messages (conversation, direction);
   CREATE TABLE seen (hash TEXT PRIMARY KEY, expires_at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE INDEX seen_by_expiry ON seen (expires_at_ms);
   CREATE TABLE cursors (
     node TEXT NOT NULL,
     account TEXT NOT NULL,
     namespace INTEGER NOT NULL,
     hash TEXT NOT NULL,
     PRIMARY KEY (node, account, namespace)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE outbox (
     hash TEXT PRIMARY KEY,
     account TEXT NOT NULL,
     data BLOB NOT NULL,
     sent_at_ms INTEGER NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed'))
   ) STRICT;
   CREATE TABLE reserved_time (id INTEGER PRIMARY KEY CHECK (id = 1), last_ms INTEGER NOT NULL) STRICT;
   INSERT INTO reserved_time VALUES (1, 0);`,
  // The engine has tables of its own now; what was said goes over into them.
  `ALTER TABLE messages RENAME TO messages_before_history;
   DROP INDEX messages_by_conversation;
   DROP TABLE state;
   DROP TABLE seen;
   DROP TABLE cursors;
   DROP TABLE outbox;
   DROP TABLE reserved_time;`,
] as const

/** After the engine made its tables. */
const ADOPTION = `INSERT OR IGNORE INTO messages
    (conversation, author, sent_at_ms, received_at_ms, kind, state, text, details, hash, read_at_ms)
  SELECT conversation, author, sent_at_ms, received_at_ms, 'message',
    iif(direction = 'sent', 'sent', 'received'), text, '{}',
    iif(direction = 'sent', NULL, hash), iif(is_read OR direction = 'sent', received_at_ms, NULL)
  FROM messages_before_history ORDER BY id;
  DROP TABLE messages_before_history;`

/** Brings the database to the current form; safe when two programs start at once. */
export function migrate(database: Database): void {
  if (readVersion(database) === MIGRATIONS.length) return
  database
    .transaction(() => {
      const version = readVersion(database)
      if (version > MIGRATIONS.length) {
        throw new CliError('home_newer', 'This home was written by a newer sotto; update this one.')
      }
      for (const step of MIGRATIONS.slice(version)) database.exec(step)
      database.pragma(`user_version = ${MIGRATIONS.length}`)
    })
    .immediate()
}

/** Takes over what an older version of this program kept. */
export function adoptOldMessages(database: Database): void {
  const sql = "SELECT 1 FROM sqlite_schema WHERE name = 'messages_before_history'"
  database
    .transaction(() => {
      if (database.prepare(sql).get() !== undefined) database.exec(ADOPTION)
    })
    .immediate()
}

function readVersion(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }))
}
