/** What others may change in our history, and that the order of arrival does not matter. */
import type { MessageAction, MessageRef, SessionAction } from '@sotto/protocol/session'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, ME, NOW_MS } from '../../../test/history-fixtures.ts'
import {
  createDevice,
  createReceived,
  type ReceivingDevice,
} from '../../../test/receive-fixtures.ts'
import type { Received } from './received.ts'

const SENT_AT_MS = NOW_MS - 1000
const ALICES = { conversation: ALICE, author: ALICE, sentAtMs: SENT_AT_MS }
const MINE = { conversation: ALICE, author: ME, sentAtMs: SENT_AT_MS }

function say(text: string, changes: Partial<MessageAction> = {}): MessageAction {
  return { kind: 'message', text, attachments: [], ...changes }
}

function react(target: MessageRef, isRemoved = false): SessionAction {
  return {
    kind: 'reaction',
    target: { author: target.author, sentAtMs: target.sentAtMs },
    emoji: '👍',
    isRemoved,
  }
}

function unsend({ author, sentAtMs }: MessageRef): SessionAction {
  return { kind: 'unsend', target: { author, sentAtMs } }
}

function textsOf({ history }: ReceivingDevice, conversation = ALICE): readonly string[] {
  return history.messages.list(conversation, { limit: 99 }).map(({ text }) => text)
}

describe('a message', () => {
  it('of somebody else goes into the conversation with them, unread', () => {
    const device = createDevice()
    const { events } = device.receive(createReceived(say('hello')))
    expect(events).toEqual([{ kind: 'added', name: ALICES }])
    expect(device.history.messages.find(ALICES)).toMatchObject({ state: 'received', text: 'hello' })
  })

  it('of our own other device goes to whom it was sent, as sent and read', () => {
    const device = createDevice()
    device.receive(createReceived(say('hello'), { sender: ME, syncTarget: ALICE }))
    expect(device.history.messages.find(MINE)).toMatchObject({ state: 'sent', readAtMs: NOW_MS })
  })

  it('to ourselves is a note to self', () => {
    const device = createDevice()
    device.receive(createReceived(say('milk'), { sender: ME }))
    expect(textsOf(device, ME)).toEqual(['milk'])
  })

  it('that comes twice under two hashes is one message and one event', () => {
    const device = createDevice()
    device.receive(createReceived(say('hello')))
    expect(device.receive(createReceived(say('hello'))).events).toEqual([])
    expect(textsOf(device)).toEqual(['hello'])
  })

  it('of a blocked person is dropped, with everything else from them', () => {
    const device = createDevice()
    device.contacts.update(ALICE, { isBlocked: true })
    const actions = [say('hello'), react(MINE), { kind: 'request_accepted' } as const]
    for (const action of actions) expect(device.receive(createReceived(action)).events).toEqual([])
    expect(textsOf(device)).toEqual([])
    expect(device.contacts.find(ALICE)?.hasApprovedMe).toBe(false)
  })

  it('of a stranger is a request, unless only people we know may write', () => {
    const open = createDevice()
    open.receive(createReceived(say('hello'), { sender: BOB }))
    expect(textsOf(open, BOB)).toEqual(['hello'])
    expect(open.contacts.find(BOB)).toBeUndefined()
    const closed = createDevice({ acceptsStrangers: false })
    closed.receive(createReceived(say('hello'), { sender: BOB }))
    closed.receive(createReceived(say('hello')))
    expect([textsOf(closed, BOB), textsOf(closed)]).toEqual([[], ['hello']])
  })
})

describe('an edit', () => {
  const edit = createReceived(say('right', { edits: ALICES, quote: ALICES }), {
    sentAtMs: SENT_AT_MS + 5,
  })

  it('replaces the text and adds no message, before or after its message', () => {
    for (const order of [
      [createReceived(say('wrong')), edit],
      [edit, createReceived(say('wrong'))],
    ]) {
      const device = createDevice()
      for (const received of order) device.receive(received)
      expect(textsOf(device)).toEqual(['right'])
      expect(device.history.messages.find(ALICES)?.editedAtMs).toBe(SENT_AT_MS + 5)
    }
  })

  it('reaches nothing in another conversation', () => {
    const device = createDevice({ approved: [ALICE, BOB] })
    device.receive(createReceived(say('mine'), { sender: BOB }))
    device.receive(createReceived(say('x', { edits: { author: ALICE, sentAtMs: SENT_AT_MS } })))
    expect(textsOf(device, BOB)).toEqual(['mine'])
  })
})

