/** Records that come from other nodes (spec 10 §6.2): all of them, each once, whoever asks for them at the same time. */
import { ok } from '@sotto/crypto/result'
import { COMMANDS } from '@sotto/protocol/link'
import { describe, expect, it } from 'vitest'
import { RecordFetcher } from '../../src/replication/record-fetcher.ts'
import { ALICE } from '../store/store-fixture.ts'
import { createMessages, keysOf, openRecordNetwork, SWARM } from './replication-fixture.ts'

const TEN = createMessages(10)
const KEYS = keysOf(TEN)
const HASHES = TEN.map(({ hash }) => hash).toSorted()

describe('records that are fetched', () => {
  it('are kept, and counted as moved', async () => {
    await using network = await openRecordNetwork(TEN)
    expect(await network.fetcher.fetch(network.holder(0), { swarm: SWARM, keys: KEYS })).toBe(true)
    expect(network.listKept(ALICE).toSorted()).toEqual(HASHES)
    expect(network.movedBytes).toBeGreaterThan(10 * 58)
  })

  it('are none where none are wanted, and nobody is asked', async () => {
    await using network = await openRecordNetwork(TEN)
    expect(await network.fetcher.fetch(network.holder(0), { swarm: SWARM, keys: [] })).toBe(true)
    expect(network.asked).toEqual([])
  })

  it('are settled when the other has them no more: they were deleted or have ended', async () => {
    await using network = await openRecordNetwork(TEN.slice(0, 4))
    expect(await network.fetcher.fetch(network.holder(0), { swarm: SWARM, keys: KEYS })).toBe(true)
    expect(network.listKept(ALICE)).toHaveLength(4)
  })

  it('are not settled by one that is silent, or answers something else', async () => {
    await using network = await openRecordNetwork(TEN)
    network.road = () => undefined
    const wanted = { swarm: SWARM, keys: KEYS }
    expect(await network.fetcher.fetch(network.holder(0), wanted)).toBe(false)
    const { clock } = network
    const strange = new RecordFetcher({
      peers: { request: () => Promise.resolve(ok(new Uint8Array(100).fill(7))) },
      clock,
      has: () => false,
      admit: () => Promise.reject(new Error('nothing to admit')),
      onMoved: () => undefined,
    })
    expect(await strange.fetch(network.holder(0), wanted)).toBe(false)
    expect(network.movedBytes).toBe(0)
  })
})

describe('records that are on their way', () => {
  it('are waited for and not fetched once more', async () => {
    await using network = await openRecordNetwork(TEN, TEN)
    const gate = Promise.withResolvers<void>()
    network.gate = gate.promise
    const wanted = { swarm: SWARM, keys: KEYS }
    const first = network.fetcher.fetch(network.holder(0), wanted)
    const second = network.fetcher.fetch(network.holder(1), wanted)
    gate.resolve()
    expect(await Promise.all([first, second])).toEqual([true, true])
    expect(network.asked).toHaveLength(1)
    expect(network.listKept(ALICE)).toHaveLength(10)
  })

  it('leave those to be fetched that are not', async () => {
    await using network = await openRecordNetwork(TEN, TEN)
    const gate = Promise.withResolvers<void>()
    network.gate = gate.promise
    const first = network.fetcher.fetch(network.holder(0), { swarm: SWARM, keys: KEYS.slice(0, 6) })
    const second = network.fetcher.fetch(network.holder(1), { swarm: SWARM, keys: KEYS.slice(3) })
    gate.resolve()
    expect(await Promise.all([first, second])).toEqual([true, true])
    const bytes = network.movedBytes
    expect(network.listKept(ALICE)).toHaveLength(10)
    await using once = await openRecordNetwork(TEN)
    await once.fetcher.fetch(once.holder(0), { swarm: SWARM, keys: KEYS })
    expect(bytes).toBeLessThan(1.05 * once.movedBytes)
  })

  it('are fetched from the next one when the first fails', async () => {
    await using network = await openRecordNetwork(TEN, TEN)
    const gate = Promise.withResolvers<void>()
    network.gate = gate.promise
    network.road = (request, to) => (to.host === network.holder(0).host ? undefined : request)
    const wanted = { swarm: SWARM, keys: KEYS }
    const first = network.fetcher.fetch(network.holder(0), wanted)
    const second = network.fetcher.fetch(network.holder(1), wanted)
    gate.resolve()
    expect(await Promise.all([first, second])).toEqual([false, true])
    expect(network.listKept(ALICE)).toHaveLength(10)
  })

  it('are waited for no longer than one would wait for an answer of one’s own', async () => {
    await using network = await openRecordNetwork(TEN, TEN)
    network.gate = new Promise(() => undefined)
    void network.fetcher.fetch(network.holder(0), { swarm: SWARM, keys: KEYS })
    network.gate = Promise.resolve()
    const wanted = { swarm: SWARM, keys: KEYS, timeoutMs: 2000 }
    const second = network.fetcher.fetch(network.holder(1), wanted)
    await new Promise((resolve) => setImmediate(resolve))
    await network.clock.advance(1999)
    expect(network.listKept(ALICE)).toEqual([])
    await network.clock.advance(1)
    expect(await second).toBe(true)
    expect(network.listKept(ALICE)).toHaveLength(10)
    expect(network.clock.pending).toBe(0)
  })
})

it('asks with the command that members answer', async () => {
  await using network = await openRecordNetwork(TEN)
  await network.fetcher.fetch(network.holder(0), { swarm: SWARM, keys: KEYS })
  expect(network.asked.map(({ command }) => command)).toEqual([COMMANDS.fetchRecords])
})
