import { err, ok } from '@sotto/crypto/result'
import type { MessageStore, NewMessage } from '@sotto/node/message-store'
import { SqliteMessageStore } from '@sotto/node/store'
import { type AccountBytes, parseAccountBytes } from '@sotto/protocol/swarm'
import { describe, expect, it } from 'vitest'
import { createChaoticStore } from './chaotic-store.ts'

const NOW_MS = 1_767_225_600_000

function readAccount(): AccountBytes {
  const account = parseAccountBytes(`05${'22'.repeat(32)}`)
  if (account === undefined) throw new Error('no account id')
  return account
}

const ACCOUNT = readAccount()

function createMessage(hash: string): NewMessage {
  const data = new TextEncoder().encode(hash)
  const times = { timestampMs: NOW_MS, expiryMs: NOW_MS + 1000, storedMs: NOW_MS }
  return { hash, data, ...times, account: ACCOUNT, namespace: 0, replacesOthers: false }
}

function listHashes(store: MessageStore): readonly string[] {
  const query = { account: ACCOUNT, namespace: 0, lastHash: undefined, nowMs: NOW_MS }
  const page = store.retrieve({ ...query, countMax: 100, takes: () => true })
  return page.messages.map(({ hash }) => hash)
}

function createStores() {
  const conditions = { isDiskFull: false, isLying: false }
  const own = new SqliteMessageStore({ path: ':memory:', sizeMaxBytes: 1_000_000 })
  const store = createChaoticStore(own, () => conditions)
  return { conditions, store, [Symbol.asyncDispose]: () => own[Symbol.asyncDispose]() }
}

const STORED = ok({ already: false, expiryMs: NOW_MS + 1000 })

describe('a store with nothing wrong', () => {
  it('is the store behind it', async () => {
    await using stores = createStores()
    expect(await stores.store.store(createMessage('a'))).toEqual(STORED)
    expect(listHashes(stores.store)).toEqual(['a'])
    expect(await stores.store.delete(ACCOUNT, ['a', 'b'])).toEqual(ok(['a']))
  })
})

describe('a store on a full disk', () => {
  it('refuses what needs room, keeps what it has, and takes it when there is room again', async () => {
    await using stores = createStores()
    const { store, conditions } = stores
    await store.store(createMessage('before'))
    conditions.isDiskFull = true
    expect(await store.store(createMessage('during'))).toEqual(err('full'))
    expect(await store.revoke(ACCOUNT, [new Uint8Array(36)])).toEqual(err('full'))
    expect(listHashes(store)).toEqual(['before'])
    conditions.isDiskFull = false
    expect(await store.store(createMessage('after'))).toEqual(STORED)
    expect(listHashes(store)).toEqual(['before', 'after'])
  })

  it('still deletes', async () => {
    await using stores = createStores()
    await stores.store.store(createMessage('a'))
    stores.conditions.isDiskFull = true
    expect(await stores.store.delete(ACCOUNT, ['a'])).toEqual(ok(['a']))
  })
})

describe('a store that lies', () => {
  it('says that it stored, and has nothing', async () => {
    await using stores = createStores()
    const { store, conditions } = stores
    await store.store(createMessage('before'))
    conditions.isLying = true
    expect(await store.store(createMessage('lie'))).toEqual(STORED)
    expect(await store.revoke(ACCOUNT, [new Uint8Array(36)])).toEqual(ok(undefined))
    conditions.isLying = false
    expect(listHashes(store)).toEqual(['before'])
    expect(store.isRevoked(ACCOUNT, new Uint8Array(36))).toBe(false)
  })

  it('lies about a full disk too', async () => {
    await using stores = createStores()
    Object.assign(stores.conditions, { isLying: true, isDiskFull: true })
    expect(await stores.store.store(createMessage('lie'))).toEqual(STORED)
  })
})
