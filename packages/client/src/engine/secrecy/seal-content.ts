/**
 * A content sealed in the form that was chosen for its recipient: the first version of spec 05, or one of the two of spec 12 §3.
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'
import type { Result } from '@sotto/crypto/result'
import type { ProtocolError } from '@sotto/protocol/errors'
import { composeMessage, encodeTimedContent, type MessageDraft } from '@sotto/protocol/session'
import {
  FEATURE_SIZE_CLASSES,
  type PublicKeys,
  sealMessage,
  sealMessageWithoutSecrecy,
} from '@sotto/protocol/session-v2'

export type MessageSeal =
  | { readonly form: 'forward-secret'; readonly keys: PublicKeys; readonly features: number }
  | { readonly form: 'without-secrecy' }
  | { readonly form: 'first-version' }

/** For the recipient, and for our other devices. */
export interface Seals {
  readonly message: MessageSeal
  readonly copy: MessageSeal
}

const FIRST_VERSION: MessageSeal = { form: 'first-version' }
export const FIRST_VERSION_SEALS: Seals = { message: FIRST_VERSION, copy: FIRST_VERSION }

export function sealContent(
  draft: MessageDraft,
  seal: MessageSeal,
  randomness: Randomness,
): Result<Uint8Array, ProtocolError> {
  if (seal.form === 'first-version') return composeMessage(draft, randomness)
  const { sender, recipient } = draft
  const content = encodeTimedContent(draft.content, draft.sentAtMs)
  if (seal.form === 'without-secrecy')
    return sealMessageWithoutSecrecy({ sender, recipient, content }, randomness)
  const usesSizeClasses = (seal.features & FEATURE_SIZE_CLASSES) !== 0
  return sealMessage({ sender, recipient, content, usesSizeClasses }, seal.keys, randomness)
}
