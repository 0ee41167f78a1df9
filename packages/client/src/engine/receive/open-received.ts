/**
 * Opens what anybody stored in our inbox, of either version (spec 05 §5.3, spec 12 §3.5). What no key opens yet is told apart from what
 * nobody can want, because a key may still come.
 *
 * @module
 */
import type { Account } from '@sotto/crypto/identity'
import { err, ok, type Result } from '@sotto/crypto/result'
import { ProtocolError } from '@sotto/protocol/errors'
import {
  openContent,
  type OpenedMessage,
  openMessage,
  readAction,
  readTimer,
} from '@sotto/protocol/session'
import { type AccountKey, isSecondVersion, openMessageV2 } from '@sotto/protocol/session-v2'
import type { MessageForm } from '../../storage/protection-table.ts'
import type { Received } from './received.ts'

export interface StoredMessage {
  readonly hash: string
  readonly expiryMs: number
  readonly data: Uint8Array
}

export interface OpenParts {
  readonly account: Account
  /** All that are held. */
  readonly accountKeys: readonly AccountKey[]
}

/** Total. `session_v2_no_key` is the one refusal that time can heal. */
export function openReceived(
  { hash, expiryMs, data }: StoredMessage,
  parts: OpenParts,
): Result<Received, ProtocolError> {
  const opened = openEither(data, parts)
  if (!opened.ok) return opened
  const { form, message } = opened.value
  const { sender, sentAtMs, syncTarget, content } = message
  const action = readAction(content, sender)
  if (!action.ok) return action
  if (sentAtMs <= 0) return err(new ProtocolError('session_malformed', 'no time'))
  const timer = readTimer(content)
  const base = { hash, expiryMs, sender, sentAtMs, timer, action: action.value, form }
  return ok(syncTarget === undefined ? base : { ...base, syncTarget })
}

interface Opened {
  readonly form: MessageForm
  readonly message: OpenedMessage
}

function openEither(
  bytes: Uint8Array,
  { account, accountKeys }: OpenParts,
): Result<Opened, ProtocolError> {
  if (!isSecondVersion(bytes)) {
    const message = openMessage({ account, bytes })
    return message.ok ? ok({ form: 'first-version', message: message.value }) : message
  }
  const sealed = openMessageV2({ account, accountKeys, bytes })
  if (!sealed.ok) return sealed
  const { sender, content, isForwardSecret } = sealed.value
  const message = openContent({ account, sender, bytes: content })
  const form = isForwardSecret ? 'forward-secret' : 'without-secrecy'
  return message.ok ? ok({ form, message: message.value }) : message
}
