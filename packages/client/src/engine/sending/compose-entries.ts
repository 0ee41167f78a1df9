/**
 * From a content to everything that is sent for it: sealed to the recipient, and for what our other devices have to know a copy to
 * ourselves (spec 05 §5.2). What we say to ourselves is the copy alone.
 *
 * @module
 */
import { deriveMessageHash } from '@sotto/crypto/hash'
import type { Account, AccountId } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import { type Result, err, ok } from '@sotto/crypto/result'
import type { ProtocolError } from '@sotto/protocol/errors'
import { type Content, createSyncContent } from '@sotto/protocol/session'
import { ClientError } from '../../errors.ts'
import type { OutboxEntry } from '../../storage/outbox-table.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import { FIRST_VERSION_SEALS, sealContent, type Seals } from '../secrecy/seal-content.ts'
import type { MessageLife } from './message-life.ts'

const MESSAGES_NAMESPACE = 0

export interface OutgoingContent {
  readonly sender: Account
  readonly to: AccountId
  readonly content: Content
  readonly sentAtMs: number
  readonly life: MessageLife
  /** In which forms; the first version where nothing else is known. */
  readonly seals?: Seals
}

/** What is for the recipient first. Only data messages have a copy. */
export function composeEntries(
  { sender, to, content, sentAtMs, life, seals = FIRST_VERSION_SEALS }: OutgoingContent,
  randomness: Randomness,
): Result<readonly OutboxEntry[], ClientError> {
  const own = sender.accountId
  const copyContent = createSyncContent(content, to)
  const copyDraft = copyContent && { content: copyContent, sender, recipient: own, sentAtMs }
  const copy = copyDraft && sealContent(copyDraft, seals.copy, randomness)
  if (copy?.ok === false) return err(toClientError(copy.error))
  const copies =
    copy === undefined ? [] : [createEntry(own, copy.value, { sentAtMs, ttlMs: life.copyTtlMs })]
  if (to === own && copy !== undefined) return ok(copies)
  const draft = { content, sender, recipient: to, sentAtMs }
  const message = sealContent(draft, seals.message, randomness)
  if (!message.ok) return err(toClientError(message.error))
  return ok([createEntry(to, message.value, { sentAtMs, ttlMs: life.ttlMs }), ...copies])
}

function createEntry(
  account: AccountId,
  data: Uint8Array,
  { sentAtMs, ttlMs }: Pick<OutboxEntry, 'sentAtMs' | 'ttlMs'>,
): OutboxEntry {
  const place = { account: toAccountBytes(account), namespace: MESSAGES_NAMESPACE, data }
  return { hash: deriveMessageHash(place), account, data, sentAtMs, ttlMs, state: 'queued' }
}

function toClientError(error: ProtocolError): ClientError {
  if (error.code !== 'session_too_large') throw error
  return new ClientError('message_too_large', '', { cause: error })
}
