/** What is kept of that which anybody may have stored (trap 26, TM-S6). */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { createFakeClock } from '@sotto/testkit/fake-clock'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NOW_MS, createHash } from '../../../conformance/samples.ts'
import {
  createEmptyContent,
  createContentMessage,
  createRawMessage,
  createStranger,
  createTextMessage,
} from '../../../test/inbox-fixtures.ts'
import { createMessageContent } from '@sotto/protocol/session'
import { createAccount } from '../../../test/simulated-person.ts'
import { MemoryMessageStore } from '../../memory/index.ts'
import type { ConversationCounts, MessageStore, StrangerCounts } from '../../ports/index.ts'
import { Inbox } from './inbox.ts'
import {
  STRANGER_CONVERSATIONS_MAX,
  STRANGER_MESSAGES_MAX,
  STRANGER_MESSAGES_TOTAL_MAX,
} from './limits.ts'

/** Ten thousand inputs take their time on a busy machine. */
const RANDOM_INPUT_MS = 60_000

const ME = createAccount('me')
const ALICE = createAccount('alice')
const randomness = createSeededRandomness('inbox')
const CURSOR = {
  node: 'ab'.repeat(32),
  account: ME.accountId,
  namespace: 0,
  hash: createHash('last'),
}

function createInbox(messages: MessageStore = new MemoryMessageStore()): {
  readonly inbox: Inbox
  readonly store: MessageStore
} {
  const inbox = new Inbox({ account: ME, messages, time: createFakeClock(NOW_MS) })
  return { inbox, store: messages }
}

/** A store in which many messages lie already. */
class FullStore extends MemoryMessageStore {
  conversation: ConversationCounts = { received: 0, sent: 0 }
  strangers: StrangerCounts = { conversations: 0, messages: 0 }

  override countConversation(): Promise<ConversationCounts> {
    return Promise.resolve(this.conversation)
  }

  override countStrangers(): Promise<StrangerCounts> {
    return Promise.resolve(this.strangers)
  }
}

function createText(text: string, sender = ALICE, sentAtMs = NOW_MS) {
  return createTextMessage({ sender, to: ME.accountId, text, sentAtMs }, randomness)
}

describe('a message for us', () => {
  it('is kept with who wrote it, when, and in which conversation', async () => {
    const { inbox } = createInbox()
    const message = createText('hello')
    expect(await inbox.accept({ messages: [message], cursor: CURSOR })).toEqual([
      {
        hash: message.hash,
        author: ALICE.accountId,
        conversation: ALICE.accountId,
        direction: 'received',
        text: 'hello',
        sentAtMs: NOW_MS,
        receivedAtMs: NOW_MS,
      },
    ])
  })

  it('is told once, however many nodes bring it at the same time', async () => {
    const { inbox } = createInbox()
    const messages = [createText('hello')]
    const told = await Promise.all([1, 2, 3].map(() => inbox.accept({ messages, cursor: CURSOR })))
    expect(told.flat()).toHaveLength(1)
  })

  it('is told once when its author’s client stored it twice in different seals', async () => {
    const { inbox } = createInbox()
    const messages = [createText('hello'), createText('hello')]
    expect(await inbox.accept({ messages, cursor: CURSOR })).toHaveLength(1)
  })

  it('moves the node’s position together with what is kept', async () => {
    const { inbox, store } = createInbox()
    await inbox.accept({ messages: [createText('hello')], cursor: CURSOR })
    expect(await store.findCursor(CURSOR)).toBe(CURSOR.hash)
  })
})

