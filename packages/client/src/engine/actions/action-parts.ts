/**
 * What a person's actions work with.
 *
 * @module
 */
import type { Account, AccountId } from '@sotto/crypto/identity'
import { type Contact, parseGroupKey } from '@sotto/protocol/config'
import { type ConversationTimer, type SenderProfile, TIMER_OFF } from '@sotto/protocol/session'
import type { ConversationId } from '../../storage/history-message.ts'
import type { History } from '../../storage/history.ts'
import type { AccountConfigs } from '../configs/account-configs.ts'
import type { GroupActions } from '../groups/index.ts'
import type { NetworkTime } from '../network/network-clock.ts'
import type { Sender } from '../sending/sender.ts'
import type { DeviceSettings } from './device-settings.ts'

/** Those with shorter keys are of an older kind, which configurations have no room for. */
const PICTURE_KEY_BYTES = 32

export interface ActionParts {
  readonly account: Account
  readonly history: History
  readonly configs: AccountConfigs
  readonly settings: DeviceSettings
  readonly sender: Sender
  readonly groups: Pick<GroupActions, 'send' | 'deleteContent'>
  readonly time: NetworkTime
}

/** Of one conversation, as its configuration says. */
export function findTimer(
  { account, configs }: Pick<ActionParts, 'account' | 'configs'>,
  id: AccountId,
): ConversationTimer {
  if (id === account.accountId) {
    const seconds = configs.profile.noteExpirySeconds
    return seconds > 0 ? { mode: 'after_send', seconds } : TIMER_OFF
  }
  const contact = configs.contacts.find(id)
  if (contact === undefined || contact.expiry === 'none' || contact.expirySeconds <= 0)
    return TIMER_OFF
  return { mode: contact.expiry, seconds: contact.expirySeconds }
}

/** How we want to be shown; nothing before a name was chosen. */
export function describeOwnProfile({ configs }: ActionParts): SenderProfile | undefined {
  const { name, picture, updatedAtSeconds } = configs.profile
  if (name === '') return undefined
  return {
    displayName: name,
    ...(picture && { pictureUrl: picture.url, key: picture.key }),
    ...(updatedAtSeconds > 0 && { updatedAtSeconds }),
  }
}

/** Changes a contact, and notes when it became one. Inside of a change of the configurations. */
export function updateContact(parts: ActionParts, id: AccountId, changes: Partial<Contact>): void {
  const { contacts } = parts.configs
  const isNew = contacts.find(id) === undefined
  contacts.update(id, { ...(isNew && describeNewContact(parts, id)), ...changes })
}

/** As they showed themselves before anything was decided. */
function describeNewContact({ history, time }: ActionParts, id: AccountId): Partial<Contact> {
  const known = history.profiles.find(id)
  const createdAtSeconds = Math.floor(time.now() / 1000)
  if (known === undefined) return { createdAtSeconds }
  const { name, pictureUrl: url, pictureKey: key } = known
  const hasPicture = url !== '' && key.length === PICTURE_KEY_BYTES
  return { createdAtSeconds, name, ...(hasPicture && { picture: { url, key } }) }
}

export function asAccount(conversation: ConversationId): AccountId | undefined {
  return isGroup(conversation) ? undefined : conversation
}

function isGroup(conversation: ConversationId): conversation is Exclude<ConversationId, AccountId> {
  return parseGroupKey(conversation) !== undefined
}
