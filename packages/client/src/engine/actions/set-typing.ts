/**
 * Tells that something is being written, if the person wants that (spec 05 §5.6).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { createTypingContent } from '@sotto/protocol/session'
import type { ActionParts } from './action-parts.ts'

/** Whether it was sent. */
export async function setTyping(
  to: AccountId,
  isTyping: boolean,
  { account, configs, settings, sender }: ActionParts,
): Promise<boolean> {
  const isWanted = settings.current.sendsTyping && to !== account.accountId
  if (!isWanted || configs.contacts.find(to)?.isApproved !== true) return false
  const sent = await sender.send({
    to,
    compose: (sentAtMs) => createTypingContent(isTyping, sentAtMs),
  })
  return sent.ok
}
