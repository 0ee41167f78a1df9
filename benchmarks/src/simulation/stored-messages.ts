/**
 * Messages in a node's database before the node starts, as a node that has run for a while has them.
 *
 * @module
 */
import { deriveMessageHash } from '@sotto/crypto/hash'
import { type Randomness, systemRandomness } from '@sotto/crypto/randomness'
import { SqliteMessageStore } from '@sotto/node/store'
import type { MessageStore, NewMessage } from '@sotto/node/message-store'
import { type AccountBytes, parseAccountBytes } from '@sotto/protocol/swarm'

const ACCOUNT_BYTES = 33
const ACCOUNT_PREFIX = 0x05
const TTL_MS = 14 * 86_400_000
const DAY_MS = 86_400_000
const DATABASE_BYTES_MAX = 1024 ** 3

export function createAccountBytes(randomness: Randomness = systemRandomness): AccountBytes {
  const bytes = randomness.bytes(ACCOUNT_BYTES)
  bytes[0] = ACCOUNT_PREFIX
  const account = parseAccountBytes(bytes)
  if (account === undefined) throw new Error('not an account')
  return account
}

export interface MessagesWanted {
  readonly accounts: readonly AccountBytes[]
  readonly count: number
  readonly dataBytes: number
  readonly nowMs: number
  readonly randomness?: Randomness
}

/** Stored over the last day, each for 14 days. */
export function createMessages(wanted: MessagesWanted): readonly NewMessage[] {
  const { accounts, count, dataBytes, nowMs, randomness = systemRandomness } = wanted
  return Array.from({ length: count }, (_, index) => {
    const account = accounts[index % accounts.length]
    if (account === undefined) throw new Error('no accounts')
    const timestampMs = nowMs - DAY_MS + Math.floor((index * (DAY_MS / 2)) / count)
    const data = randomness.bytes(dataBytes)
    const hash = deriveMessageHash({ account, namespace: 0, data })
    return {
      account,
      namespace: 0,
      hash,
      timestampMs,
      storedMs: timestampMs,
      expiryMs: timestampMs + TTL_MS,
      replacesOthers: false,
      data,
    }
  })
}

export async function storeAll(
  store: Pick<MessageStore, 'store'>,
  messages: readonly NewMessage[],
): Promise<void> {
  const outcomes = await Promise.all(messages.map((message) => store.store(message)))
  if (!outcomes.every(({ ok }) => ok)) throw new Error('a message was not stored')
}

export async function fillDatabase(path: string, messages: readonly NewMessage[]): Promise<void> {
  await using store = new SqliteMessageStore({ path, sizeMaxBytes: DATABASE_BYTES_MAX })
  await storeAll(store, messages)
}
