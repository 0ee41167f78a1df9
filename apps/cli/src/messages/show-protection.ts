/**
 * What `sotto status` does: the keys of this device, what follows if it is taken, and each conversation.
 *
 * @module
 */
import type { ConversationProtection, SecrecyStatus } from '@sotto/client/engine'
import type { Outcome } from '../output.ts'
import { readAccountId } from '../refused-text.ts'
import { formatName } from './layout.ts'
import { type AccountPlace, withMessenger } from './with-messenger.ts'

const HOUR_MS = 3_600_000

export interface ProtectionOrders {
  readonly rotate?: boolean
  readonly dismissForeignKey?: boolean
  readonly forgetKeysOf?: string
}

const REASONS: Readonly<Record<ConversationProtection['reason'], string>> = {
  both_directions: 'in both directions, and in your own copies',
  no_messages: 'no messages yet',
  own_keys_off: 'this account publishes no keys (sotto settings --forward-secrecy on)',
  peer_has_no_keys: 'the other side publishes no keys',
  peer_lost_keys: 'the other side shows no keys any more',
  peer_does_not_use_our_keys: 'the other side does not use your keys',
}

export function showProtection(place: AccountPlace, orders: ProtectionOrders): Promise<Outcome> {
  const forgotten =
    orders.forgetKeysOf === undefined ? undefined : readAccountId(orders.forgetKeysOf)
  return withMessenger(place, async (messenger) => {
    const { protections, conversations } = messenger
    if (forgotten !== undefined) protections.forgetKeysOf(forgotten)
    if (orders.rotate === true) protections.rotate()
    if (orders.dismissForeignKey === true) protections.dismissForeignKey()
    const read = await messenger.poll()
    if (!read.ok) throw read.error
    const status = protections.status()
    const people = conversations.list().filter(({ kind }) => kind === 'account')
    const described = people.map((conversation) => {
      const id = readAccountId(conversation.id)
      return { id, name: formatName(conversation), protection: protections.of(id) }
    })
    const json = described.map(({ id, protection }) => ({ id, protection }))
    const events = read.value.filter(({ kind }) => kind === 'downgraded' || kind === 'foreign_key')
    return {
      json: { ...status, conversations: json, events },
      text: [
        ...layOutStatus(status),
        ...described.flatMap(({ name, protection }) => ['', name, `  ${layOut(protection)}`]),
      ].join('\n'),
    }
  })
}

function layOut({ confidentiality, reason }: ConversationProtection): string {
  const strength =
    confidentiality === 'pq-hybrid'
      ? 'Keys of half a day, against quantum computers too'
      : 'Opens with a recovery phrase for ever'
  return `${strength}: ${REASONS[reason]}.`
}

const WAITS =
  'Replaced keys should be gone by now; they stay until two nodes of your swarm can be read to their end.'

export function layOutStatus(status: SecrecyStatus): readonly string[] {
  const { isOn, isPublished, isContested, readableIfTakenMs, keysHeld, erasure, unopened } = status
  const shown = isPublished ? 'others can see its key' : 'others cannot see its key yet'
  const contested =
    'Somebody else published a key for this account: a device of yours that is not linked, or a thief of your recovery phrase. Once you have acted: sotto status --dismiss-foreign-key'
  return [
    isOn ? `Forward secrecy is on; ${shown}.` : 'Forward secrecy is off.',
    readableIfTakenMs === null
      ? 'If this device is taken now, everything that was ever sent to this account can be read.'
      : `If this device is taken now, what was sealed to its ${keysHeld} keys in the last ${formatHours(readableIfTakenMs)} can be read, and everything that was not sealed to a key.`,
    ...(erasure === 'waits-for-nodes' ? [WAITS] : []),
    ...(unopened > 0 ? [`${unopened} messages wait for a key.`] : []),
    ...(isContested ? [contested] : []),
  ]
}

function formatHours(spanMs: number): string {
  const hours = Math.ceil(spanMs / HOUR_MS)
  return hours === 1 ? 'hour' : `${hours} hours`
}
