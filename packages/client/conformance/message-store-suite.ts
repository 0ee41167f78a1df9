/**
 * What every `MessageStore` must do.
 *
 * @module
 */
import { describe, expect, it } from 'vitest'
import type { CursorKey, Message, MessageStore } from '../src/ports/index.ts'
import { ALICE, BOB, ME, NOW_MS, createHash, createMessage } from './samples.ts'

const NOTHING = { messages: [], seen: [], cursors: [] }
const KEY: CursorKey = { node: 'ab'.repeat(32), account: ME, namespace: 0 }

function keep(store: MessageStore, ...messages: readonly Message[]): Promise<readonly Message[]> {
  return store.commit({ ...NOTHING, messages })
}

async function listTexts(store: MessageStore): Promise<readonly string[]> {
  return (await store.list({})).map(({ text }) => text)
}

/** `create` gives an empty store. */
export function describeMessageStore(name: string, create: () => MessageStore): void {
  describe(`${name} as a message store`, () => {
    it('gives back every field of a message, and that nobody read it', async () => {
      const store = create()
      const message = createMessage('häß 👩‍👩‍👧‍👦 \u0000 \n "quoted" \\')
      await keep(store, message)
      expect(await store.list({})).toEqual([{ ...message, isRead: false }])
    })

    it('says which messages were new, so that each is shown once', async () => {
      const store = create()
      const first = createMessage('first')
      const second = createMessage('second', { sentAtMs: NOW_MS + 1 })
      expect(await keep(store, first)).toEqual([first])
      expect(await keep(store, first, second)).toEqual([second])
    })

    it('takes a message once that two nodes give under one hash', async () => {
      const store = create()
      await keep(store, createMessage('one'), createMessage('one'))
      expect(await store.list({})).toHaveLength(1)
    })

    it('takes a message once whose author and time are known under another hash', async () => {
      const store = create()
      await keep(store, createMessage('one'))
      expect(await keep(store, createMessage('one', { hash: createHash('copy') }))).toEqual([])
    })

    it('keeps messages of two authors with the same time', async () => {
      const store = create()
      await keep(
        store,
        createMessage('from Alice'),
        createMessage('from Bob', { conversation: BOB }),
      )
      expect(await store.list({})).toHaveLength(2)
    })

    it('lists the oldest first', async () => {
      const store = create()
      await keep(store, createMessage('later', { sentAtMs: NOW_MS + 500 }), createMessage('early'))
      expect(await listTexts(store)).toEqual(['early', 'later'])
    })

    it('does not let a time in the future hold the end of the list', async () => {
      const store = create()
      const liar = createMessage('from the future', { sentAtMs: NOW_MS * 2 })
      const honest = { sentAtMs: NOW_MS + 5000, receivedAtMs: NOW_MS + 6000 }
      await keep(store, liar, createMessage('after it', honest))
      expect(await listTexts(store)).toEqual(['from the future', 'after it'])
    })

    it('keeps the order of arrival for equal times', async () => {
      const store = create()
      const conversations = [ALICE, BOB]
      for (const conversation of conversations)
        await keep(store, createMessage(conversation, { conversation }))
      expect(await listTexts(store)).toEqual(conversations)
    })

    it('narrows the list by conversation, direction and what was read', async () => {
      const store = create()
      const sent = createMessage('sent', { direction: 'sent', sentAtMs: NOW_MS + 1 })
      const other = createMessage('other', { conversation: BOB, sentAtMs: NOW_MS + 2 })
      const first = createMessage('first')
      await keep(store, first, sent, other)
      await store.markRead([other.hash])
      const find = async (query: Parameters<MessageStore['list']>[0]): Promise<string[]> =>
        (await store.list(query)).map(({ text }) => text)
      expect(await find({ conversation: ALICE })).toEqual(['first', 'sent'])
      expect(await find({ direction: 'received' })).toEqual(['first', 'other'])
      expect(await find({ unreadOnly: true })).toEqual(['first', 'sent'])
      expect(await find({ conversation: ALICE, direction: 'sent' })).toEqual(['sent'])
    })

    it('marks as read what is named and nothing else', async () => {
      const store = create()
      const message = createMessage('read')
      await keep(store, message, createMessage('unread', { sentAtMs: NOW_MS + 1 }))
      await store.markRead([message.hash, createHash('nobody has it')])
      expect((await store.list({})).map(({ isRead }) => isRead)).toEqual([true, false])
    })
  })

  describe(`${name} as a memory of what was seen`, () => {
    it('knows the hashes of messages and of what was thrown away', async () => {
      const store = create()
      const seen = [{ hash: createHash('junk'), expiresAtMs: NOW_MS }]
      await store.commit({ ...NOTHING, messages: [createMessage('kept')], seen })
      const unknown = createHash('unknown')
      const asked = [createHash('junk'), createHash('kept'), unknown]
      expect(await store.findUnseen(asked)).toEqual(new Set([unknown]))
    })

    it('forgets what expired, and remembers what did not', async () => {
      const store = create()
      const old = { hash: createHash('old'), expiresAtMs: NOW_MS - 1 }
      const current = { hash: createHash('current'), expiresAtMs: NOW_MS }
      await store.commit({ ...NOTHING, seen: [old, current] })
      await store.forgetSeen(NOW_MS, 10)
      expect(await store.findUnseen([old.hash, current.hash])).toEqual(new Set([old.hash]))
    })

    it('trap 26: remembers no more than the limit, so that a flood does not fill the disk', async () => {
      const store = create()
      const seen = Array.from({ length: 10 }, (_, index) => ({
        hash: createHash(`flood ${index}`),
        expiresAtMs: NOW_MS + index,
      }))
      await store.commit({ ...NOTHING, seen })
      await store.forgetSeen(NOW_MS, 3)
      const forgotten = seen.slice(0, 7).map(({ hash }) => hash)
      expect(await store.findUnseen(seen.map(({ hash }) => hash))).toEqual(new Set(forgotten))
    })

    it('takes the newer expiry of a hash that is seen again', async () => {
      const store = create()
      const hash = createHash('twice')
      await store.commit({ ...NOTHING, seen: [{ hash, expiresAtMs: NOW_MS - 1 }] })
      await store.commit({ ...NOTHING, seen: [{ hash, expiresAtMs: NOW_MS + 1 }] })
      await store.forgetSeen(NOW_MS, 10)
      expect(await store.findUnseen([hash])).toEqual(new Set())
    })
  })

  describe(`${name} as a keeper of positions`, () => {
    it('has none for a node that was never read', async () => {
      expect(await create().findCursor(KEY)).toBeUndefined()
    })

    it('moves a position, and forgets it when told', async () => {
      const store = create()
      await store.commit({ ...NOTHING, cursors: [{ ...KEY, hash: createHash('1') }] })
      await store.commit({ ...NOTHING, cursors: [{ ...KEY, hash: createHash('2') }] })
      expect(await store.findCursor(KEY)).toBe(createHash('2'))
      await store.deleteCursor(KEY)
      expect(await store.findCursor(KEY)).toBeUndefined()
    })

    it('tells nodes, accounts and namespaces apart', async () => {
      const store = create()
      await store.commit({ ...NOTHING, cursors: [{ ...KEY, hash: createHash('1') }] })
      expect(await store.findCursor({ ...KEY, node: 'cd'.repeat(32) })).toBeUndefined()
      expect(await store.findCursor({ ...KEY, account: BOB })).toBeUndefined()
      expect(await store.findCursor({ ...KEY, namespace: -10 })).toBeUndefined()
    })
  })

  describe(`${name} as a counter`, () => {
    it('counts a conversation in both directions', async () => {
      const store = create()
      const sent = createMessage('sent', { direction: 'sent' })
      const received = ['a', 'b'].map((text, index) =>
        createMessage(text, { sentAtMs: NOW_MS + index }),
      )
      await keep(store, sent, ...received)
      expect(await store.countConversation(ALICE)).toEqual({ received: 2, sent: 1 })
      expect(await store.countConversation(BOB)).toEqual({ received: 0, sent: 0 })
    })

    it('counts as strangers those to whom we never wrote', async () => {
      const store = create()
      const times = [0, 1, 2].map((index) => ({ sentAtMs: NOW_MS + index }))
      await keep(store, ...times.map((time, index) => createMessage(`from Alice ${index}`, time)))
      await keep(store, createMessage('from Bob', { conversation: BOB }))
      expect(await store.countStrangers()).toEqual({ conversations: 2, messages: 4 })
      await keep(store, createMessage('to Alice', { direction: 'sent' }))
      expect(await store.countStrangers()).toEqual({ conversations: 1, messages: 1 })
    })
  })
}
