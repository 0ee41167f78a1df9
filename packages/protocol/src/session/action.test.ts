/** What is written into a content is what its receiver is asked to do, and nothing else is (spec 05 §5.4 to §5.8). */
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { deriveAccount } from '@sotto/crypto/identity'
import { describe, expect, it } from 'vitest'
import {
  type Content,
  ContentSchema,
  Content_ExpirationType,
  createExtractionContent,
  createMessageContent,
  createReactionContent,
  createReadReceiptContent,
  createRequestAcceptedContent,
  createTimerContent,
  createTypingContent,
  createUnsendContent,
  cutCodePoints,
  isEmoji,
  Reaction_Action,
  readAction,
  readTimer,
  RECEIPT_TIMES_MAX,
  type SessionAction,
  TIMER_MAX_SECONDS,
} from './index.ts'

const SENT_AT_MS = 1_767_225_600_000
const ALICE = deriveAccount(new Uint8Array(16).fill(1)).accountId
const BOB = deriveAccount(new Uint8Array(16).fill(2)).accountId
const BOBS = { author: BOB, sentAtMs: SENT_AT_MS }
const ALICES = { author: ALICE, sentAtMs: SENT_AT_MS }
const PROFILE = {
  displayName: 'Alice',
  pictureUrl: 'http://files.example/file/7#d=',
  key: new Uint8Array(32).fill(7),
  updatedAtSeconds: 1_767_225_000,
}

type Init = MessageInitShape<typeof ContentSchema>

function valueOf<T>(result: { ok: true; value: T } | { ok: false; error: Error }): T {
  if (!result.ok) throw result.error
  return result.value
}

function read(content: Content): SessionAction {
  return valueOf(readAction(content, ALICE))
}

/** What a sender could write with other rules than ours. */
function readForged(init: Init): SessionAction | string {
  const action = readAction(create(ContentSchema, init), ALICE)
  return action.ok ? action.value : action.error.code
}

describe('a message', () => {
  it('carries text, what it answers, a preview and how its author wants to be shown', () => {
    const preview = { url: 'https://sotto.example/a', title: 'A page' }
    const draft = { text: `see ${preview.url}`, quote: BOBS, preview, profile: PROFILE }
    expect(read(valueOf(createMessageContent(draft)))).toEqual({
      kind: 'message',
      attachments: [],
      ...draft,
    })
  })

  it('may be attachments alone, but not nothing', () => {
    const attachment = { $typeName: 'sotto.session.AttachmentPointer', id: 0n, url: 'http://f/1' }
    expect(
      readForged({ dataMessage: { attachments: [{ id: 0n, url: attachment.url }] } }),
    ).toMatchObject({ kind: 'message', text: '', attachments: [{ url: attachment.url }] })
    expect(createMessageContent({ text: '' })).toMatchObject({ ok: false })
    expect(readForged({ dataMessage: {} })).toEqual({ kind: 'unknown' })
  })

  it('that corrects an own one says so, and nobody corrects another’s', () => {
    const own = valueOf(createMessageContent({ text: 'right', quote: ALICES, isEdit: true }))
    expect(read(own)).toMatchObject({ text: 'right', edits: ALICES, quote: ALICES })
    const foreign = valueOf(createMessageContent({ text: 'wrong', quote: BOBS, isEdit: true }))
    expect(read(foreign)).not.toHaveProperty('edits')
  })

  it('that answers somebody without an account id stands without what it answers', () => {
    const quote = { id: 1n, author: `15${ALICE.slice(2)}` }
    const action = readForged({ dataMessage: { body: 'yes', quote } })
    expect(action).toMatchObject({ kind: 'message', text: 'yes' })
    expect(action).not.toHaveProperty('quote')
  })

  it('shows no preview of an address that its text does not contain', () => {
    const preview = [{ url: 'https://bank.example', title: 'Your bank' }]
    expect(
      readForged({ dataMessage: { body: 'https://evil.example', preview } }),
    ).not.toHaveProperty('preview')
  })

  it('of more than 10,000 code points is refused', () => {
    expect(readForged({ dataMessage: { body: 'x'.repeat(10_001) } })).toBe('session_text_too_long')
    expect(readForged({ dataMessage: { body: '🎂'.repeat(10_000) } })).toMatchObject({
      kind: 'message',
    })
  })

  it('leaves out what is wrong in a profile, and cuts a name of 10 kB', () => {
    const profile = {
      displayName: '🎂'.repeat(10_000),
      profilePicture: 'http://f/1',
      lastProfileUpdateSeconds: 2n ** 63n,
    }
    expect(
      readForged({ dataMessage: { body: 'a', profile, profileKey: new Uint8Array(5) } }),
    ).toMatchObject({ profile: { displayName: '🎂'.repeat(100) } })
  })
})

