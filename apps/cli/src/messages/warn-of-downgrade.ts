/**
 * What a person must be told while messages come: protection that became less, keys that somebody else published (spec 12 §4.4), and devices
 * that come, go, or ask to.
 *
 * @module
 */
import type { MessengerEvent } from '@sotto/client/engine'

const SHORT_ID = 10
const THIS_DEVICE = {
  linked: 'This device is linked now.',
  removed: 'This device was removed by another one. See sotto device list.',
  displaced: 'Another copy of this device has taken its place. See sotto device list.',
  restored: 'This device is linked again.',
  cut_off: 'The other devices have forgotten this one. See sotto device list.',
} as const

export function listWarnings(events: readonly MessengerEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind === 'foreign_key')
      return 'Somebody else published a key for this account: another device of yours, or a thief of your recovery phrase.'
    if (event.kind === 'link_request_added')
      return 'A device asks to be linked to this account. See sotto device list.'
    if (event.kind === 'device_joined')
      return 'A device was linked to this account. See sotto device list.'
    if (event.kind === 'foreign_group')
      return 'Somebody with your recovery phrase has linked devices beside yours. See sotto device list.'
    if (event.kind === 'this_device') return THIS_DEVICE[event.became]
    if (event.kind !== 'downgraded') return []
    const who = `${event.conversation.slice(0, SHORT_ID)}…`
    return event.direction === 'sent'
      ? `What you wrote to ${who} was less protected than before: they show no key. See sotto status.`
      : `What ${who} wrote was less protected than before. See sotto status.`
  })
}
