/**
 * Tells that something of a conversation is kept outside of it, if the person wants that (spec 05 §5.6).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { createExtractionContent } from '@sotto/protocol/session'
import type { ActionParts } from './action-parts.ts'

/** What a screen can notice: a picture of itself was taken, or a file was saved. */
export type Extraction = 'screenshot' | 'media_saved'

/** Whether it was sent. Never to strangers: they would learn that somebody read them. */
export async function tellExtraction(
  to: AccountId,
  extraction: Extraction,
  { account, configs, settings, sender }: ActionParts,
): Promise<boolean> {
  const isWanted = settings.current.sendsExtractionNotices && to !== account.accountId
  if (!isWanted || configs.contacts.find(to)?.isApproved !== true) return false
  const sent = await sender.send({
    to,
    compose: (sentAtMs) => createExtractionContent(extraction, sentAtMs),
  })
  return sent.ok
}
