/**
 * From a data message to what is shown in a conversation (spec 05 §5.4).
 *
 * @module
 */

import type { AccountId } from '@sotto/crypto/identity'
import { err, ok, type Result } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import type { CommunityLink, LinkPreview, MessageAction, MessageRef } from './action.ts'
import { countCodePoints, cutCodePoints } from './cut-text.ts'
import type { DataMessage, Preview } from './generated/session_pb.ts'
import {
  PREVIEW_TITLE_MAX_CODE_POINTS,
  PROFILE_NAME_MAX_CODE_POINTS,
  TEXT_MAX_CODE_POINTS,
  URL_MAX_LENGTH,
} from './limits.ts'
import { readRef } from './message-ref.ts'
import { readProfile } from './sender-profile.ts'

export function readMessageAction(
  data: DataMessage,
  sender: AccountId,
): Result<MessageAction | { readonly kind: 'unknown' }, ProtocolError> {
  const { body: text, attachments, profile, profileKey } = data
  if (countCodePoints(text) > TEXT_MAX_CODE_POINTS)
    return err(new ProtocolError('session_text_too_long', 'received'))
  const quote = readQuote(data)
  if (!quote.ok) return quote
  const invitation = readInvitation(data)
  const preview = findPreview(data, text)
  if (text === '' && attachments.length === 0 && invitation === undefined)
    return ok({ kind: 'unknown' })
  const isEdit = data.isEdit && text !== '' && quote.value?.author === sender
  return ok({
    kind: 'message',
    text,
    attachments,
    ...(quote.value && { quote: quote.value }),
    ...(isEdit && quote.value && { edits: quote.value }),
    ...(preview && { preview }),
    ...(invitation && { invitation }),
    ...readProfile(profile, profileKey),
  })
}

function readQuote({ quote }: DataMessage): Result<MessageRef | undefined, ProtocolError> {
  if (quote === undefined) return ok(undefined)
  const ref = readRef(quote.id, quote.author)
  // In communities authors are blinded; the text stands without what it answers.
  return ref.ok ? ref : ok(undefined)
}

function readInvitation({ communityInvitation }: DataMessage): CommunityLink | undefined {
  if (communityInvitation === undefined) return undefined
  const { url, name } = communityInvitation
  if (!isWebAddress(url)) return undefined
  return { url, name: cutCodePoints(name, PROFILE_NAME_MAX_CODE_POINTS) }
}

/** A preview of an address that is not in the text could show one thing and lead to another. */
function findPreview({ preview }: DataMessage, text: string): LinkPreview | undefined {
  const found = preview.find(({ url }) => isWebAddress(url) && text.includes(url))
  return found && describePreview(found)
}

function describePreview({ url, title, image }: Preview): LinkPreview {
  const shown = cutCodePoints(title, PREVIEW_TITLE_MAX_CODE_POINTS)
  return { url, title: shown, ...(image && { image }) }
}

function isWebAddress(url: string): boolean {
  return url.length <= URL_MAX_LENGTH && /^https?:\/\/[^\s]+$/u.test(url)
}
