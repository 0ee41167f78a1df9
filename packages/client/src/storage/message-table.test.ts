/** A history finds, orders, changes and forgets messages. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, ME, NOW_MS, createMessage } from '../../test/history-fixtures.ts'
import { openSqlite } from '../../test/sqlite-database.ts'
import { History } from './history.ts'
import type { HistoryMessage, NewMessage } from './history-message.ts'

function createHistory(messages: readonly NewMessage[] = []): History {
  const history = new History(openSqlite())
  for (const message of messages) history.messages.add(message)
  return history
}

function number(count: number, changes: Partial<NewMessage> = {}): readonly NewMessage[] {
  return Array.from({ length: count }, (_, index) =>
    createMessage({
      text: `text ${index}`,
      sentAtMs: NOW_MS + index,
      receivedAtMs: NOW_MS + index,
      ...changes,
    }),
  )
}

function textsOf(messages: readonly HistoryMessage[]): readonly string[] {
  return messages.map(({ text }) => text)
}

const COMPLETE = createMessage({
  state: 'sent',
  author: ME,
  text: 'see https://sotto.example 🎂',
  hash: 'h'.repeat(43),
  timer: { mode: 'after_read', seconds: 60 },
  expiresAtMs: NOW_MS + 60_000,
  readAtMs: NOW_MS + 1,
  details: {
    quote: { author: ALICE, sentAtMs: 1 },
    preview: { url: 'https://sotto.example', title: 'Sotto' },
    attachments: [
      {
        url: 'http://f/file/1',
        contentType: 'image/png',
        size: 5,
        fileName: 'a.png',
        caption: '',
        width: 1,
        height: 2,
        isVoice: false,
        key: '00ff',
        digest: '',
      },
    ],
  },
})

describe('a message', () => {
  it('is found as it was added', () => {
    const { messages } = createHistory([COMPLETE])
    expect(messages.find(COMPLETE)).toEqual({ ...COMPLETE, isReadByThem: false })
    expect(messages.findByHash('h'.repeat(43))).toEqual({ ...COMPLETE, isReadByThem: false })
  })

  it('is one message, however often it comes', () => {
    const { messages } = createHistory()
    expect(messages.add(createMessage())).toBe(true)
    expect(messages.add(createMessage({ text: 'something else' }))).toBe(false)
    expect(textsOf(messages.list(ALICE, { limit: 9 }))).toEqual(['hello'])
  })

  it('is another one in another conversation, by another author, or at another time', () => {
    const { messages } = createHistory([createMessage()])
    expect(messages.add(createMessage({ conversation: BOB }))).toBe(true)
    expect(messages.add(createMessage({ author: ME }))).toBe(true)
    expect(messages.add(createMessage({ sentAtMs: NOW_MS + 1 }))).toBe(true)
  })
})

describe('a conversation', () => {
  it('is listed from its newest message back, page by page, with none left out and none twice', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 0, max: 25 }),
        (limit, count) => {
          // Many at the same moment: then the order of arrival counts.
          const all = number(count, { receivedAtMs: NOW_MS + 3 })
          const { messages } = createHistory(all)
          const listed: HistoryMessage[] = []
          for (;;) {
            const before = listed.at(-1)
            const page = messages.list(ALICE, { limit, ...(before && { before }) })
            if (page.length === 0) break
            listed.push(...page)
          }
          expect(textsOf(listed)).toEqual(textsOf(all as HistoryMessage[]).toReversed())
        },
      ),
      { numRuns: 60 },
    )
  })

  it('does not keep a message from the future at its end', () => {
    const future = createMessage({ sentAtMs: NOW_MS + 1e12, receivedAtMs: NOW_MS, text: 'future' })
    const later = createMessage({ sentAtMs: NOW_MS + 9, receivedAtMs: NOW_MS + 9, text: 'later' })
    expect(textsOf(createHistory([future, later]).messages.list(ALICE, { limit: 9 }))).toEqual([
      'later',
      'future',
    ])
  })

  it('counts its messages and those that nobody read here', () => {
    const history = createHistory([
      ...number(3),
      createMessage({ conversation: BOB, author: ME, state: 'sent', receivedAtMs: NOW_MS - 9 }),
    ])
    history.messages.markRead(createMessage({ sentAtMs: NOW_MS + 1 }), NOW_MS)
    expect(history.messages.count()).toEqual([
      { conversation: ALICE, messages: 3, unread: 2, latestMs: NOW_MS + 2 },
      { conversation: BOB, messages: 1, unread: 0, latestMs: NOW_MS - 9 },
    ])
  })

  it('lists what is unread up to a time, without what we sent', () => {
    const own = createMessage({ author: ME, state: 'sent' })
    const { messages } = createHistory([...number(3), own])
    expect(textsOf(messages.listUnread(ALICE, NOW_MS + 1))).toEqual(['text 0', 'text 1'])
    messages.markRead(createMessage(), NOW_MS)
    expect(textsOf(messages.listUnread(ALICE, NOW_MS + 1))).toEqual(['text 1'])
  })
})

describe('what was sent up to a time', () => {
  it('is listed of one author, or of all, and of one conversation only', () => {
    const { messages } = new History(openSqlite())
    for (const [index, author] of [ALICE, BOB, ALICE].entries())
      messages.add(createMessage({ conversation: ALICE, author, sentAtMs: NOW_MS + index }))
    messages.add(createMessage({ conversation: BOB, author: BOB }))
    const times = (query: Parameters<typeof messages.listSent>[1]) =>
      messages
        .listSent(ALICE, query)
        .map(({ sentAtMs }) => sentAtMs - NOW_MS)
        .toSorted((a, b) => a - b)
    expect(times({ upToMs: NOW_MS + 1 })).toEqual([0, 1])
    expect(times({ upToMs: NOW_MS + 9 })).toEqual([0, 1, 2])
    expect(times({ upToMs: NOW_MS + 9, author: ALICE })).toEqual([0, 2])
    expect(times({ upToMs: NOW_MS, author: BOB })).toEqual([])
  })
})

describe('search', () => {
  const { messages } = createHistory([
    createMessage({ text: 'Grüße aus Köln, meine Liebe' }),
    createMessage({ text: 'cologne', sentAtMs: 1 }),
    createMessage({ text: 'aus Köln', sentAtMs: 2, conversation: BOB }),
  ])
  const search = (words: string, limit = 9): readonly string[] =>
    textsOf(messages.search({ words, limit }))

  it.each(['koln', 'KÖLN', 'kö', 'köln aus', 'AUS köl'])('finds %s', (words) => {
    expect(search(words)).toEqual(['aus Köln', 'Grüße aus Köln, meine Liebe'])
  })

  it('can be kept to one conversation, and to a number', () => {
    expect(textsOf(messages.search({ words: 'köln', conversation: BOB, limit: 9 }))).toEqual([
      'aus Köln',
    ])
    expect(search('köln', 1)).toHaveLength(1)
  })

  it('takes nothing that is typed for an operator, and never throws', () => {
    for (const words of ['', '"', 'köln OR cologne', 'NOT köln', 'text:köln', '*', 'a NEAR b', '-'])
      expect(search(words)).not.toContain('cologne')
    fc.assert(
      fc.property(fc.string(), (words) => void search(words)),
      { numRuns: 2000 },
    )
  })

  it('follows edits and erasure', () => {
    const history = createHistory([createMessage({ text: 'before' })])
    const name = createMessage()
    history.messages.edit(name, { text: 'after', editedAtMs: NOW_MS + 1 })
    expect(history.messages.search({ words: 'before', limit: 9 })).toEqual([])
    expect(history.messages.search({ words: 'after', limit: 9 })).toHaveLength(1)
    history.messages.erase(name)
    expect(history.messages.search({ words: 'after', limit: 9 })).toEqual([])
  })
})

describe('changes of a message', () => {
  it('keep the newest edit, whatever the order in which they come', () => {
    const { messages } = createHistory([createMessage()])
    expect(messages.edit(createMessage(), { text: 'second', editedAtMs: NOW_MS + 2 })).toBe(true)
    expect(messages.edit(createMessage(), { text: 'first', editedAtMs: NOW_MS + 1 })).toBe(false)
    expect(messages.find(createMessage())).toMatchObject({
      text: 'second',
      editedAtMs: NOW_MS + 2,
    })
  })

  it('never take a received message for one of ours', () => {
    const { messages } = createHistory([createMessage()])
    messages.setState(createMessage(), 'failed')
    expect(messages.markReadByThem(createMessage())).toBe(false)
    expect(messages.find(createMessage())).toMatchObject({ state: 'received', isReadByThem: false })
  })

  it('follow delivery, and keep a hash that is known', () => {
    const own = createMessage({ author: ME, state: 'queued' })
    const { messages } = createHistory([own])
    messages.setState(own, 'sent', 'hash')
    messages.setState(own, 'sent')
    expect(messages.markReadByThem(own)).toBe(true)
    expect(messages.find(own)).toMatchObject({ state: 'sent', hash: 'hash', isReadByThem: true })
  })

  it('remember when it was read first', () => {
    const { messages } = createHistory([createMessage()])
    messages.markRead(createMessage(), 5)
    messages.markRead(createMessage(), 9)
    expect(messages.find(createMessage())?.readAtMs).toBe(5)
  })
})

describe('the end of a message', () => {
  it('comes earlier, never later', () => {
    const { messages } = createHistory([createMessage()])
    for (const end of [50, 90, 20]) messages.setEnd(createMessage(), end)
    expect(messages.find(createMessage())?.expiresAtMs).toBe(20)
    expect(messages.findNextEnd()).toBe(20)
  })

  it('is listed when it is there', () => {
    const { messages } = createHistory([
      createMessage({ expiresAtMs: 20 }),
      createMessage({ sentAtMs: 1 }),
    ])
    expect(messages.listEnded(19)).toEqual([])
    expect(messages.listEnded(20)).toHaveLength(1)
  })
})

describe('messages of all conversations', () => {
  it('that were received are listed as they are shown, read or not', () => {
    const { messages } = createHistory([
      createMessage({ sentAtMs: 30, text: 'third' }),
      createMessage({ sentAtMs: 10, text: 'first', readAtMs: 11 }),
      createMessage({ conversation: BOB, author: BOB, sentAtMs: 20, text: 'second' }),
      createMessage({ author: ME, sentAtMs: 25, text: 'ours', state: 'sent' }),
    ])
    const textsWhere = (isUnreadOnly: boolean) => textsOf(messages.listReceived({ isUnreadOnly }))
    expect(textsWhere(false)).toEqual(['first', 'second', 'third'])
    expect(textsWhere(true)).toEqual(['second', 'third'])
  })

  it('are found by their time, in whatever conversation', () => {
    const { messages } = createHistory([
      createMessage({ sentAtMs: 5, text: 'to one' }),
      createMessage({
        conversation: BOB,
        author: ME,
        state: 'sent',
        sentAtMs: 5,
        text: 'to another',
      }),
    ])
    expect(textsOf(messages.findByTime(5)).toSorted()).toEqual(['to another', 'to one'])
    expect(messages.findByTime(6)).toEqual([])
  })
})

describe('a conversation', () => {
  it('knows whether the other side wrote, and what it is made of', () => {
    const { messages } = createHistory([
      createMessage({ sentAtMs: 1, hash: 'h1' }),
      createMessage({ sentAtMs: 2 }),
      createMessage({ conversation: BOB, author: ME, state: 'sent', sentAtMs: 3 }),
    ])
    expect([ALICE, BOB].map((id) => messages.hasReceived(id))).toEqual([true, false])
    expect(messages.listHashes(ALICE)).toEqual(['h1'])
    expect(messages.listNames(ALICE).map(({ sentAtMs }) => sentAtMs)).toEqual([1, 2])
  })

  it('is erased as a whole, and no late copy of any of it comes back', () => {
    const history = createHistory([createMessage({ sentAtMs: 1 }), createMessage({ sentAtMs: 2 })])
    const like = { reactor: ALICE, emoji: '👍', changedAtMs: 3, isRemoved: false }
    history.reactions.put({ target: createMessage({ sentAtMs: 1 }), ...like })
    history.drafts.put(ALICE, 'unfinished')
    history.eraseConversation(ALICE, 99)
    expect(history.messages.list(ALICE, { limit: 9 })).toEqual([])
    expect(history.reactions.list(createMessage({ sentAtMs: 1 }))).toEqual([])
    expect(history.drafts.find(ALICE)).toBe('')
    for (const sentAtMs of [1, 2])
      expect(history.tombstones.has(createMessage({ sentAtMs }))).toBe(true)
  })
})
