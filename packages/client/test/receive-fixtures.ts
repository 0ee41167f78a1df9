/**
 * One device of an account that receives contents, without a network.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { type Contact, type KeyedRecords, SharedConfig, openContacts } from '@sotto/protocol/config'
import { type SessionAction, TIMER_OFF } from '@sotto/protocol/session'
import { applyReceived } from '../src/engine/receive/apply-received.ts'
import type { Outcome, Received, ReceiveParts } from '../src/engine/receive/received.ts'
import { StrangerRoom } from '../src/engine/receive/stranger-room.ts'
import { History } from '../src/storage/history.ts'
import { ALICE, ME, NOW_MS } from './history-fixtures.ts'
import { openSqlite } from './sqlite-database.ts'

const DAY_MS = 86_400_000
const FOURTEEN_DAYS_MS = 14 * DAY_MS

export interface ReceivingDevice {
  readonly history: History
  readonly contacts: KeyedRecords<AccountId, Contact>
  receive(received: Received): Outcome
}

export interface DeviceOptions {
  readonly acceptsStrangers?: boolean
  /** Alice, unless it says otherwise. */
  readonly approved?: readonly AccountId[]
}

export function createDevice(options: DeviceOptions = {}): ReceivingDevice {
  const { acceptsStrangers = true, approved = [ALICE] } = options
  const history = new History(openSqlite())
  const config = new SharedConfig({
    cipher: {
      secrets: [new Uint8Array(32)],
      domain: 'Contacts',
      compression: { decompress: () => undefined },
    },
  })
  const contacts = openContacts(config)
  for (const id of approved) contacts.update(id, { isApproved: true })
  const room = new StrangerRoom([], contacts, ME)
  const parts: ReceiveParts = { own: ME, history, contacts, acceptsStrangers, room, nowMs: NOW_MS }
  return { history, contacts, receive: (received) => applyReceived(received, parts) }
}

let hashes = 0

/** From Alice, a second ago, unless it says otherwise. */
export function createReceived(
  action: SessionAction,
  changes: Partial<Omit<Received, 'action'>> = {},
): Received {
  hashes += 1
  return {
    hash: `hash-${hashes}`,
    expiryMs: NOW_MS + FOURTEEN_DAYS_MS,
    sender: ALICE,
    sentAtMs: NOW_MS - 1000,
    timer: TIMER_OFF,
    ...changes,
    action,
  }
}
