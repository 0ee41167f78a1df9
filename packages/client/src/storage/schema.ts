/**
 * The tables of a history, and how older ones become current (ADR 0013).
 *
 * @module
 */
import { ClientError } from '../errors.ts'
import type { Database } from '../ports/index.ts'

/** One step each; a published step never changes. Times are milliseconds of the network, ids lower-case hex. */
const MIGRATIONS = [
  `CREATE TABLE messages (
     id INTEGER PRIMARY KEY,
     conversation TEXT NOT NULL,
     author TEXT NOT NULL,
     sent_at_ms INTEGER NOT NULL,
     received_at_ms INTEGER NOT NULL,
     -- A time in the future cannot hold the end of the list.
     shown_at_ms INTEGER NOT NULL GENERATED ALWAYS AS (min(sent_at_ms, received_at_ms)) STORED,
     kind TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('received', 'queued', 'sent', 'failed')),
     text TEXT NOT NULL,
     details TEXT NOT NULL,
     hash TEXT,
     edited_at_ms INTEGER,
     read_at_ms INTEGER,
     read_by_them INTEGER NOT NULL DEFAULT 0,
     timer_mode TEXT NOT NULL DEFAULT 'off',
     timer_seconds INTEGER NOT NULL DEFAULT 0,
     expires_at_ms INTEGER,
     UNIQUE (conversation, author, sent_at_ms)
   ) STRICT;
   CREATE INDEX messages_by_place ON messages (conversation, shown_at_ms, id);
   CREATE INDEX messages_by_author ON messages (author, sent_at_ms);
   CREATE INDEX messages_by_hash ON messages (hash) WHERE hash IS NOT NULL;
   CREATE INDEX messages_unread ON messages (conversation, sent_at_ms)
     WHERE state = 'received' AND read_at_ms IS NULL;
   CREATE INDEX messages_by_end ON messages (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
   CREATE VIRTUAL TABLE message_texts USING fts5(
     text, content = 'messages', content_rowid = 'id',
     tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
   );
   INSERT INTO message_texts (message_texts, rank) VALUES ('secure-delete', 1);
   CREATE TRIGGER messages_added AFTER INSERT ON messages BEGIN
     INSERT INTO message_texts (rowid, text) VALUES (new.id, new.text);
   END;
   CREATE TRIGGER messages_erased AFTER DELETE ON messages BEGIN
     INSERT INTO message_texts (message_texts, rowid, text) VALUES ('delete', old.id, old.text);
   END;
   CREATE TRIGGER messages_edited AFTER UPDATE OF text ON messages BEGIN
     INSERT INTO message_texts (message_texts, rowid, text) VALUES ('delete', old.id, old.text);
     INSERT INTO message_texts (rowid, text) VALUES (new.id, new.text);
   END;
   CREATE TABLE reactions (
     conversation TEXT NOT NULL,
     author TEXT NOT NULL,
     sent_at_ms INTEGER NOT NULL,
     reactor TEXT NOT NULL,
     emoji TEXT NOT NULL,
     changed_at_ms INTEGER NOT NULL,
     is_removed INTEGER NOT NULL,
     PRIMARY KEY (conversation, author, sent_at_ms, reactor, emoji)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE tombstones (
     conversation TEXT NOT NULL,
     author TEXT NOT NULL,
     sent_at_ms INTEGER NOT NULL,
     ends_at_ms INTEGER NOT NULL,
     PRIMARY KEY (conversation, author, sent_at_ms)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX tombstones_by_end ON tombstones (ends_at_ms);
   -- Edits that came before their message.
   CREATE TABLE early_edits (
     conversation TEXT NOT NULL,
     author TEXT NOT NULL,
     sent_at_ms INTEGER NOT NULL,
     text TEXT NOT NULL,
     edited_at_ms INTEGER NOT NULL,
     PRIMARY KEY (conversation, author, sent_at_ms)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE profiles (
     account TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     picture_url TEXT NOT NULL,
     picture_key BLOB NOT NULL,
     changed_at_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE drafts (conversation TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE configs (
     owner TEXT NOT NULL,
     namespace INTEGER NOT NULL,
     dump BLOB NOT NULL,
     PRIMARY KEY (owner, namespace)
   ) STRICT, WITHOUT ROWID;
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
     ttl_ms INTEGER NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed'))
   ) STRICT;
   CREATE TABLE reserved_time (id INTEGER PRIMARY KEY CHECK (id = 1), last_ms INTEGER NOT NULL) STRICT;
   INSERT INTO reserved_time VALUES (1, 0);
   CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE kept_files (
     file TEXT PRIMARY KEY,
     blob TEXT NOT NULL UNIQUE,
     kept_at_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE message_files (
     message INTEGER NOT NULL,
     file TEXT NOT NULL,
     PRIMARY KEY (message, file)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX message_files_by_file ON message_files (file);
   CREATE TRIGGER messages_with_files_erased AFTER DELETE ON messages BEGIN
     UPDATE kept_files SET kept_at_ms = 0
       WHERE file IN (SELECT file FROM message_files WHERE message = old.id);
     DELETE FROM message_files WHERE message = old.id;
   END;`,
  // Counted as messages change: a scan of all of them for each list of conversations took a quarter of a second.
  `CREATE TABLE conversation_counts (
     conversation TEXT PRIMARY KEY,
     messages INTEGER NOT NULL,
     unread INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   INSERT INTO conversation_counts
     SELECT conversation, count(*), count(*) FILTER (WHERE state = 'received' AND read_at_ms IS NULL)
     FROM messages GROUP BY conversation;
   CREATE TRIGGER messages_added_count AFTER INSERT ON messages BEGIN
     INSERT INTO conversation_counts
       VALUES (new.conversation, 1, new.state = 'received' AND new.read_at_ms IS NULL)
       ON CONFLICT DO UPDATE SET messages = messages + 1, unread = unread + excluded.unread;
   END;
   CREATE TRIGGER messages_erased_count AFTER DELETE ON messages BEGIN
     UPDATE conversation_counts SET messages = messages - 1,
       unread = unread - (old.state = 'received' AND old.read_at_ms IS NULL)
       WHERE conversation = old.conversation;
     -- Nothing stays that says with whom somebody wrote.
     DELETE FROM conversation_counts WHERE conversation = old.conversation AND messages = 0;
   END;
   CREATE TRIGGER messages_changed_count AFTER UPDATE OF state, read_at_ms ON messages BEGIN
     UPDATE conversation_counts SET unread = unread
       - (old.state = 'received' AND old.read_at_ms IS NULL)
       + (new.state = 'received' AND new.read_at_ms IS NULL)
       WHERE conversation = new.conversation;
   END;`,
  // When messages may have been lost, and up to when none were.
  `CREATE TABLE gaps (from_ms INTEGER PRIMARY KEY, to_ms INTEGER NOT NULL) STRICT;
   CREATE TABLE completeness (id INTEGER PRIMARY KEY CHECK (id = 1), complete_at_ms INTEGER) STRICT;
   INSERT INTO completeness VALUES (1, NULL);`,
  // Spec 12: our account keys, those of others, what no key opened yet, and how conversations were protected.
  `CREATE TABLE account_keys (
     seed BLOB PRIMARY KEY,
     created_seconds INTEGER NOT NULL,
     rotated_seconds INTEGER,
     is_published INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE peer_keys (
     account TEXT PRIMARY KEY,
     kem BLOB,
     agreement BLOB,
     fetched_at_ms INTEGER,
     issued_at_seconds INTEGER,
     features INTEGER,
     empty TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE unopened (
     hash TEXT PRIMARY KEY,
     data BLOB NOT NULL,
     received_at_ms INTEGER NOT NULL,
     expires_at_ms INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE protections (
     conversation TEXT NOT NULL,
     direction TEXT NOT NULL CHECK (direction IN ('sent', 'received')),
     form TEXT NOT NULL CHECK (form IN ('forward-secret', 'without-secrecy', 'first-version')),
     sent_at_ms INTEGER NOT NULL,
     PRIMARY KEY (conversation, direction)
   ) STRICT, WITHOUT ROWID;`,
  // Small pictures of pictures, which go with the last message that needs the file.
  `CREATE TABLE thumbnails (file TEXT PRIMARY KEY, seal TEXT NOT NULL, picture BLOB NOT NULL) STRICT;
   CREATE TRIGGER message_files_erased AFTER DELETE ON message_files
     WHEN NOT EXISTS (SELECT 1 FROM message_files WHERE file = old.file) BEGIN
     DELETE FROM thumbnails WHERE file = old.file;
   END;
   CREATE TRIGGER kept_files_erased AFTER DELETE ON kept_files BEGIN
     DELETE FROM thumbnails WHERE file = old.file;
   END;`,
  // Spec 12 §4.5: not sealed yet, because the recipient's keys are not known.
  `CREATE TABLE waiting_contents (
     sent_at_ms INTEGER PRIMARY KEY,
     account TEXT NOT NULL,
     content BLOB NOT NULL,
     timer_mode TEXT NOT NULL,
     timer_seconds INTEGER NOT NULL,
     is_shown INTEGER NOT NULL,
     reason TEXT NOT NULL,
     attempts INTEGER NOT NULL,
     next_at_ms INTEGER NOT NULL
   ) STRICT;`,
  // Spec 12 §7: what this device knows of the account's devices, and what it still has to say to a group that it left.
  `ALTER TABLE account_keys ADD COLUMN is_distributed INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE device_group (id INTEGER PRIMARY KEY CHECK (id = 1), state BLOB NOT NULL) STRICT;
   CREATE TABLE device_orders (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     data BLOB,
     hashes TEXT NOT NULL,
     ends_at_ms INTEGER NOT NULL
   ) STRICT;`,
  // The words of the search index, which are fewer than their places.
  `CREATE VIRTUAL TABLE message_terms USING fts5vocab(message_texts, row);`,
] as const

/** Brings the database to the current form; safe when two programs start at once. */
export function migrate(database: Database): void {
  database.execute('PRAGMA secure_delete = ON')
  database.transaction(() => {
    database.execute('CREATE TABLE IF NOT EXISTS history_version (version INTEGER NOT NULL) STRICT')
    const version = readVersion(database)
    if (version > MIGRATIONS.length) throw new ClientError('history_newer', `version ${version}`)
    if (version === MIGRATIONS.length) return
    for (const step of MIGRATIONS.slice(version)) database.execute(step)
    database.execute('DELETE FROM history_version')
    database.prepare('INSERT INTO history_version VALUES (?)').run(MIGRATIONS.length)
  })
}

function readVersion(database: Database): number {
  return Number(database.prepare('SELECT version FROM history_version').get()?.['version'] ?? 0)
}
