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
] as const

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

function readVersion(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }))
}
