/**
 * What a person must be told while messages come: protection that became less, and keys that somebody else published (spec 12 §4.4).
 *
 * @module
 */
import type { MessengerEvent } from '@sotto/client/engine'

const SHORT_ID = 10

export function listWarnings(events: readonly MessengerEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind === 'foreign_key')
      return 'Somebody else published a key for this account: another device of yours, or a thief of your recovery phrase.'
    if (event.kind !== 'downgraded') return []
    const who = `${event.conversation.slice(0, SHORT_ID)}…`
    return event.direction === 'sent'
      ? `What you wrote to ${who} was less protected than before: they show no key. See sotto status.`
      : `What ${who} wrote was less protected than before. See sotto status.`
  })
}
