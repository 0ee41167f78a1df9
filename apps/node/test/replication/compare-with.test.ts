/** What two members give each other when they compare (spec 10 §5, §9.4), and what a node hands over (spec 10 §9.5). */
import { COMMANDS } from '@sotto/protocol/link'
import { describe, expect, it } from 'vitest'
import { createCompareWith } from '../../src/replication/compare-with.ts'
import { handOver } from '../../src/replication/hand-over.ts'
import { createKeySet, createRecordReader } from '../../src/replication/read-records.ts'
import { scanKeys } from '../../src/replication/record-scan.ts'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { createDocument, createKeeper } from '../directory/directory-fixture.ts'
import { ALICE, NOW_MS, storeAll } from '../store/store-fixture.ts'
import {
  createMessages,
  keysOf,
  openRecordNetwork,
  type RecordNetwork,
  SWARM,
} from './replication-fixture.ts'

const TEN = createMessages(10)

function createParts(network: RecordNetwork, syncing: boolean) {
  const { peers, fetcher, store } = network
  const { records } = store
  const asked: string[] = []
  return {
    asked,
    parts: {
      peers,
      fetcher,
      records,
      randomness: createSeededRandomness('compare'),
      reader: createRecordReader(
        records,
        () => true,
        () => NOW_MS,
      ),
      scan: () => scanKeys({ records, counts: () => true, nowMs: NOW_MS }),
      isSyncing: ({ host }: { readonly host: string }) => {
        asked.push(host)
        return Promise.resolve(syncing)
      },
      onMoved: (bytes: number) => void (network.movedBytes += bytes),
    },
  }
}

function countDelivered(network: RecordNetwork): number {
  return network.asked.filter(({ command }) => command === COMMANDS.deliverRecords).length
}

describe('a comparison', () => {
  it('fetches what is lacking here, and gives what is lacking there', async () => {
    await using network = await openRecordNetwork(TEN.slice(0, 7))
    await storeAll(network.store, TEN.slice(4))
    const { parts } = createParts(network, false)
    const compared = await createCompareWith(parts)(network.holder(0), {
      swarm: SWARM,
      delivers: true,
    })
    expect(compared).toMatchObject({ isComplete: true, fetched: 4 })
    expect(network.listKept(ALICE)).toHaveLength(10)
    expect(countDelivered(network)).toBe(1)
  })

  it('gives nothing to one that is catching up, and is not over', async () => {
    await using network = await openRecordNetwork(TEN.slice(0, 7))
    await storeAll(network.store, TEN.slice(4))
    const { parts } = createParts(network, true)
    const compared = await createCompareWith(parts)(network.holder(0), {
      swarm: SWARM,
      delivers: true,
    })
    expect(compared).toEqual({ isComplete: false, fetched: 4, delivered: 0 })
    expect(network.listKept(ALICE)).toHaveLength(10)
    expect(countDelivered(network)).toBe(0)
  })

  it('asks nobody how it is when there is nothing to give', async () => {
    await using network = await openRecordNetwork(TEN)
    const { parts, asked } = createParts(network, true)
    const compared = await createCompareWith(parts)(network.holder(0), {
      swarm: SWARM,
      delivers: true,
    })
    expect(compared).toEqual({ isComplete: true, fetched: 10, delivered: 0 })
    expect(asked).toEqual([])
  })
})

describe('a hand-over', () => {
  it.each([
    ['gives what the members lack', false, 2],
    ['gives nothing to members that are catching up', true, 0],
  ])('%s, and forgets nothing that they do not keep', async (_, syncing, deliveries) => {
    await using network = await openRecordNetwork(TEN.slice(0, 6), TEN.slice(0, 6))
    await storeAll(network.store, TEN)
    const { keeper } = createKeeper(createDocument())
    const directory = keeper.current
    if (directory === undefined) throw new Error('no directory')
    const { parts } = createParts(network, syncing)
    const members = [network.holder(0), network.holder(1)]
    const narrowed = { ...directory, membersOf: () => members }
    const keys = createKeySet(keysOf(TEN))
    const forgotten = await handOver(keys, { directory: narrowed, swarm: SWARM }, parts)
    // Holders of the fixture take nothing, so that four are never confirmed.
    expect(forgotten).toBe(6)
    expect(countDelivered(network)).toBe(deliveries)
    expect(network.listKept(ALICE)).toHaveLength(4)
    keeper[Symbol.dispose]()
  })
})