describe('a reaction', () => {
  it('stands at its message, whichever comes first', () => {
    for (const isLate of [true, false]) {
      const device = createDevice()
      const like = createReceived(react(MINE), { sentAtMs: NOW_MS })
      if (!isLate) device.receive(like)
      device.receive(createReceived(say('hello'), { sender: ME, syncTarget: ALICE }))
      if (isLate) expect(device.receive(like).events).toEqual([{ kind: 'changed', name: MINE }])
      expect(device.history.reactions.list(MINE)).toEqual([{ reactor: ALICE, emoji: '👍' }])
    }
  })

  it('of a stranger to a message that is not there is dropped: it could fill the table', () => {
    const device = createDevice({ approved: [] })
    device.receive(createReceived(react(ALICES)))
    expect(device.history.reactions.list(ALICES)).toEqual([])
  })
})

describe('taking back', () => {
  it('erases the message here and in our swarm, and no late copy brings it back', () => {
    const device = createDevice()
    const message = createReceived(say('oops'))
    device.receive(message)
    expect(device.receive(createReceived(unsend(ALICES)))).toMatchObject({
      events: [{ kind: 'erased', name: { sentAtMs: SENT_AT_MS } }],
      obsoleteHashes: [message.hash],
    })
    device.receive({ ...message, hash: 'another copy' })
    expect(textsOf(device)).toEqual([])
  })

  it('works when it comes before the message', () => {
    const device = createDevice()
    device.receive(createReceived(unsend(ALICES)))
    device.receive(createReceived(say('oops')))
    expect(textsOf(device)).toEqual([])
  })

  it('reaches a message of the same author and time in no other conversation', () => {
    const device = createDevice({ approved: [ALICE, BOB] })
    device.receive(createReceived(say('to bob'), { sender: ME, syncTarget: BOB }))
    device.receive(createReceived(unsend({ author: ME, sentAtMs: SENT_AT_MS })))
    // Alice cannot name us as the author: spec 05 §5.4 refuses it before it comes here. If it came, nothing would happen.
    expect(textsOf(device, BOB)).toEqual(['to bob'])
  })

  it('of our other device takes our message out of whatever conversation it was in', () => {
    const device = createDevice()
    device.receive(createReceived(say('oops'), { sender: ME, syncTarget: ALICE }))
    device.receive(createReceived(unsend(MINE), { sender: ME }))
    expect(textsOf(device)).toEqual([])
  })
})

describe('other actions', () => {
  it('mark our own messages as read, and nobody else’s', () => {
    const device = createDevice()
    device.receive(createReceived(say('hello'), { sender: ME, syncTarget: ALICE }))
    const receipt: SessionAction = { kind: 'read', sentAtMs: [SENT_AT_MS, 7] }
    expect(device.receive(createReceived(receipt, { sender: BOB })).events).toEqual([])
    expect(device.receive(createReceived(receipt)).events).toEqual([
      { kind: 'changed', name: MINE },
    ])
    expect(device.history.messages.find(MINE)?.isReadByThem).toBe(true)
  })

  it('tell who is typing', () => {
    const { events } = createDevice().receive(createReceived({ kind: 'typing', isTyping: true }))
    expect(events).toEqual([{ kind: 'typing', conversation: ALICE, isTyping: true }])
  })

  it('remember that a request was accepted', () => {
    const device = createDevice()
    device.receive(createReceived({ kind: 'request_accepted' }))
    expect(device.contacts.find(ALICE)).toMatchObject({ hasApprovedMe: true, isApproved: true })
  })

  it('take a name over from the newest message, into the contact only if there is one', () => {
    const device = createDevice()
    const name = (displayName: string): SessionAction => say('hi', { profile: { displayName } })
    device.receive(createReceived(name('Alice B.'), { sentAtMs: SENT_AT_MS }))
    device.receive(createReceived(name('Alice A.'), { sentAtMs: SENT_AT_MS - 9 }))
    device.receive(createReceived(name('Bob'), { sender: BOB }))
    expect(device.contacts.find(ALICE)?.name).toBe('Alice B.')
    expect(device.contacts.find(BOB)).toBeUndefined()
    expect(device.history.profiles.find(BOB)?.name).toBe('Bob')
  })

  it('let no time in the future be the last word about a name', () => {
    const device = createDevice()
    const updatedAtSeconds = 4_000_000_000
    device.receive(createReceived(say('a', { profile: { displayName: 'Old', updatedAtSeconds } })))
    expect(
      device.history.profiles.put(
        ALICE,
        { name: 'New', pictureUrl: '', pictureKey: new Uint8Array() },
        NOW_MS + 1,
      ),
    ).toBe(true)
  })
})

