/**
 * Somebody with an account and a device on a simulated network. The device's database can be given to a second messenger,
 * as after a restart.
 *
 * @module
 */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import { ACCOUNT_SEED_BYTES, type Account, deriveAccount } from '@sotto/crypto/identity'
import type { Result } from '@sotto/crypto/result'
import type { AccountBytes } from '@sotto/protocol/swarm'
import { toAccountBytes } from '../src/engine/messaging/account-bytes.ts'
import {
  type NetworkSettings,
  type MessengerEvent,
  type Messenger,
  createMessenger,
} from '../src/engine/index.ts'
import { MemoryFileStore } from '../src/memory/index.ts'
import type { Database, PictureScaler } from '../src/ports/index.ts'
import type { HistoryMessage } from '../src/storage/history-message.ts'
import { History } from '../src/storage/history.ts'
import { SEED_URL, type SimulatedNetwork } from './simulated-network.ts'
import { openSqlite } from './sqlite-database.ts'
import { zstdCompression } from './zstd-compression.ts'

export interface SimulatedPerson {
  readonly account: Account
  readonly accountBytes: AccountBytes
  readonly database: Database
  readonly files: MemoryFileStore
  /** What is on the device, beside the messenger. */
  readonly history: History
  readonly messenger: Messenger
  /** Another program on the same device, as after a restart. */
  restart(): Messenger
  /** Of what was received, oldest first. */
  texts(): readonly string[]
  /** Conversation by conversation, oldest first. */
  allTexts(): readonly string[]
  /** What these events say is new. */
  addedBy(events: readonly MessengerEvent[]): readonly HistoryMessage[]
}

export function createAccount(name: string): Account {
  return deriveAccount(sha256(encodeUtf8(name)).slice(0, ACCOUNT_SEED_BYTES))
}

export function createPerson(
  network: SimulatedNetwork,
  name: string,
  settings: Omit<NetworkSettings, 'seedUrls'> = {},
  pictures?: PictureScaler,
): SimulatedPerson {
  const account = createAccount(name)
  const database = openSqlite()
  const { clock, randomness } = network
  const files = new MemoryFileStore()
  const base = { clock, randomness, database, files, ...(pictures && { pictures }) }
  const ports = { ...base, transport: network, compression: zstdCompression }
  const restart = (): Messenger =>
    createMessenger({ ports, network: { seedUrls: [SEED_URL], ...settings }, account })
  const messenger = restart()
  const history = new History(database)
  return {
    account,
    accountBytes: toAccountBytes(account.accountId),
    database,
    files,
    history,
    messenger,
    restart,
    texts: () => messenger.conversations.received({ isUnreadOnly: false }).map(({ text }) => text),
    allTexts: () =>
      messenger.conversations
        .list()
        .flatMap(({ id }) => messenger.conversations.messages(id, { limit: 10_000 }).toReversed())
        .map(({ text }) => text),
    addedBy: (events) =>
      events.flatMap((event) =>
        event.kind === 'added' ? (history.messages.find(event.name) ?? []) : [],
      ),
  }
}

/** The value of a success; a failed test otherwise. */
export function unwrap<T>(result: Result<T, Error>): T {
  if (!result.ok) throw result.error
  return result.value
}

/** The error's code of a failure; a failed test otherwise. */
export function codeOf<C extends string>(
  result: Result<unknown, { readonly code: C }>,
): C | 'success' {
  return result.ok ? 'success' : result.error.code
}
