/** What is sent for one text. */
import { deriveMessageHash } from '@sotto/crypto/hash'
import { createMessageContent, openMessage } from '@sotto/protocol/session'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { createAccount, unwrap } from '../../../test/simulated-person.ts'
import type { OutboxEntry } from '../../storage/outbox-table.ts'
import { findRefusal } from '../actions/write-message.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import { composeEntries } from './compose-entries.ts'
import { computeLife } from './message-life.ts'

const ALICE = createAccount('alice')
const BOB = createAccount('bob')
const SENT_AT_MS = 1_767_225_600_123
const LONGEST = 'ё'.repeat(10_000)

function compose(text: string, to = BOB.accountId): ReturnType<typeof composeEntries> {
  const content = unwrap(createMessageContent({ text }))
  const draft = { sender: ALICE, to, content, sentAtMs: SENT_AT_MS, life: computeLife() }
  return composeEntries(draft, createSeededRandomness('compose'))
}

function entriesOf(text: string, to = BOB.accountId): readonly [OutboxEntry, ...OutboxEntry[]] {
  const [first, ...others] = unwrap(compose(text, to))
  if (first === undefined) throw new Error('an entry')
  return [first, ...others]
}

describe('a text to somebody', () => {
  it('becomes a message that only the recipient opens, and a copy that only we open', () => {
    const [message, copy] = entriesOf('hello')
    const opened = openMessage({ account: BOB, bytes: message.data })
    expect(opened).toMatchObject({
      ok: true,
      value: { kind: 'text', text: 'hello', sender: ALICE.accountId, sentAtMs: SENT_AT_MS },
    })
    expect(openMessage({ account: ALICE, bytes: message.data }).ok).toBe(false)
    const own = openMessage({ account: ALICE, bytes: copy?.data ?? new Uint8Array() })
    expect(own).toMatchObject({ ok: true, value: { text: 'hello', syncTarget: BOB.accountId } })
  })

  it('goes into the swarms of both, at the same time', () => {
    const entries = entriesOf('hello')
    expect(entries.map(({ account }) => account)).toEqual([BOB.accountId, ALICE.accountId])
    expect(entries.map(({ sentAtMs }) => sentAtMs)).toEqual([SENT_AT_MS, SENT_AT_MS])
    expect(entries.map(({ state }) => state)).toEqual(['queued', 'queued'])
  })

  it('is named by the hash that nodes will compute', () => {
    for (const { hash, account, data } of entriesOf('hello')) {
      expect(hash).toBe(deriveMessageHash({ account: toAccountBytes(account), namespace: 0, data }))
    }
  })

  it('is the copy alone when it is a note to ourselves', () => {
    const entries = entriesOf('do not forget', ALICE.accountId)
    expect(entries).toHaveLength(1)
    expect(entries[0].account).toBe(ALICE.accountId)
  })

  it.each([' ', '\n', 'שָׁלוֹם', '👩‍👩‍👧‍👦', '\u0000', LONGEST])('keeps every character of %j', (text) => {
    const opened = openMessage({ account: BOB, bytes: entriesOf(text)[0].data })
    expect(opened).toMatchObject({ ok: true, value: { text } })
  })
})

describe('a text that cannot be sent', () => {
  it.each([
    ['is empty', '', 'text_empty'],
    ['has 10,001 characters', `${LONGEST}!`, 'text_too_long'],
    ['has 10,001 characters beyond the first plane', '𝄞'.repeat(10_001), 'text_too_long'],
  ] as const)('is refused when it %s', (_name, text, code) => {
    expect(findRefusal({ text })?.code).toBe(code)
  })

  it('is told before anything is sealed, and nothing is told about one that can', () => {
    expect(findRefusal({ text: LONGEST })).toBeUndefined()
    expect(findRefusal({ text: ' ' })).toBeUndefined()
  })

  it('does not repeat the text in the error', () => {
    expect(findRefusal({ text: 'secret'.repeat(2000) })?.message).not.toContain('secret')
  })
})
