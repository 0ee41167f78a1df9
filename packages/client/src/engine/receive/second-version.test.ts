/** Messages of the second version in an inbox where anybody stores anything, and keys that come late (spec 12 §3.5). */
import { deriveAgreementKeyPair } from '@sotto/crypto/agreement'
import { encodeUtf8 } from '@sotto/crypto/bytes'
import type { Account } from '@sotto/crypto/identity'
import type { RetrievedMessage } from '@sotto/protocol/rpc'
import {
  createMessageContent,
  createSyncContent,
  encodeTimedContent,
} from '@sotto/protocol/session'
import {
  type AccountKey,
  publicKeysOf,
  restoreAccountKey,
  sealMessage,
  sealMessageWithoutSecrecy,
} from '@sotto/protocol/session-v2'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NOW_MS } from '../../../test/history-fixtures.ts'
import { createRawMessage, createTextMessage } from '../../../test/inbox-fixtures.ts'
import { createAccount, unwrap } from '../../../test/simulated-person.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { zstdCompression } from '../../../test/zstd-compression.ts'
import { History } from '../../storage/history.ts'
import { AccountConfigs } from '../configs/account-configs.ts'
import { AccountInbox } from './account-inbox.ts'
import { openReceived } from './open-received.ts'

const RANDOM_INPUT_MS = 120_000
const NODE = 'ab'.repeat(32)
const ME = createAccount('me')
const ALICE = createAccount('alice')
const randomness = createSeededRandomness('second-version')
const KEY = createKey(1)
const OTHER = createKey(2)

function createKey(fill: number): AccountKey {
  const seed = new Uint8Array(32).fill(fill)
  return restoreAccountKey({ seed, createdSeconds: NOW_MS / 1000 - fill })
}

function createInbox(keys: AccountKey[] = [KEY]) {
  const history = new History(openSqlite())
  const configs = new AccountConfigs({ account: ME, compression: zstdCompression, history })
  const parts = { account: ME, history, configs, time: { now: () => NOW_MS } }
  const inbox = new AccountInbox({ ...parts, acceptsStrangers: () => true, listKeys: () => keys })
  const take = (...messages: readonly RetrievedMessage[]) =>
    inbox.take(NODE, [{ namespace: 0, messages, lastHash: messages.at(-1)?.hash, hasMore: false }])
      .events
  const texts = () => history.messages.listReceived({ isUnreadOnly: false }).map(({ text }) => text)
  return { history, keys, take, texts, retry: () => inbox.retry() }
}

function contentOf(text: string, sentAtMs = NOW_MS): Uint8Array {
  return encodeTimedContent(unwrap(createMessageContent({ text })), sentAtMs)
}

function seal(content: Uint8Array, key?: AccountKey, sender: Account = ALICE): RetrievedMessage {
  const draft = { sender, recipient: ME.accountId, content }
  const bytes =
    key === undefined
      ? sealMessageWithoutSecrecy(draft, randomness)
      : sealMessage(draft, publicKeysOf(key.pairs), randomness)
  return createRawMessage(ME.accountId, unwrap(bytes), NOW_MS)
}

describe('a message of the second version', () => {
  it('is taken beside those of the first, from old keys too, and remembered as what it was', () => {
    const { history, take, texts } = createInbox([KEY, OTHER])
    const first = { sender: ALICE, to: ME.accountId, text: 'first version', sentAtMs: NOW_MS + 1 }
    take(
      seal(contentOf('active key'), KEY),
      createTextMessage(first, randomness),
      seal(contentOf('old key', NOW_MS + 2), OTHER),
      seal(contentOf('no key', NOW_MS + 3)),
    )
    expect(texts()).toEqual(['active key', 'first version', 'old key', 'no key'])
    expect(history.protections.find(ALICE.accountId, 'received')).toMatchObject({
      form: 'without-secrecy',
      sentAtMs: NOW_MS + 3,
    })
  })

  it('that comes in a lesser form than the one before is told, once for each step down', () => {
    const { take } = createInbox()
    const forms = () => take(seal(contentOf('lesser', NOW_MS + 1))).map(({ kind }) => kind)
    take(seal(contentOf('best'), KEY))
    expect(forms()).toContain('downgraded')
    expect(take(seal(contentOf('again', NOW_MS + 2))).map(({ kind }) => kind)).not.toContain(
      'downgraded',
    )
    // An older one that comes late says nothing about now.
    expect(take(seal(contentOf('late', NOW_MS - 1), KEY)).map(({ kind }) => kind)).toEqual([
      'added',
    ])
  })

  it('is one message, however often and under whatever key it was sealed', () => {
    const { take, texts } = createInbox([KEY, OTHER])
    take(seal(contentOf('once'), KEY), seal(contentOf('once'), OTHER), seal(contentOf('once')))
    expect(texts()).toEqual(['once'])
  })
})

