/** What a member of the swarm gives becomes history: whole, once, and never past what was kept. */
import type { Account, AccountId } from '@sotto/crypto/identity'
import { ACCOUNT_CONFIGS } from '@sotto/protocol/config'
import type { RetrievedMessage } from '@sotto/protocol/rpc'
import {
  composeMessage,
  composeSyncCopy,
  type Content,
  createMessageContent,
  createTypingContent,
  createUnsendContent,
} from '@sotto/protocol/session'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, ME, NOW_MS } from '../../../test/history-fixtures.ts'
import { createRawMessage } from '../../../test/inbox-fixtures.ts'
import { createAccount, unwrap } from '../../../test/simulated-person.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { zstdCompression } from '../../../test/zstd-compression.ts'
import { History } from '../../storage/history.ts'
import { AccountConfigs } from '../configs/account-configs.ts'
import type { NamespacePage } from '../messaging/retrieve-pages.ts'
import { AccountInbox } from './account-inbox.ts'

const randomness = createSeededRandomness('account-inbox')
const me = createAccount('me')
const alice = createAccount('alice')
const bob = createAccount('bob')

interface Device {
  readonly inbox: AccountInbox
  readonly history: History
  readonly configs: AccountConfigs
}

function createDevice(acceptsStrangers = true): Device {
  const history = new History(openSqlite())

  const configs = new AccountConfigs({ account: me, compression: zstdCompression, history })
  const time = { now: () => NOW_MS }
  const parts = { account: me, history, configs, time, acceptsStrangers: () => acceptsStrangers }
  return { inbox: new AccountInbox(parts), history, configs }
}

function seal(sender: Account, content: Content, sentAtMs: number): RetrievedMessage {
  const draft = { content, sender, recipient: ME, sentAtMs }
  return createRawMessage(ME, unwrap(composeMessage(draft, randomness)), sentAtMs)
}

function text(sender: Account, body: string, sentAtMs = NOW_MS - 1000): RetrievedMessage {
  return seal(sender, unwrap(createMessageContent({ text: body })), sentAtMs)
}

function copyTo(recipient: AccountId, body: string, sentAtMs = NOW_MS - 1000): RetrievedMessage {
  const content = unwrap(createMessageContent({ text: body }))
  const copy = composeSyncCopy({ content, sender: me, recipient, sentAtMs }, randomness)
  if (copy === undefined) throw new Error('a text has a copy')
  return createRawMessage(ME, unwrap(copy), sentAtMs)
}

function pageOf(messages: readonly RetrievedMessage[], namespace = 0): NamespacePage {
  return { namespace, messages, lastHash: messages.at(-1)?.hash, hasMore: false }
}

function textsOf({ history }: Device, conversation = ALICE): readonly string[] {
  return history.messages.list(conversation, { limit: 99 }).map((message) => message.text)
}

/** What another device of the account pushed. */
function pushFrom({ configs }: Device, domain: 'Contacts' | 'ConvoInfoVolatile'): NamespacePage {
  const pushed = unwrap(configs.config(domain).push())
  const messages = pushed.messages.map((data) => createRawMessage(ME, data, NOW_MS))
  return pageOf(messages, ACCOUNT_CONFIGS[domain].namespace)
}

describe('taking messages', () => {
  it('shows them, and remembers how far the node was read', () => {
    const device = createDevice()
    const messages = [text(alice, 'hello'), copyTo(BOB, 'hi bob')]
    const { events } = device.inbox.take('node', [pageOf(messages)])
    expect(events.map(({ kind }) => kind)).toEqual(['added', 'added'])
    expect([textsOf(device), textsOf(device, BOB)]).toEqual([['hello'], ['hi bob']])
    const place = { node: 'node', account: ME, namespace: 0 }
    expect(device.history.arrivals.findCursor(place)).toBe(messages[1]?.hash)
  })

  it('opens nothing twice, whichever node gives it', () => {
    const device = createDevice()
    const page = pageOf([text(alice, 'hello')])
    device.inbox.take('first', [page])
    expect(device.inbox.take('second', [page]).events).toEqual([])
  })

  it('goes on behind what does not open, is malformed, or is nothing', () => {
    const device = createDevice()
    const junk = [
      createRawMessage(ME, Uint8Array.of(1, 2, 3), NOW_MS),
      seal(bob, createUnsendContent({ author: ALICE, sentAtMs: 5 }), NOW_MS - 1),
      seal(alice, createTypingContent(true, NOW_MS - 2), NOW_MS - 2),
    ]
    device.inbox.take('node', [pageOf([...junk, text(alice, 'hello')])])
    expect(textsOf(device)).toEqual(['hello'])
    for (const { hash } of junk) expect(device.history.arrivals.isSeen(hash)).toBe(true)
  })

  it('tells which of our stored messages are not wanted any more', () => {
    const device = createDevice()
    const oops = text(alice, 'oops')
    const unsend = seal(
      alice,
      createUnsendContent({ author: ALICE, sentAtMs: NOW_MS - 1000 }),
      NOW_MS,
    )
    expect(device.inbox.take('node', [pageOf([oops, unsend])]).obsoleteHashes).toEqual([oops.hash])
    expect(textsOf(device)).toEqual([])
  })

  it('keeps nothing of it when something cannot be kept', () => {
    const device = createDevice()
    const failure = new Error('disk full')
    device.history.arrivals.putCursor = () => {
      throw failure
    }
    expect(() => device.inbox.take('node', [pageOf([text(alice, 'hello')])])).toThrow(failure)
    expect(textsOf(device)).toEqual([])
  })
})

describe('taking configurations', () => {
  it('knows from them whom to believe before it looks at messages of the same answer', () => {
    const other = createDevice()
    other.configs.contacts.update(ALICE, { isApproved: true })
    other.configs.contacts.update(BOB, { isBlocked: true })
    const device = createDevice(false)
    const pages = [pageOf([text(alice, 'hello'), text(bob, 'psst')]), pushFrom(other, 'Contacts')]
    device.inbox.take('node', pages)
    expect([textsOf(device), textsOf(device, BOB)]).toEqual([['hello'], []])
  })

  it('keeps them for the next start', () => {
    const other = createDevice()
    other.configs.contacts.update(ALICE, { nickname: 'A.' })
    const device = createDevice()
    device.inbox.take('node', [pushFrom(other, 'Contacts')])
    const { history } = device
    const again = new AccountConfigs({ account: me, compression: zstdCompression, history })
    expect(again.contacts.find(ALICE)?.nickname).toBe('A.')
  })

  it('marks as read what another device has read, and starts the timers of that', () => {
    const device = createDevice()
    const timer = { mode: 'after_read', seconds: 60 } as const
    const content = unwrap(createMessageContent({ text: 'secret', timer }))
    device.inbox.take('node', [pageOf([seal(alice, content, 1000), text(alice, 'later', 3000)])])
    const other = createDevice()
    other.configs.convoInfo.accounts.update(ALICE, { lastReadMs: 2000 })
    const { events } = device.inbox.take('node', [pushFrom(other, 'ConvoInfoVolatile')])
    expect(events).toMatchObject([{ kind: 'changed', name: { sentAtMs: 1000 } }])
    expect(device.history.messages.count()[0]?.unread).toBe(1)
    const name = { conversation: ALICE, author: ALICE, sentAtMs: 1000 }
    expect(device.history.messages.find(name)).toMatchObject({ expiresAtMs: NOW_MS + 60_000 })
  })
})
