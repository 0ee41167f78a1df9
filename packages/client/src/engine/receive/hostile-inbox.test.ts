/** What is kept of that which anybody may have stored (trap 26, TM-S6). */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import type { RetrievedMessage } from '@sotto/protocol/rpc'
import { createMessageContent } from '@sotto/protocol/session'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHash, createMessage, NOW_MS } from '../../../test/history-fixtures.ts'
import {
  createContentMessage,
  createEmptyContent,
  createRawMessage,
  createStranger,
  createTextMessage,
} from '../../../test/inbox-fixtures.ts'
import { createAccount, unwrap } from '../../../test/simulated-person.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { zstdCompression } from '../../../test/zstd-compression.ts'
import { History } from '../../storage/history.ts'
import { AccountConfigs } from '../configs/account-configs.ts'
import { STRANGER_CONVERSATIONS_MAX, STRANGER_MESSAGES_MAX } from '../messaging/limits.ts'
import { AccountInbox } from './account-inbox.ts'

/** Ten thousand inputs take their time on a busy machine. */
const RANDOM_INPUT_MS = 60_000
const NODE = 'ab'.repeat(32)

const ME = createAccount('me')
const ALICE = createAccount('alice')
const randomness = createSeededRandomness('hostile-inbox')

function createInbox() {
  const history = new History(openSqlite())
  const configs = new AccountConfigs({ account: ME, compression: zstdCompression, history })
  const time = { now: () => NOW_MS }
  const parts = { account: ME, history, configs, time, acceptsStrangers: () => true }
  const inbox = new AccountInbox(parts)
  const take = (messages: readonly RetrievedMessage[], namespace = 0) =>
    inbox.take(NODE, [{ namespace, messages, lastHash: messages.at(-1)?.hash, hasMore: false }])
      .events
  return { history, configs, take, count: () => history.messages.count() }
}

function createText(text: string, sender = ALICE, sentAtMs = NOW_MS) {
  return createTextMessage({ sender, to: ME.accountId, text, sentAtMs }, randomness)
}

describe('trap 26: what is thrown away, and not looked at twice', () => {
  function expectThrownAway(message: RetrievedMessage): void {
    const { history, take, count } = createInbox()
    expect(take([message])).toEqual([])
    expect(count()).toEqual([])
    expect(history.arrivals.isSeen(message.hash)).toBe(true)
    const place = { node: NODE, account: ME.accountId, namespace: 0 }
    expect(history.arrivals.findCursor(place)).toBe(message.hash)
  }

  it('is bytes that are no message', () => {
    expectThrownAway(createRawMessage(ME.accountId, Uint8Array.of(1, 2, 3), NOW_MS))
  })

  it('is a message that was sealed to somebody else', () => {
    const draft = { sender: ALICE, to: ALICE.accountId, text: 'not for us', sentAtMs: NOW_MS }
    const { data } = createTextMessage(draft, randomness)
    expectThrownAway(createRawMessage(ME.accountId, data, NOW_MS))
  })

  it('is a content that asks for nothing', () => {
    const draft = { sender: ALICE, to: ME.accountId, sentAtMs: NOW_MS }
    expectThrownAway(createContentMessage(createEmptyContent(), draft, randomness))
  })

  it('is a text that is longer than any client sends', () => {
    const content = unwrap(createMessageContent({ text: 'x' }))
    const { dataMessage } = content
    if (dataMessage === undefined) throw new Error('a text')
    content.dataMessage = { ...dataMessage, body: 'x'.repeat(10_001) }
    const draft = { sender: ALICE, to: ME.accountId, sentAtMs: NOW_MS }
    expectThrownAway(createContentMessage(content, draft, randomness))
  })

  it(
    'is, without a throw, any bytes at all, in any namespace, and what is good beside them is shown',
    () => {
      const { take, history } = createInbox()
      const bytes = fc.uint8Array({ maxLength: 120 })
      const namespace = fc.constantFrom(0, 2, 3, 4, 5)
      fc.assert(
        fc.property(
          fc.array(bytes, { minLength: 20, maxLength: 20 }),
          namespace,
          (datas, place) => {
            take(
              datas.map((data) => createRawMessage(ME.accountId, data, NOW_MS)),
              place,
            )
          },
        ),
        { numRuns: 500 },
      )
      expect(history.messages.count()).toEqual([])
      const junk = createRawMessage(ME.accountId, encodeUtf8('junk'), NOW_MS)
      expect(take([junk, createText('good'), junk])).toHaveLength(1)
    },
    RANDOM_INPUT_MS,
  )
})

describe('trap 26: a flood', () => {
  function fill(history: History, messages: number, conversation = ALICE.accountId): void {
    history.transaction(() => {
      for (let index = 0; index < messages; index++)
        history.messages.add(
          createMessage({ conversation, author: conversation, sentAtMs: NOW_MS - 1 - index }),
        )
    })
  }

  it('of one stranger ends at a bound, and others still get through', () => {
    const { history, take } = createInbox()
    fill(history, STRANGER_MESSAGES_MAX - 1)
    const flood = [0, 1, 2].map((index) => createText(`${index}`, ALICE, NOW_MS + index))
    expect(take([...flood, createText('hello', createStranger(1))])).toHaveLength(2)
  })

  it('of many strangers ends at a bound, and those who wrote before still can', () => {
    const { history, take } = createInbox()
    for (let index = 0; index < STRANGER_CONVERSATIONS_MAX - 1; index++)
      fill(history, 1, createStranger(index).accountId)
    const strangers = [0, 1, 2].map((index) =>
      createText('hello', createStranger(STRANGER_CONVERSATIONS_MAX + index)),
    )
    expect(take(strangers)).toHaveLength(1)
    expect(take([createText('again', createStranger(0))])).toHaveLength(1)
  })

  it('keeps nobody out whom we know', () => {
    const { history, configs, take } = createInbox()
    fill(history, STRANGER_MESSAGES_MAX)
    configs.transact(() => {
      configs.contacts.update(ALICE.accountId, { isApproved: true })
    })
    const messages = [0, 1, 2].map((index) => createText(`${index}`, ALICE, NOW_MS + index))
    expect(take(messages).filter(({ kind }) => kind === 'added')).toHaveLength(3)
  })

  it('of names for messages that are not there fills no table', () => {
    const { history, take } = createInbox()
    expect(take([createRawMessage(ME.accountId, encodeUtf8(createHash('x')), NOW_MS)])).toEqual([])
    expect(history.messages.count()).toEqual([])
  })
})
