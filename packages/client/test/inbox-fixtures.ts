/**
 * Messages put into an inbox without a sender's client: by strangers, in numbers, or broken.
 *
 * @module
 */
import { type Account, type AccountId, deriveAccount } from '@sotto/crypto/identity'
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { deriveMessageHash, sha256 } from '@sotto/crypto/hash'
import type { Randomness } from '@sotto/crypto/randomness'
import type { RetrievedMessage } from '@sotto/protocol/rpc'
import {
  type Content,
  ContentSchema,
  composeMessage,
  createMessageContent,
  decodeProtobuf,
} from '@sotto/protocol/session'
import { toAccountBytes } from '../src/engine/messaging/account-bytes.ts'
import type { SimulatedNode } from './simulated-node.ts'
import { unwrap } from './simulated-person.ts'

const SEED_BYTES = 16
const TTL_MS = 86_400_000

export function createStranger(index: number): Account {
  return deriveAccount(sha256(encodeUtf8(`stranger ${index}`)).slice(0, SEED_BYTES))
}

export interface TextToPlace {
  readonly sender: Account
  readonly to: AccountId
  readonly text: string
  readonly sentAtMs: number
}

/** A content without text, which texts are not the only kind of. */
export function createEmptyContent(): Content {
  return unwrap(decodeProtobuf(ContentSchema, new Uint8Array()))
}

export function createTextMessage(text: TextToPlace, randomness: Randomness): RetrievedMessage {
  const content = unwrap(createMessageContent({ text: text.text }))
  return createContentMessage(content, text, randomness)
}

export function createContentMessage(
  content: Content,
  { sender, to, sentAtMs }: Omit<TextToPlace, 'text'>,
  randomness: Randomness,
): RetrievedMessage {
  const data = unwrap(composeMessage({ content, sender, recipient: to, sentAtMs }, randomness))
  return createRawMessage(to, data, sentAtMs)
}

/** Whatever bytes somebody stored. */
export function createRawMessage(
  to: AccountId,
  data: Uint8Array,
  timestampMs: number,
): RetrievedMessage {
  const hash = deriveMessageHash({ account: toAccountBytes(to), namespace: 0, data })
  return { hash, timestampMs, expiryMs: timestampMs + TTL_MS, data }
}

/** As if it had been stored on each of these nodes. */
export function place(
  nodes: readonly SimulatedNode[],
  to: AccountId,
  messages: readonly RetrievedMessage[],
): void {
  for (const node of nodes) node.store.boxOf(toAccountBytes(to)).push(...messages)
}
