/**
 * What strangers may still fill (trap 26): counted once for a batch, since counting for each of ten thousand messages would be the
 * work that a flood is after.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { Contact, KeyedRecords } from '@sotto/protocol/config'
import type { ConversationCount } from '../../storage/message-table.ts'
import {
  STRANGER_CONVERSATIONS_MAX,
  STRANGER_MESSAGES_MAX,
  STRANGER_MESSAGES_TOTAL_MAX,
} from '../messaging/limits.ts'

const GROUP_PREFIX = '03'

export class StrangerRoom {
  readonly #messages = new Map<string, number>()
  #total = 0

  constructor(
    counts: readonly ConversationCount[],
    contacts: KeyedRecords<AccountId, Contact>,
    own: AccountId,
  ) {
    const known = new Set<string>([own])
    for (const [id, { isApproved }] of contacts.list()) if (isApproved) known.add(id)
    for (const { conversation, messages } of counts) {
      if (known.has(conversation) || conversation.startsWith(GROUP_PREFIX)) continue
      this.#messages.set(conversation, messages)
      this.#total += messages
    }
  }

  /** Whether one more message fits; then it is counted. */
  take(stranger: AccountId): boolean {
    const here = this.#messages.get(stranger)
    const isFull =
      this.#total >= STRANGER_MESSAGES_TOTAL_MAX ||
      (here === undefined
        ? this.#messages.size >= STRANGER_CONVERSATIONS_MAX
        : here >= STRANGER_MESSAGES_MAX)
    if (isFull) return false
    this.#messages.set(stranger, (here ?? 0) + 1)
    this.#total += 1
    return true
  }
}
