/** A file that an earlier version of the node wrote can be opened, and what it kept still holds (ADR 0004). */
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { admitChanges, createDelete, listChanges } from './change-fixture.ts'
import { ALICE, createMessage, HOUR_MS, NOW_MS, openFileStore } from './store-fixture.ts'

const message = createMessage()
const SHORTENED_MS = NOW_MS + HOUR_MS / 2

/** The file as a node with the first schema left it: a message that a change has shortened. */
function writeFirstSchema(path: string): void {
  const database = new Database(path)
  database.exec(`
    CREATE TABLE messages (id INTEGER PRIMARY KEY, account BLOB NOT NULL, namespace INTEGER NOT NULL,
      hash TEXT NOT NULL, timestamp INTEGER NOT NULL, expiry INTEGER NOT NULL, stored INTEGER NOT NULL,
      first_expiry INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE (hash, namespace)) STRICT;
    CREATE INDEX messages_box ON messages (account, namespace, id);
    CREATE INDEX messages_expiry ON messages (expiry);
    CREATE TABLE revocations (id INTEGER PRIMARY KEY AUTOINCREMENT, account BLOB NOT NULL, token BLOB NOT NULL,
      UNIQUE (account, token)) STRICT;
    CREATE TABLE changes (id INTEGER PRIMARY KEY, account BLOB NOT NULL, at INTEGER NOT NULL,
      signed INTEGER NOT NULL, hash BLOB NOT NULL UNIQUE, until INTEGER NOT NULL, request BLOB NOT NULL) STRICT;
    CREATE INDEX changes_account ON changes (account, at);
    CREATE INDEX changes_until ON changes (until);
    PRAGMA user_version = 1;`)
  const { account, namespace, hash, timestampMs, storedMs, expiryMs, data } = message
  database
    .prepare('INSERT INTO messages VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(account, namespace, hash, timestampMs, SHORTENED_MS, storedMs, expiryMs, data)
  database
    .prepare('INSERT INTO changes VALUES (1, ?, ?, 0, ?, ?, ?)')
    .run(account, NOW_MS, new Uint8Array(32), expiryMs, Uint8Array.of(0x6c, 0x65))
  database.close()
}

describe('a file with the first schema', () => {
  it('keeps its messages with the ends that changes gave them, though the changes are forgotten', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'sotto-migrations-'))
    const path = join(folder.path, 'messages.sqlite')
    writeFirstSchema(path)
    await using store = openFileStore(path)
    expect(listChanges(store)).toEqual([])
    expect(store.records.readMessage(message, NOW_MS)).toMatchObject({
      firstExpiryMs: SHORTENED_MS,
    })
    await admitChanges(store, createDelete(['A'.repeat(43)]))
    expect(store.expiries(ALICE, [message.hash], NOW_MS).get(message.hash)).toBe(SHORTENED_MS)
    expect(listChanges(store)).toHaveLength(1)
  })
})
