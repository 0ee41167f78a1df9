/** What strangers may fill is bounded, whoever they are and however many (trap 26). */
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, ME } from '../../../test/history-fixtures.ts'
import { createDevice } from '../../../test/receive-fixtures.ts'
import { createAccount } from '../../../test/simulated-person.ts'
import type { ConversationCount } from '../../storage/message-table.ts'
import {
  STRANGER_CONVERSATIONS_MAX,
  STRANGER_MESSAGES_MAX,
  STRANGER_MESSAGES_TOTAL_MAX,
} from '../messaging/limits.ts'
import { StrangerRoom } from './stranger-room.ts'

const { contacts } = createDevice({ approved: [ALICE] })
const GROUP = `03${'ab'.repeat(32)}` as const

function count(
  conversation: ConversationCount['conversation'],
  messages: number,
): ConversationCount {
  return { conversation, messages, unread: 0, latestMs: 0 }
}

function createRoom(...counts: readonly ConversationCount[]): StrangerRoom {
  return new StrangerRoom(counts, contacts, ME)
}

describe('the room for strangers', () => {
  it('ends at a number of messages of one of them, and others still have theirs', () => {
    const room = createRoom(count(BOB, STRANGER_MESSAGES_MAX - 1))
    expect(room.take(BOB)).toBe(true)
    expect(room.take(BOB)).toBe(false)
    expect(room.take(createAccount('carol').accountId)).toBe(true)
  })

  it('ends at a number of messages of all of them', () => {
    const names = Array.from({ length: 4 }, (_, index) => createAccount(`stranger ${index}`))
    const each = STRANGER_MESSAGES_TOTAL_MAX / names.length
    const room = createRoom(...names.map(({ accountId }) => count(accountId, each)))
    expect(room.take(BOB)).toBe(false)
  })

  it('ends at a number of conversations, and those that are there go on', () => {
    const strangers = Array.from({ length: STRANGER_CONVERSATIONS_MAX - 1 }, (_, index) =>
      count(createFakeStranger(index), 1),
    )
    const room = createRoom(count(BOB, 1), ...strangers)
    expect(room.take(createAccount('carol').accountId)).toBe(false)
    expect(room.take(BOB)).toBe(true)
  })

  it('is not filled by people we know, by groups, or by notes to ourselves', () => {
    const full = STRANGER_MESSAGES_TOTAL_MAX
    const room = createRoom(count(ALICE, full), count(GROUP, full), count(ME, full))
    expect(room.take(BOB)).toBe(true)
  })
})

/** An id by its looks only: a thousand true ones take a while. */
function createFakeStranger(index: number): typeof BOB {
  return `05${index.toString(16).padStart(64, '0')}` as typeof BOB
}
