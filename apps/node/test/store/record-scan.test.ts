/** Reading the keys of all that a swarm keeps, spec 10 §4. */
import { encodeMessageKey, KeySet } from '@sotto/protocol/replication'
import { concatBytes } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { scanKeys } from '../../src/replication/record-scan.ts'
import {
  ALICE,
  BOB,
  createMessage,
  HOUR_MS,
  NOW_MS,
  openMemoryStore,
  storeAll,
} from './store-fixture.ts'

function listKeys(messages: readonly ReturnType<typeof createMessage>[]) {
  const keys = messages.map(({ expiryMs, ...message }) =>
    encodeMessageKey({ ...message, firstExpiryMs: expiryMs }),
  )
  return [...new KeySet(concatBytes(keys))]
}

describe('the keys of a swarm', () => {
  it('are those of all messages of its accounts over many slices, and of nobody else', async () => {
    await using store = openMemoryStore()
    const messages = Array.from({ length: 2500 }, (_, index) =>
      createMessage({ text: `message ${index}`, account: index % 2 === 0 ? ALICE : BOB }),
    )
    await storeAll(store, messages)
    const counts = (account: Uint8Array): boolean => account[1] === ALICE[1]
    const keys = await scanKeys({ records: store.records, counts, nowMs: NOW_MS })
    expect([...keys]).toEqual(listKeys(messages.filter(({ account }) => account === ALICE)))
  })

  it('leave out what has expired, also where a whole slice has', async () => {
    await using store = openMemoryStore()
    const expired = Array.from({ length: 1500 }, (_, index) =>
      createMessage({ text: `old ${index}`, expiryMs: NOW_MS }),
    )
    const alive = [createMessage({ text: 'first' }), createMessage({ text: 'last' })]
    await storeAll(store, [...alive.slice(0, 1), ...expired, ...alive.slice(1)])
    const scan = (nowMs: number) => scanKeys({ records: store.records, counts: () => true, nowMs })
    expect([...(await scan(NOW_MS))]).toEqual(listKeys(alive))
    expect((await scan(NOW_MS + HOUR_MS)).count).toBe(0)
  })

  it('ask once for each account whether it counts', async () => {
    await using store = openMemoryStore()
    const messages = Array.from({ length: 20 }, (_, index) => createMessage({ text: `${index}` }))
    await storeAll(store, messages)
    const asked: Uint8Array[] = []
    const counts = (account: Uint8Array): boolean => asked.push(account) > 0
    const keys = await scanKeys({ records: store.records, counts, nowMs: NOW_MS })
    expect(keys.count).toBe(20)
    expect(asked).toEqual([ALICE])
  })
})
