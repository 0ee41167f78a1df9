/**
 * From the bytes of a swarm to a message that can be trusted as far as the seal goes (spec 05 §5.3).
 *
 * Order, duplicates, contacts and blocking are the client's part.
 *
 * @module
 */

import { type Account, type AccountId, parseAccountId } from '@sotto/crypto/identity'
import { err, ok, type Result } from '@sotto/crypto/result'
import { openSealed, unpadContent } from '@sotto/crypto/session'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { decodeEnvelope } from './envelope.ts'
import { type Content, ContentSchema, type DataMessage } from './generated/session_pb.ts'
import { ATTACHMENTS_MAX, FLAG_EXPIRATION_TIMER_UPDATE } from './limits.ts'
import { decodeProtobuf } from './protobuf.ts'

interface OpenedBase {
  readonly sender: AccountId
  /** As the sender signed it; 0 when an old client gave no time at all. */
  readonly sentAtMs: number
  /** Set on a copy that the account's own other device sent: to whom. */
  readonly syncTarget?: AccountId
  /** Everything that was said, for kinds that are not named here. */
  readonly content: Content
}

export interface OpenedText extends OpenedBase {
  readonly kind: 'text'
  readonly text: string
}

export interface OpenedOther extends OpenedBase {
  readonly kind: 'call' | 'receipt' | 'typing' | 'unsend' | 'request_response' | 'config' | 'other'
}

export type OpenedMessage = OpenedText | OpenedOther

type Opening<T> = Result<T, ProtocolError>

function refuse(code: ProtocolErrorCode, detail: string): Opening<never> {
  return err(new ProtocolError(code, detail))
}

/** Opens what anybody may have put into the account's box. Total. */
export function openMessage(input: {
  readonly account: Account
  readonly bytes: Uint8Array
}): Opening<OpenedMessage> {
  const { account, bytes } = input
  const envelope = decodeEnvelope(bytes)
  if (!envelope.ok) return envelope
  const { timestampMs, sealed } = envelope.value
  const opened = openSealed({ account, ciphertext: sealed })
  if (!opened.ok) {
    return err(new ProtocolError('session_unopened', opened.error.code, { cause: opened.error }))
  }
  const { sender, message } = opened.value
  return readContent({ account, sender, bytes: unpadContent(message), timestampMs })
}

/**
 * The same for what came in a message of the second version, which has no time but the signed one (spec 12 §3.4). `sender` is
 * who signed it. Total.
 */
export function openContent(input: {
  readonly account: Account
  readonly sender: AccountId
  readonly bytes: Uint8Array
}): Opening<OpenedMessage> {
  return readContent({ ...input, timestampMs: 0 })
}

function readContent({
  account,
  sender,
  bytes,
  timestampMs,
}: {
  readonly account: Account
  readonly sender: AccountId
  readonly bytes: Uint8Array
  readonly timestampMs: number
}): Opening<OpenedMessage> {
  const content = decodeProtobuf(ContentSchema, bytes)
  if (!content.ok) return content
  const sentAtMs = checkTimestamps(timestampMs, content.value)
  if (!sentAtMs.ok) return sentAtMs
  return describeContent({ sender, sentAtMs: sentAtMs.value, content: content.value }, account)
}

/**
 * The outer time is anybody's to change and decides where a message is shown, so it must be the signed
 * one (trap 10). Only old clients, which left one of them out, are spared the comparison.
 */
function checkTimestamps(envelopeMs: number, content: Content): Opening<number> {
  const signedMs = Number(content.sigTimestamp)
  if (!Number.isSafeInteger(signedMs)) return refuse('session_malformed', 'signed timestamp')
  if (envelopeMs !== 0 && signedMs !== 0 && envelopeMs !== signedMs) {
    return refuse('session_timestamp_mismatch', 'envelope and content differ')
  }
  const sentAtMs = signedMs === 0 ? envelopeMs : signedMs
  const typingMs = Number(content.typingMessage?.timestamp ?? sentAtMs)
  if (typingMs !== sentAtMs) return refuse('session_timestamp_mismatch', 'typing of another time')
  return ok(sentAtMs)
}

function describeContent(base: OpenedBase, account: Account): Opening<OpenedMessage> {
  const { content } = base
  if (content.dataMessage !== undefined) {
    return describeData(base, content.dataMessage, account)
  }
  return ok({ ...base, kind: findKind(content) })
}

function findKind(content: Content): OpenedOther['kind'] {
  if (content.callMessage !== undefined) return 'call'
  if (content.receiptMessage !== undefined) return 'receipt'
  if (content.typingMessage !== undefined) return 'typing'
  if (content.unsendRequest !== undefined) return 'unsend'
  if (content.messageRequestResponse !== undefined) return 'request_response'
  return content.sharedConfigMessage === undefined ? 'other' : 'config'
}

function describeData(
  base: OpenedBase,
  data: DataMessage,
  account: Account,
): Opening<OpenedMessage> {
  if ((data.flags & ~FLAG_EXPIRATION_TIMER_UPDATE) !== 0) {
    return refuse('session_unknown_flags', `flags ${data.flags}`)
  }
  if (data.attachments.length > ATTACHMENTS_MAX) {
    return refuse('session_malformed', `${data.attachments.length} attachments`)
  }
  const target = checkSyncTarget(base, data, account)
  if (!target.ok) return target
  const copied = target.value && { syncTarget: target.value }
  if (data.body === '') return ok({ ...base, kind: 'other', ...copied })
  return ok({ ...base, kind: 'text', text: data.body, ...copied })
}

/** Otherwise a stranger could put words into our own mouth, in a conversation of their choice. */
function checkSyncTarget(
  { sender }: OpenedBase,
  { syncTarget }: DataMessage,
  account: Account,
): Opening<AccountId | undefined> {
  if (syncTarget === '') return ok(undefined)
  if (sender !== account.accountId) {
    return refuse('session_foreign_sync', 'a sync copy by another account')
  }
  const target = parseAccountId(syncTarget)
  return target.ok ? target : refuse('session_malformed', 'sync target')
}
