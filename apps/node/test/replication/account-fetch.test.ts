/** What a member fetches before it serves an account that it has not had for long (spec 10 §9.3). */
import { concatBytes } from '@sotto/crypto/bytes'
import { ok } from '@sotto/crypto/result'
import { COMMANDS } from '@sotto/protocol/link'
import { REQUEST_KEYS_MAX } from '@sotto/protocol/replication'
import { describe, expect, it } from 'vitest'
import { AccountFetch } from '../../src/replication/account-fetch.ts'
import { ALICE, BOB } from '../store/store-fixture.ts'
import {
  createMessages,
  keysOf,
  openRecordNetwork,
  type RecordNetwork,
  SWARM,
} from './replication-fixture.ts'

const TEN = createMessages(10)

function createFetch(network: RecordNetwork, holders = 2): AccountFetch {
  const { peers, fetcher } = network
  return new AccountFetch({
    peers,
    fetcher,
    holdersOf: () => Array.from({ length: holders }, (_, index) => network.holder(index)),
    pick: (nodes) => nodes,
    ownSwarm: () => SWARM,
    has: (key) => network.has(key),
  })
}

function countAsked(network: RecordNetwork, command: number): number {
  return network.asked.filter((each) => each.command === command).length
}

describe('an account', () => {
  it('is served with what two holders have together, and nothing of others', async () => {
    const others = createMessages(3, BOB)
    await using network = await openRecordNetwork(
      [...TEN.slice(0, 7), ...others],
      [...TEN.slice(4), ...others],
    )
    await createFetch(network).prepare(ALICE)
    expect(network.listKept(ALICE)).toHaveLength(10)
    expect(network.listKept(BOB)).toEqual([])
  })

  it('is moved once, though both holders have all of it', async () => {
    await using one = await openRecordNetwork(TEN)
    await createFetch(one, 1).prepare(ALICE)
    await using two = await openRecordNetwork(TEN, TEN)
    await createFetch(two).prepare(ALICE)
    expect(two.movedBytes).toBe(one.movedBytes)
    expect(countAsked(two, COMMANDS.fetchRecords)).toBe(1)
  })

  it('is not moved again when it is here already', async () => {
    await using network = await openRecordNetwork(TEN, TEN)
    await network.fetcher.fetch(network.holder(0), { swarm: SWARM, keys: keysOf(TEN) })
    const before = network.movedBytes
    await createFetch(network).prepare(ALICE)
    expect(network.movedBytes).toBe(before)
  })

  it('is asked for once, until the directory changes', async () => {
    await using network = await openRecordNetwork(TEN)
    const fetch = createFetch(network, 1)
    await Promise.all([fetch.prepare(ALICE), fetch.prepare(ALICE)])
    await fetch.prepare(ALICE)
    expect(countAsked(network, COMMANDS.accountKeys)).toBe(1)
    fetch.clear()
    await fetch.prepare(ALICE)
    expect(countAsked(network, COMMANDS.accountKeys)).toBe(2)
  })

  it('is served from one holder when the other is silent', async () => {
    await using network = await openRecordNetwork(TEN, TEN)
    network.road = (request, to) => (to.host === network.holder(0).host ? undefined : request)
    await createFetch(network).prepare(ALICE)
    expect(network.listKept(ALICE)).toHaveLength(10)
  })

  it('is served as it is when nobody answers, and asked for again next time', async () => {
    await using network = await openRecordNetwork(TEN)
    const fetch = createFetch(network, 1)
    network.road = () => undefined
    await fetch.prepare(ALICE)
    expect(network.listKept(ALICE)).toEqual([])
    network.road = (request) => request
    await fetch.prepare(ALICE)
    expect(network.listKept(ALICE)).toHaveLength(10)
  })

  it('needs nobody when nobody kept it before', async () => {
    await using network = await openRecordNetwork()
    await createFetch(network, 0).prepare(ALICE)
    expect(network.asked).toEqual([])
  })

  it('may have more records than fit into an answer', { timeout: 30_000 }, async () => {
    const many = createMessages(REQUEST_KEYS_MAX + 5)
    await using network = await openRecordNetwork(many)
    await createFetch(network, 1).prepare(ALICE)
    expect(countAsked(network, COMMANDS.accountKeys)).toBe(2)
    expect(network.listKept(ALICE)).toHaveLength(many.length)
  })
})

describe('a holder', () => {
  it.each([
    ['that says the same for ever', keysOf(createMessages(REQUEST_KEYS_MAX))],
    ['that sends something else than keys', [new Uint8Array(39)]],
  ])('%s is given up', { timeout: 30_000 }, async (_, keys) => {
    await using network = await openRecordNetwork()
    let asked = 0
    const fetch = new AccountFetch({
      peers: {
        request: () => {
          asked += 1
          return Promise.resolve(ok(concatBytes(keys)))
        },
      },
      fetcher: network.fetcher,
      holdersOf: () => [network.holder(0)],
      pick: (nodes) => nodes,
      ownSwarm: () => SWARM,
      has: () => true,
    })
    await fetch.prepare(ALICE)
    expect(asked).toBeLessThanOrEqual(2)
  })
})
