/**
 * The schema of the node's database and how an older file reaches it (ADR 0004).
 *
 * Each entry is applied once, in order, in a transaction of its own; `user_version` counts them. An
 * entry never changes after a release: a change is a new entry.
 *
 * @module
 */
import type { Database } from 'better-sqlite3'

/**
 * `id` gives the order of insertion, which is the order of paging. Clients page by hash, so an id
 * that is used again after a deletion misleads nobody, and AUTOINCREMENT would cost a page of the log for
 * each commit. A hash is unique only with its namespace: it runs digits of the namespace and data together, so that
 * `11hello` in namespace 0 has the hash of `hello` in 11, and a stranger could occupy the owner's hash through the
 * public inbox. Data stays in the rowid table: a blob inside an index tree was measured to halve the rate of writes.
 * `stored` is when the first member that is known of had the message, and `first_expiry` what its store said: both are
 * needed to tell what an account's changes make of a message that arrives late (spec 10 §8).
 */
const MESSAGES = `
CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  account BLOB NOT NULL,
  namespace INTEGER NOT NULL,
  hash TEXT NOT NULL,
  timestamp INTEGER NOT NULL,
  expiry INTEGER NOT NULL,
  stored INTEGER NOT NULL,
  first_expiry INTEGER NOT NULL,
  data BLOB NOT NULL,
  UNIQUE (hash, namespace)
) STRICT;
CREATE INDEX messages_box ON messages (account, namespace, id);
CREATE INDEX messages_expiry ON messages (expiry);
`

/** `id` orders revocations of one account by age: only the newest are kept. */
const REVOCATIONS = `
CREATE TABLE revocations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account BLOB NOT NULL,
  token BLOB NOT NULL,
  UNIQUE (account, token)
) STRICT;
`

/** The signed requests that altered messages (spec 10 §8): tombstones that prove themselves. */
const CHANGES = `
CREATE TABLE changes (
  id INTEGER PRIMARY KEY,
  account BLOB NOT NULL,
  at INTEGER NOT NULL,
  signed INTEGER NOT NULL,
  hash BLOB NOT NULL UNIQUE,
  until INTEGER NOT NULL,
  request BLOB NOT NULL
) STRICT;
CREATE INDEX changes_account ON changes (account, at);
CREATE INDEX changes_until ON changes (until);
`

/**
 * The date of a change became part of its hash (spec 10 §3.1). SQL cannot hash, so what was kept under the old names is
 * forgotten, and what it did holds from then on as if the messages' stores had said so. `sort` says of
 * which changes it is one (`change-log.ts`). `messages_changed` is small and finds the messages whose end rests on changes.
 */
const DATED_CHANGES = `
UPDATE messages SET first_expiry = expiry WHERE expiry <> first_expiry;
CREATE INDEX messages_changed ON messages (account) WHERE expiry <> first_expiry;
DELETE FROM changes;
ALTER TABLE changes DROP COLUMN signed;
ALTER TABLE changes ADD COLUMN sort TEXT NOT NULL DEFAULT 'removal';
`

const MIGRATIONS: readonly string[] = [MESSAGES + REVOCATIONS + CHANGES, DATED_CHANGES]

/** Throws when the file was written by a later version of the node. */
export function migrate(database: Database): void {
  const version = Number(database.pragma('user_version', { simple: true }))
  if (version > MIGRATIONS.length) {
    throw new Error(`the database has schema ${version}, this node knows ${MIGRATIONS.length}`)
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue
    database.transaction(() => {
      database.exec(sql)
      database.pragma(`user_version = ${index + 1}`)
    })()
  }
}
