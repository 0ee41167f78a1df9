/** What is kept for messages with forward secrecy, over a restart and no longer than it may be (spec 12). */
import { expandAccountSeed, publicKeysOf } from '@sotto/protocol/session-v2'
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, NOW_MS } from '../../test/history-fixtures.ts'
import { openSqlite } from '../../test/sqlite-database.ts'
import { History } from './history.ts'

const KEYS = publicKeysOf(expandAccountSeed(new Uint8Array(32).fill(1)))

function reopen() {
  const database = openSqlite()
  return [new History(database), new History(database), database] as const
}

describe('account keys', () => {
  it('are there after a restart, with their times', () => {
    const [history, again] = reopen()
    const key = {
      seed: new Uint8Array(32).fill(3),
      createdSeconds: 5,
      isPublished: false,
      isDistributed: false,
    }
    history.accountKeys.put(key)
    expect(again.accountKeys.list()).toEqual([key])
    const rotated = { ...key, rotatedSeconds: 9, isPublished: true, isDistributed: true }
    history.accountKeys.put(rotated)
    expect(again.accountKeys.list()).toEqual([rotated])
  })

  it('leave nothing of a seed in the file once they are erased', () => {
    const [history, , database] = reopen()
    const seed = new Uint8Array(32).fill(3)
    history.accountKeys.put({ seed, createdSeconds: 5, isPublished: false, isDistributed: false })
    history.accountKeys.erase(seed)
    expect(history.accountKeys.list()).toEqual([])
    expect(database.prepare('PRAGMA secure_delete').get()).toEqual({ secure_delete: 1 })
  })
})

describe('the keys of others', () => {
  it('are there after a restart, with everything that was heard of them', () => {
    const [history, again] = reopen()
    const peer = {
      published: { keys: KEYS, fetchedAtMs: NOW_MS, issuedAtSeconds: 7, features: 1 },
      empty: { firstAtMs: 1, lastAtMs: 2, nodes: ['a', 'b'] },
    }
    history.peerKeys.put(ALICE, peer)
    expect(again.peerKeys.find(ALICE)).toEqual(peer)
    expect(again.peerKeys.find(BOB)).toEqual({})
    history.peerKeys.put(ALICE, { empty: peer.empty })
    expect(again.peerKeys.find(ALICE)).toEqual({ empty: peer.empty })
  })

  it('count as unknown when what is stored is no key: a file can be damaged', () => {
    const [history, , database] = reopen()
    history.peerKeys.put(ALICE, { published: { keys: KEYS, fetchedAtMs: NOW_MS } })
    database.execute("UPDATE peer_keys SET agreement = zeroblob(32), empty = '{'")
    expect(history.peerKeys.find(ALICE)).toEqual({})
    database.execute(`UPDATE peer_keys SET empty = '{"firstAtMs":1}'`)
    expect(history.peerKeys.find(ALICE)).toEqual({})
  })

  it('go with the conversation, and so does how it was protected', () => {
    const [history, again] = reopen()
    history.peerKeys.put(ALICE, { published: { keys: KEYS, fetchedAtMs: NOW_MS } })
    const sent = { conversation: ALICE, direction: 'sent', form: 'first-version' } as const
    history.protections.put({ ...sent, sentAtMs: NOW_MS })
    history.eraseConversation(ALICE, NOW_MS)
    expect(again.peerKeys.find(ALICE)).toEqual({})
    expect(again.protections.find(ALICE, 'sent')).toBeUndefined()
  })
})

describe('messages that no key opened', () => {
  function createUnopened(hash: string, bytes: number, expiresAtMs = NOW_MS + 1000) {
    return { hash, data: new Uint8Array(bytes).fill(1), receivedAtMs: NOW_MS, expiresAtMs }
  }

  it('come back in their order, each once, until their swarm forgets them', () => {
    const [{ unopened }] = reopen()
    const [a, b] = [createUnopened('a', 9), createUnopened('b', 5, NOW_MS - 1)]
    for (const message of [a, b, a]) unopened.put(message)
    expect(unopened.list()).toEqual([a, b])
    unopened.prune(NOW_MS)
    expect(unopened.list()).toEqual([a])
    unopened.erase('a')
    expect(unopened.list()).toEqual([])
  })

  it('are at most 500 and 8 MiB, of which the smallest stay', () => {
    const [{ unopened }] = reopen()
    for (let index = 0; index < 120; index++) unopened.put(createUnopened(`large ${index}`, 76_800))
    unopened.put(createUnopened('text', 1536))
    unopened.prune(NOW_MS)
    const hashes = unopened.list().map(({ hash }) => hash)
    expect(hashes).toContain('text')
    expect(hashes).toHaveLength(1 + Math.floor((8 * 2 ** 20 - 1536) / 76_800))
    for (let index = 0; index < 510; index++) unopened.put(createUnopened(`small ${index}`, 10))
    unopened.prune(NOW_MS)
    expect(unopened.list()).toHaveLength(500)
    expect(unopened.list().every(({ data }) => data.length === 10)).toBe(true)
  })
})

describe('how a conversation was protected', () => {
  it('is what the newest message of each direction says, in whatever order they come', () => {
    const [history, again] = reopen()
    const sent = { conversation: ALICE, direction: 'sent' } as const
    expect(history.protections.put({ ...sent, form: 'forward-secret', sentAtMs: 5 })).toBe(true)
    expect(history.protections.put({ ...sent, form: 'first-version', sentAtMs: 4 })).toBe(false)
    expect(again.protections.find(ALICE, 'sent')).toMatchObject({ form: 'forward-secret' })
    expect(again.protections.find(ALICE, 'received')).toBeUndefined()
    expect(again.protections.find(BOB, 'sent')).toBeUndefined()
  })
})
