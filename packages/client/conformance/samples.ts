/**
 * Messages and ids that the suites put into stores.
 *
 * @module
 */
import { encodeBase64, encodeUtf8 } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import { ACCOUNT_SEED_BYTES, type AccountId, deriveAccount } from '@sotto/crypto/identity'
import type { Message, OutboxEntry } from '../src/ports/index.ts'

export const NOW_MS = 1_767_225_600_000

function createAccountId(name: string): AccountId {
  return deriveAccount(sha256(encodeUtf8(name)).slice(0, ACCOUNT_SEED_BYTES)).accountId
}

export function createHash(name: string): string {
  return encodeBase64(sha256(encodeUtf8(name)), { padding: false })
}

export const ALICE: AccountId = createAccountId('alice')
export const BOB: AccountId = createAccountId('bob')
export const ME: AccountId = createAccountId('me')

/** A message that Alice wrote, unless something else is said. */
export function createMessage(name: string, changes: Partial<Message> = {}): Message {
  const author = changes.direction === 'sent' ? ME : (changes.conversation ?? ALICE)
  return {
    hash: createHash(name),
    conversation: ALICE,
    author,
    direction: 'received',
    text: name,
    sentAtMs: NOW_MS,
    receivedAtMs: NOW_MS + 1000,
    ...changes,
  }
}

export function createEntry(name: string, changes: Partial<OutboxEntry> = {}): OutboxEntry {
  const data = encodeUtf8(name)
  return {
    hash: createHash(name),
    account: BOB,
    data,
    sentAtMs: NOW_MS,
    state: 'queued',
    ...changes,
  }
}
