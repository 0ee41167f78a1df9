/**
 * A store to test with, and messages to put into it. Each has the real hash of its content, because the
 * store relies on hashes being unique.
 *
 * @module
 */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { deriveMessageHash } from '@sotto/crypto/hash'
import { type AccountBytes, parseAccountBytes } from '@sotto/protocol/swarm'
import type { MessagePage, NewMessage, RetrieveQuery } from '../../src/store/message-store.ts'
import { SqliteMessageStore } from '../../src/store/sqlite-message-store.ts'

export const NOW_MS = 1_767_225_600_000
export const HOUR_MS = 3_600_000
const SIZE_MAX_BYTES = 64 * 1024 * 1024
const ACCOUNT_BYTES = 33

export function openMemoryStore(): SqliteMessageStore {
  return new SqliteMessageStore({ path: ':memory:', sizeMaxBytes: SIZE_MAX_BYTES })
}

export function openFileStore(path: string, sizeMaxBytes = SIZE_MAX_BYTES): SqliteMessageStore {
  return new SqliteMessageStore({ path, sizeMaxBytes })
}

function createAccountBytes(filler: number): AccountBytes {
  const account = parseAccountBytes(new Uint8Array(ACCOUNT_BYTES).fill(filler))
  if (account === undefined) throw new Error('an account has 33 bytes')
  return account
}

export const ALICE = createAccountBytes(5)
export const BOB = createAccountBytes(6)

interface Draft {
  readonly text?: string
  readonly data?: Uint8Array
  readonly account?: AccountBytes
  readonly namespace?: number
  readonly timestampMs?: number
  readonly expiryMs?: number
  readonly storedMs?: number
  readonly replacesOthers?: boolean
}

export function createMessage(draft: Draft = {}): NewMessage {
  const { text = 'hello', account = ALICE, namespace = 0 } = draft
  const data = draft.data ?? encodeUtf8(text)
  return {
    account,
    namespace,
    data,
    hash: deriveMessageHash({ account, namespace, data }),
    timestampMs: draft.timestampMs ?? NOW_MS,
    expiryMs: draft.expiryMs ?? NOW_MS + HOUR_MS,
    storedMs: draft.storedMs ?? draft.timestampMs ?? NOW_MS,
    replacesOthers: draft.replacesOthers ?? false,
  }
}

/** Stores the messages in order and fails the test when one is refused. */
export async function storeAll(
  store: SqliteMessageStore,
  messages: readonly NewMessage[],
): Promise<void> {
  for (const message of messages) {
    const stored = await store.store(message)
    if (!stored.ok) throw new Error(`not stored: ${stored.error}`)
  }
}

/** Everything in Alice's inbox, unless the query says otherwise. */
export function retrieve(
  store: SqliteMessageStore,
  query: Partial<RetrieveQuery> = {},
): MessagePage {
  return store.retrieve({
    account: ALICE,
    namespace: 0,
    lastHash: undefined,
    countMax: Number.POSITIVE_INFINITY,
    takes: () => true,
    nowMs: NOW_MS,
    ...query,
  })
}

export function listHashes(page: MessagePage): readonly string[] {
  return page.messages.map(({ hash }) => hash)
}
