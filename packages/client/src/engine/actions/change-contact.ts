/**
 * What an account decides about other accounts; all of its devices learn it (spec 11 §7.3).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { Contact } from '@sotto/protocol/config'
import { createRequestAcceptedContent } from '@sotto/protocol/session'
import type { ClientError } from '../../errors.ts'
import { type ActionParts, describeOwnProfile, updateContact } from './action-parts.ts'
import { TOMBSTONE_MS } from './react.ts'

/** −1 hides a conversation until something new comes. */
const HIDDEN = -1

/** A request is accepted; whoever made it is told. Gives why that could not be sent; the acceptance stands. */
export async function acceptContact(
  id: AccountId,
  parts: ActionParts,
): Promise<ClientError | undefined> {
  const wroteFirst = parts.history.messages.hasReceived(id)
  parts.configs.transact(() => {
    updateContact(parts, id, { isApproved: true, ...(wroteFirst && { hasApprovedMe: true }) })
  })
  if (!wroteFirst) return undefined
  const profile = describeOwnProfile(parts)
  const sent = await parts.sender.send({
    to: id,
    compose: () => createRequestAcceptedContent(profile),
  })
  return sent.ok ? undefined : sent.error
}

/** What they wrote goes, from our devices and from our swarm; nobody is told. Gives what the swarm has to forget. */
export function declineContact(id: AccountId, parts: ActionParts): readonly string[] {
  return parts.configs.transact(() => {
    updateContact(parts, id, { isApproved: false, priority: HIDDEN })
    return eraseConversation(id, parts)
  })
}

/** The contact and all that was said, from our devices and from our swarm. */
export function forgetContact(id: AccountId, parts: ActionParts): readonly string[] {
  return parts.configs.transact(() => {
    parts.configs.contacts.erase(id)
    parts.configs.convoInfo.accounts.erase(id)
    return eraseConversation(id, parts)
  })
}

/** Nickname, pin, mute, block, hide. */
export function changeContact(id: AccountId, changes: Partial<Contact>, parts: ActionParts): void {
  parts.configs.transact(() => {
    updateContact(parts, id, changes)
  })
}

function eraseConversation(id: AccountId, { history, time }: ActionParts): readonly string[] {
  const hashes = history.messages.listHashes(id)
  history.eraseConversation(id, time.now() + TOMBSTONE_MS)
  return hashes
}