describe('a reaction', () => {
  it.each([false, true])('names its message and its emoji (removed: %s)', (isRemoved) => {
    const content = valueOf(createReactionContent({ target: BOBS, emoji: '👍', isRemoved }))
    expect(read(content)).toEqual({ kind: 'reaction', target: BOBS, emoji: '👍', isRemoved })
  })

  it.each(['👍', '❤️', '👩🏻‍❤️‍💋‍👨🏿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🇵🇱', '1️⃣', '☺'])('takes %s for one emoji', (emoji) => {
    expect(isEmoji(emoji)).toBe(true)
  })

  it.each([
    '',
    'a',
    '👍👍',
    '👍a',
    '1',
    '🇵',
    `👍${'\u0301'.repeat(40)}`,
    '👍'.repeat(100_000),
    '\u202e',
  ])('takes no other text for an emoji (%#)', (text) => {
    expect(isEmoji(text)).toBe(false)
    const reaction = { id: 1n, author: BOB, emoji: text, action: Reaction_Action.REACT }
    expect(readForged({ dataMessage: { reaction } })).toBe('session_emoji_invalid')
    expect(createReactionContent({ target: BOBS, emoji: text }).ok).toBe(false)
  })

  it.each([
    ['no time', { id: 0n, author: BOB }],
    ['a time that no clock shows', { id: 2n ** 63n, author: BOB }],
    ['no account', { id: 1n, author: 'bob' }],
  ])('to %s is refused', (_, target) => {
    const reaction = { ...target, emoji: '👍', action: Reaction_Action.REACT }
    expect(readForged({ dataMessage: { reaction } })).toBe('session_malformed')
  })
})

describe('a timer', () => {
  it.each(['after_read', 'after_send'] as const)('goes along with every content (%s)', (mode) => {
    const timer = { mode, seconds: 3600 }
    const contents = [
      createTimerContent(timer),
      valueOf(createMessageContent({ text: 'a', timer })),
      valueOf(createReactionContent({ target: BOBS, emoji: '👍', timer })),
    ]
    for (const content of contents) expect(readTimer(content)).toEqual(timer)
  })

  it('has a notice of its own, which is no message', () => {
    expect(read(createTimerContent({ mode: 'off', seconds: 0 }))).toEqual({ kind: 'timer' })
  })

  it.each([
    ['an unknown mode', { expirationType: Content_ExpirationType.UNKNOWN, expirationTimer: 60 }],
    ['no time', { expirationType: Content_ExpirationType.DELETE_AFTER_READ, expirationTimer: 0 }],
    [
      '136 years',
      { expirationType: Content_ExpirationType.DELETE_AFTER_READ, expirationTimer: 0xffff_ffff },
    ],
  ])('with %s is off', (_, init) => {
    expect(readTimer(create(ContentSchema, init))).toEqual({ mode: 'off', seconds: 0 })
  })

  it('is not written with a time that it cannot have', () => {
    for (const seconds of [0, 1.5, TIMER_MAX_SECONDS + 1])
      expect(() => createTimerContent({ mode: 'after_send', seconds })).toThrow(RangeError)
  })
})

describe('other contents', () => {
  it('say which messages were read', () => {
    expect(read(createReadReceiptContent([1, 2]))).toEqual({ kind: 'read', sentAtMs: [1, 2] })
    expect(() => createReadReceiptContent(Array(RECEIPT_TIMES_MAX + 1).fill(1))).toThrow(RangeError)
    const timestamp = Array<bigint>(RECEIPT_TIMES_MAX + 1).fill(1n)
    expect(readForged({ receiptMessage: { type: 1, timestamp } })).toBe('session_malformed')
    expect(readForged({ receiptMessage: { type: 1, timestamp: [0n, 2n ** 63n, 5n] } })).toEqual({
      kind: 'read',
      sentAtMs: [5],
    })
  })

  it('keep quiet about a delivery receipt of an old client', () => {
    expect(readForged({ receiptMessage: { type: 0, timestamp: [1n] } })).toEqual({
      kind: 'unknown',
    })
  })

  it('say who is typing', () => {
    for (const isTyping of [true, false])
      expect(read(createTypingContent(isTyping, SENT_AT_MS))).toEqual({ kind: 'typing', isTyping })
  })

  it('take back a message of their own author only', () => {
    expect(read(createUnsendContent(ALICES))).toEqual({ kind: 'unsend', target: ALICES })
    const foreign = readAction(createUnsendContent(BOBS), ALICE)
    expect(foreign).toMatchObject({ ok: false, error: { code: 'session_malformed' } })
  })

  it('accept a request, and never tell that one was declined', () => {
    expect(read(createRequestAcceptedContent({ displayName: 'Alice' }))).toEqual({
      kind: 'request_accepted',
      profile: { displayName: 'Alice' },
    })
    expect(readForged({ messageRequestResponse: { isApproved: false } })).toEqual({
      kind: 'unknown',
    })
  })

  it.each(['screenshot', 'media_saved'] as const)('tell of a %s', (kind) => {
    expect(read(createExtractionContent(kind, SENT_AT_MS))).toEqual({ kind })
  })

  it('hand on what belongs to calls and groups', () => {
    expect(readForged({ callMessage: { type: 6, uuid: 'u' } })).toMatchObject({ kind: 'call' })
    expect(
      readForged({ dataMessage: { groupUpdateMessage: { memberLeftMessage: {} } } }),
    ).toMatchObject({ kind: 'group', update: { memberLeftMessage: {} } })
  })

  it('are nothing when there is nothing in them', () => {
    expect(readForged({})).toEqual({ kind: 'unknown' })
  })
})

describe('cutCodePoints', () => {
  it('halves no character', () => {
    expect(cutCodePoints('🎂🎂🎂', 2)).toBe('🎂🎂')
    expect(cutCodePoints('abc', 5)).toBe('abc')
  })
})
