/** The adapters in SQLite keep what every adapter of the storage ports promises. */
import {
  describeMessageStore,
  describeOutboxStore,
  describeStateStore,
} from '@sotto/client/conformance'
import Database from 'better-sqlite3'
import { migrate } from './schema.ts'
import { SqliteMessageStore } from './sqlite-message-store.ts'
import { SqliteOutboxStore } from './sqlite-outbox-store.ts'
import { SqliteStateStore } from './sqlite-state-store.ts'

function createDatabase(): Database.Database {
  const database = new Database(':memory:')
  migrate(database)
  return database
}

describeMessageStore('SqliteMessageStore', () => new SqliteMessageStore(createDatabase()))
describeOutboxStore('SqliteOutboxStore', () => new SqliteOutboxStore(createDatabase()))
describeStateStore('SqliteStateStore', () => new SqliteStateStore(createDatabase()))