describe('trap 26: what is thrown away, and not looked at twice', () => {
  async function expectThrownAway(message: ReturnType<typeof createText>): Promise<void> {
    const { inbox, store } = createInbox()
    expect(await inbox.accept({ messages: [message], cursor: CURSOR })).toEqual([])
    expect(await store.list({})).toEqual([])
    expect(await store.findUnseen([message.hash])).toEqual(new Set())
    expect(await store.findCursor(CURSOR)).toBe(CURSOR.hash)
  }

  it('is bytes that are no message', () =>
    expectThrownAway(createRawMessage(ME.accountId, Uint8Array.of(1, 2, 3), NOW_MS)))

  it('is a message that was sealed to somebody else', () => {
    const draft = { sender: ALICE, to: ALICE.accountId, text: 'not for us', sentAtMs: NOW_MS }
    const { data } = createTextMessage(draft, randomness)
    return expectThrownAway(createRawMessage(ME.accountId, data, NOW_MS))
  })

  it('is a content without text', () => {
    const draft = { sender: ALICE, to: ME.accountId, sentAtMs: NOW_MS }
    return expectThrownAway(createContentMessage(createEmptyContent(), draft, randomness))
  })

  it('is a text that is longer than any client sends', () => {
    const content = createEmptyContent()
    const { dataMessage } = unwrapText('x')
    if (dataMessage === undefined) throw new Error('a text')
    content.dataMessage = { ...dataMessage, body: 'x'.repeat(10_001) }
    const draft = { sender: ALICE, to: ME.accountId, sentAtMs: NOW_MS }
    return expectThrownAway(createContentMessage(content, draft, randomness))
  })

  it(
    'is, without a throw, any bytes at all',
    async () => {
      const { inbox } = createInbox()
      const bytes = fc.uint8Array({ maxLength: 120 })
      await fc.assert(
        fc.asyncProperty(fc.array(bytes, { minLength: 20, maxLength: 20 }), async (datas) => {
          const messages = datas.map((data) => createRawMessage(ME.accountId, data, NOW_MS))
          expect(await inbox.accept({ messages, cursor: CURSOR })).toEqual([])
        }),
        { numRuns: 500 },
      )
    },
    RANDOM_INPUT_MS,
  )
})

describe('trap 26: a flood', () => {
  it('of one stranger ends at a bound', async () => {
    const store = new FullStore()
    store.conversation = { received: STRANGER_MESSAGES_MAX - 1, sent: 0 }
    const { inbox } = createInbox(store)
    const messages = [0, 1, 2].map((index) => createText(`${index}`, ALICE, NOW_MS + index))
    expect(await inbox.accept({ messages, cursor: CURSOR })).toHaveLength(1)
  })

  it('of many strangers ends at a bound, and those who wrote before still can', async () => {
    const store = new FullStore()
    store.strangers = { conversations: STRANGER_CONVERSATIONS_MAX - 1, messages: 0 }
    const { inbox } = createInbox(store)
    const messages = [0, 1, 2].map((index) => createText('hello', createStranger(index)))
    expect(await inbox.accept({ messages, cursor: CURSOR })).toHaveLength(1)
    store.strangers = { conversations: STRANGER_CONVERSATIONS_MAX, messages: 0 }
    store.conversation = { received: 1, sent: 0 }
    const again = { messages: [createText('again')], cursor: CURSOR }
    expect(await inbox.accept(again)).toHaveLength(1)
  })

  it('of many messages by many strangers ends at a bound', async () => {
    const store = new FullStore()
    store.strangers = { conversations: 5, messages: STRANGER_MESSAGES_TOTAL_MAX - 1 }
    store.conversation = { received: 1, sent: 0 }
    const { inbox } = createInbox(store)
    const messages = [0, 1, 2].map((index) => createText(`${index}`, ALICE, NOW_MS + index))
    expect(await inbox.accept({ messages, cursor: CURSOR })).toHaveLength(1)
  })

  it('keeps nobody out to whom we wrote', async () => {
    const store = new FullStore()
    store.strangers = { conversations: 1e6, messages: 1e6 }
    store.conversation = { received: 1e6, sent: 1 }
    const { inbox } = createInbox(store)
    const messages = [0, 1, 2].map((index) => createText(`${index}`, ALICE, NOW_MS + index))
    expect(await inbox.accept({ messages, cursor: CURSOR })).toHaveLength(3)
  })
})

function unwrapText(text: string): ReturnType<typeof createEmptyContent> {
  const created = createMessageContent({ text })
  if (!created.ok) throw created.error
  return created.value
}