describe('a key that comes after its message', () => {
  it('opens it then, and the message is kept no longer', () => {
    const { history, keys, take, texts, retry } = createInbox()
    take(seal(contentOf('early'), OTHER), seal(contentOf('known', NOW_MS + 1), KEY))
    expect(texts()).toEqual(['known'])
    expect(history.unopened.list()).toHaveLength(1)
    expect(retry().events).toEqual([])
    keys.push(OTHER)
    expect(retry().events).toMatchObject([{ kind: 'added' }])
    expect(texts().toSorted()).toEqual(['early', 'known'])
    expect(history.unopened.list()).toEqual([])
  })

  it('finds what a flood of others’ messages left, within the bounds', () => {
    const { history, keys, take, texts, retry } = createInbox()
    const junk = Array.from({ length: 700 }, (_, index) => {
      const bytes = randomness.bytes(2000)
      bytes.set([0, 2, index & 0xff, index >> 8])
      return createRawMessage(ME.accountId, bytes, NOW_MS)
    })
    take(...junk.slice(0, 350), seal(contentOf('real'), OTHER), ...junk.slice(350))
    const kept = history.unopened.list()
    expect(kept.length).toBeLessThanOrEqual(500)
    expect(kept.reduce((sum, { data }) => sum + data.length, 0)).toBeLessThanOrEqual(8 * 2 ** 20)
    keys.push(OTHER)
    retry()
    expect(texts()).toEqual(['real'])
  })
})

describe('what is refused, while the rest of the page goes on', () => {
  const lowOrder = new Uint8Array(1536)
  lowOrder.set([0, 2])
  const tampered = seal(contentOf('tampered'), KEY).data
  tampered.set([(tampered[1500] ?? 0) ^ 1], 1500)
  const foreign = createSyncContent(
    unwrap(createMessageContent({ text: 'I owe' })),
    ALICE.accountId,
  )
  if (foreign === undefined) throw new Error('a text has a copy')
  const refused: readonly (readonly [string, Uint8Array, string])[] = [
    ['one byte short', seal(contentOf('short'), KEY).data.slice(0, 1535), 'session_v2_malformed'],
    [
      'more than a swarm keeps',
      new Uint8Array(76_801).fill(1).fill(0, 0, 1).fill(2, 1, 2),
      'session_v2_malformed',
    ],
    ['another version', new Uint8Array(1536).fill(3).fill(0, 0, 1), 'session_v2_version'],
    ['an ephemeral key of low order', lowOrder, 'session_v2_malformed'],
    ['a changed tag', tampered, 'session_v2_no_key'],
    ['a content that is none', seal(encodeUtf8('\u0001\u0002'), KEY).data, 'session_malformed'],
    ['a content without a time', seal(contentOf('no time', 0), KEY).data, 'session_malformed'],
    [
      'another’s sync copy',
      seal(encodeTimedContent(foreign, NOW_MS), KEY).data,
      'session_foreign_sync',
    ],
  ]

  it.each(refused)('%s, with a code', (_, data, code) => {
    const message = createRawMessage(ME.accountId, data, NOW_MS)
    const opened = openReceived(message, { account: ME, accountKeys: [KEY] })
    expect(opened.ok ? undefined : opened.error.code).toBe(code)
    const { take, texts } = createInbox()
    take(message, seal(contentOf('behind it'), KEY))
    expect(texts()).toEqual(['behind it'])
  })

  it('is what was sealed to somebody else and stored here', () => {
    const { take, texts } = createInbox()
    const content = contentOf('for Bob')
    const draft = { sender: ALICE, recipient: createAccount('bob').accountId, content }
    const bytes = unwrap(sealMessage(draft, publicKeysOf(KEY.pairs), randomness))
    take(createRawMessage(ME.accountId, bytes, NOW_MS))
    expect(texts()).toEqual([])
  })

  it(
    'any bytes at all, without a throw',
    () => {
      const valid = seal(contentOf('valid'), KEY)
      const own = deriveAgreementKeyPair(new Uint8Array(32).fill(9)).publicKey
      const mutated = fc
        .tuple(fc.nat(valid.data.length - 1), fc.integer({ min: 1, max: 255 }))
        .map(([place, change]) => {
          const bytes = valid.data.slice()
          bytes.set([(bytes[place] ?? 0) ^ change], place)
          return bytes
        })
      const headed = fc.uint8Array({ maxLength: 1700 }).map((bytes) => {
        const framed = new Uint8Array(Math.max(bytes.length, 40))
        framed.set(bytes)
        framed.set([0, 2, ...framed.subarray(2, 4), ...own])
        return framed
      })
      let opened = 0
      fc.assert(
        fc.property(fc.oneof(fc.uint8Array({ maxLength: 1700 }), headed, mutated), (data) => {
          const message = { hash: 'x', expiryMs: NOW_MS, data }
          if (openReceived(message, { account: ME, accountKeys: [KEY] }).ok) opened += 1
        }),
        { numRuns: 10_000 },
      )
      // The masked indicator is outside of what is authenticated, but a changed one finds no key.
      expect(opened).toBe(0)
    },
    RANDOM_INPUT_MS,
  )
})