describe('timers', () => {
  const seconds = 60
  const afterSend = { timer: { mode: 'after_send', seconds } } as const
  const afterRead = { timer: { mode: 'after_read', seconds } } as const

  it('set the contact’s timer and show that they did', () => {
    const device = createDevice()
    device.receive(createReceived({ kind: 'timer' }, afterRead))
    expect(device.contacts.find(ALICE)).toMatchObject({ expiry: 'after_read', expirySeconds: 60 })
    device.receive(createReceived({ kind: 'timer' }, { sentAtMs: SENT_AT_MS + 1 }))
    expect(device.contacts.find(ALICE)).toMatchObject({ expiry: 'none', expirySeconds: 0 })
    expect(device.history.messages.list(ALICE, { limit: 9 }).map(({ kind }) => kind)).toEqual([
      'timer',
      'timer',
    ])
  })

  it('end what was sent with them at the end that the swarm tells, and never later than the timer', () => {
    const device = createDevice()
    device.receive(createReceived(say('a'), { ...afterSend, expiryMs: NOW_MS + 7 }))
    device.receive(createReceived(say('b'), { ...afterSend, sentAtMs: SENT_AT_MS + 1 }))
    const ends = device.history.messages
      .list(ALICE, { limit: 9 })
      .map(({ expiresAtMs }) => expiresAtMs)
    expect(new Set(ends)).toEqual(new Set([NOW_MS + 7, NOW_MS + 60_000]))
  })

  it('wait for the reading of what others sent to be read, and run for what we sent', () => {
    const device = createDevice()
    device.receive(createReceived(say('theirs'), afterRead))
    device.receive(
      createReceived(say('ours'), {
        ...afterRead,
        sender: ME,
        syncTarget: ALICE,
        expiryMs: NOW_MS + 60_000,
      }),
    )
    expect(device.history.messages.find(ALICES)?.expiresAtMs).toBeUndefined()
    expect(device.history.messages.find(MINE)?.expiresAtMs).toBe(NOW_MS + 60_000)
  })
})

describe('a flood of 10,000 messages of a stranger', () => {
  it('ends at 5,000, and people we know get through', () => {
    const device = createDevice()
    for (let index = 0; index < 10_000; index++)
      device.receive(createReceived(say(`spam ${index}`), { sender: BOB, sentAtMs: index + 1 }))
    device.receive(createReceived(say('hello')))
    expect(new Set(device.history.messages.count().map(({ messages }) => messages))).toEqual(
      new Set([1, 5000]),
    )
  })
})

describe('the order of arrival', () => {
  const contents: readonly Received[] = [
    createReceived(say('one')),
    createReceived(say('two'), { sentAtMs: SENT_AT_MS + 1 }),
    createReceived(say('ONE', { edits: ALICES }), { sentAtMs: SENT_AT_MS + 2 }),
    createReceived(say('One', { edits: ALICES }), { sentAtMs: SENT_AT_MS + 3 }),
    createReceived(react(ALICES), { sender: ME, syncTarget: ALICE, sentAtMs: SENT_AT_MS + 4 }),
    createReceived(react(ALICES, true), {
      sender: ME,
      syncTarget: ALICE,
      sentAtMs: SENT_AT_MS + 5,
    }),
    createReceived(react({ author: ALICE, sentAtMs: SENT_AT_MS + 1 }), {
      sentAtMs: SENT_AT_MS + 6,
    }),
    createReceived(unsend({ author: ALICE, sentAtMs: SENT_AT_MS + 1 }), {
      sentAtMs: SENT_AT_MS + 7,
    }),
    createReceived(say('mine'), { sender: ME, syncTarget: ALICE, sentAtMs: SENT_AT_MS + 8 }),
  ]

  function describeHistory({ history }: ReceivingDevice): unknown {
    const shown = history.messages
      .list(ALICE, { limit: 99 })
      .map((message) => [message.text, message.editedAtMs, history.reactions.list(message)])
    // Shown by time of arrival here, which differs.
    return new Set(shown.map((entry) => JSON.stringify(entry)))
  }

  it('changes nothing, and neither does receiving twice', () => {
    const reference = createDevice()
    for (const received of contents) reference.receive(received)
    const shuffled = fc.shuffledSubarray([...contents, ...contents], {
      minLength: 2 * contents.length,
    })
    fc.assert(
      fc.property(shuffled, (order) => {
        const device = createDevice()
        for (const received of order) device.receive(received)
        expect(describeHistory(device)).toEqual(describeHistory(reference))
      }),
      { numRuns: 300 },
    )
  })
})
