/**
 * Histories and messages for tests.
 *
 * @module
 */
import { encodeBase64, encodeUtf8 } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import type { AccountId } from '@sotto/crypto/identity'
import type { NewMessage } from '../src/storage/history-message.ts'
import { createAccount } from './simulated-person.ts'

export const NOW_MS = 1_767_225_600_000
export const ME: AccountId = createAccount('me').accountId
export const ALICE: AccountId = createAccount('alice').accountId
export const BOB: AccountId = createAccount('bob').accountId

/** From Alice, unread, in the conversation with her, unless it says otherwise. */
export function createMessage(changes: Partial<NewMessage> = {}): NewMessage {
  return {
    conversation: ALICE,
    author: ALICE,
    sentAtMs: NOW_MS,
    receivedAtMs: NOW_MS + 5,
    kind: 'message',
    state: 'received',
    text: 'hello',
    details: {},
    timer: { mode: 'off', seconds: 0 },
    ...changes,
  }
}

/** Of the length of a message hash. */
export function createHash(name: string): string {
  return encodeBase64(sha256(encodeUtf8(name)), { padding: false })
}
