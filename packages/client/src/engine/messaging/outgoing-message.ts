/**
 * From a text to everything that is sent for it: the sealed message, and a copy for our own other devices (spec 05
 * §5.2). A note to ourselves is the copy alone.
 *
 * @module
 */
import { deriveMessageHash } from '@sotto/crypto/hash'
import type { Account, AccountId } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import { type Result, err, ok } from '@sotto/crypto/result'
import type { ProtocolError } from '@sotto/protocol/errors'
import { composeMessage, composeSyncCopy, createMessageContent } from '@sotto/protocol/session'
import { ClientError, type ClientErrorCode } from '../../errors.ts'
import type { OutboxEntry } from '../../ports/index.ts'
import { toAccountBytes } from './account-bytes.ts'
import { INBOX_NAMESPACE } from './store-message.ts'

export interface TextDraft {
  readonly sender: Account
  readonly to: AccountId
  readonly text: string
  readonly sentAtMs: number
}

/** The message itself first. */
export type OutgoingEntries = readonly [OutboxEntry, ...OutboxEntry[]]

const CODES: Partial<Record<ProtocolError['code'], ClientErrorCode>> = {
  session_text_empty: 'text_empty',
  session_text_too_long: 'text_too_long',
  session_too_large: 'message_too_large',
}

/** Refuses a text that cannot be sent, before anything is sealed. */
export function checkText(text: string): ClientError | undefined {
  const content = createMessageContent({ text })
  return content.ok ? undefined : toClientError(content.error)
}

export function composeOutgoing(
  { sender, to, text, sentAtMs }: TextDraft,
  randomness: Randomness,
): Result<OutgoingEntries, ClientError> {
  const content = createMessageContent({ text })
  if (!content.ok) return err(toClientError(content.error))
  const draft = { content: content.value, sender, recipient: to, sentAtMs }
  const copy = composeSyncCopy(draft, randomness)
  if (copy === undefined) throw new Error('a text has a copy')
  if (!copy.ok) return err(toClientError(copy.error))
  const copyEntry = createEntry(sender.accountId, copy.value, sentAtMs)
  if (to === sender.accountId) return ok([copyEntry])
  const message = composeMessage(draft, randomness)
  if (!message.ok) return err(toClientError(message.error))
  return ok([createEntry(to, message.value, sentAtMs), copyEntry])
}

function createEntry(account: AccountId, data: Uint8Array, sentAtMs: number): OutboxEntry {
  const hash = deriveMessageHash({
    account: toAccountBytes(account),
    namespace: INBOX_NAMESPACE,
    data,
  })
  return { hash, account, data, sentAtMs, state: 'queued' }
}

function toClientError(error: ProtocolError): ClientError {
  const code = CODES[error.code]
  if (code === undefined) throw error
  return new ClientError(code, '', { cause: error })
}
