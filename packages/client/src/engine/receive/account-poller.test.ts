/** Fetching an account's namespaces from nodes that forget, withhold, repeat and lie (TM-S4). */
import { describe, expect, it } from 'vitest'
import { createHistoryDevice, type HistoryDevice } from '../../../test/history-device.ts'
import { createRawMessage, createTextMessage, place } from '../../../test/inbox-fixtures.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import type { SimulatedNode } from '../../../test/simulated-node.ts'
import { codeOf, createAccount, unwrap } from '../../../test/simulated-person.ts'
import { ROUND_MESSAGES_MAX } from '../messaging/limits.ts'

const ALICE = createAccount('alice')
const BOB = createAccount('bob')

interface Setting {
  readonly network: SimulatedNetwork
  readonly bob: HistoryDevice
  readonly swarm: readonly SimulatedNode[]
}

function createSetting(): Setting {
  const network = new SimulatedNetwork()
  const bob = createHistoryDevice(network, BOB)
  return { network, bob, swarm: network.swarmOf(bob.accountBytes) }
}

function createTexts({ network }: Setting, count: number) {
  return Array.from({ length: count }, (_, index) =>
    createTextMessage(
      {
        sender: ALICE,
        to: BOB.accountId,
        text: `${index}`,
        sentAtMs: network.clock.now() - count + index,
      },
      network.randomness,
    ),
  )
}

function poll({ network, bob }: Setting, members = 2) {
  return network.settle(bob.poller.poll(members))
}

function textsOf({ bob }: Setting): readonly string[] {
  return bob.textsWith(ALICE.accountId)
}

function onions({ network }: Setting): number {
  return network.packetsTo('/onion_req/v2').length
}

describe('a round', () => {
  it('asks a member for all seven namespaces in one onion request', async () => {
    const setting = createSetting()
    unwrap(await poll(setting, 1))
    const before = onions(setting)
    unwrap(await poll(setting, 1))
    expect(onions(setting) - before).toBe(1)
    const retrieves = setting.swarm.flatMap(({ executed }) => executed)
    expect(retrieves.filter((name) => name === 'retrieve')).toHaveLength(14)
  })

  it('merges what two members say, each message once', async () => {
    const setting = createSetting()
    place(setting.swarm, BOB.accountId, createTexts(setting, 5))
    const { events } = unwrap(await poll(setting))
    expect(events).toHaveLength(5)
    expect(unwrap(await poll(setting)).events).toEqual([])
    expect(textsOf(setting)).toEqual(['0', '1', '2', '3', '4'])
  })

  it('gets what one of the members withholds', async () => {
    const setting = createSetting()
    const texts = createTexts(setting, 4)
    place(setting.swarm.slice(0, 3), BOB.accountId, texts.slice(0, 2))
    place(setting.swarm.slice(3), BOB.accountId, texts.slice(2))
    for (let round = 0; round < 12; round++) unwrap(await poll(setting))
    expect(textsOf(setting)).toHaveLength(4)
  })

  it('goes on with another member when one is dead', async () => {
    const setting = createSetting()
    place(setting.swarm, BOB.accountId, createTexts(setting, 1))
    for (const { faults } of setting.swarm.slice(0, 2)) faults.isDead = true
    unwrap(await poll(setting))
    expect(textsOf(setting)).toEqual(['0'])
  })

  it('says what is wrong with our clock instead of asking everybody', async () => {
    const setting = createSetting()
    for (const { faults } of setting.network.nodes)
      faults.answer = (request, honest) =>
        request.method === 'retrieve' ? { status: 406, body: 'clock' } : honest()
    expect(codeOf(await poll(setting))).toBe('clock_out_of_sync')
  })
})

describe('pages', () => {
  it('are read until there are no more, only where there are more, those of our devices first', async () => {
    const setting = createSetting()
    for (const { store } of setting.swarm) store.pageLength = 4
    place(setting.swarm, BOB.accountId, createTexts(setting, 11))
    const asked: number[] = []
    for (const { faults } of setting.swarm)
      faults.answer = (request, honest) => {
        if (request.method === 'retrieve') asked.push(request.params.namespace)
        return honest()
      }
    unwrap(await poll(setting, 1))
    expect(textsOf(setting)).toHaveLength(11)
    expect(asked).toEqual([21, -21, 0, 2, 3, 5, 4, 0, 0])
  })

  it('trap 26: end at a bound, and the next round goes on', async () => {
    const setting = createSetting()
    const junk = Array.from({ length: ROUND_MESSAGES_MAX + 5 }, (_, index) =>
      createRawMessage(BOB.accountId, Uint8Array.of(index >> 8, index & 255, 1), index),
    )
    for (const { store } of setting.swarm) store.pageLength = 400
    place(setting.swarm.slice(0, 1), BOB.accountId, [...junk, ...createTexts(setting, 1)])
    for (const { faults } of setting.swarm.slice(1)) faults.isDead = true
    unwrap(await poll(setting, 1))
    expect(textsOf(setting)).toEqual([])
    unwrap(await poll(setting, 1))
    expect(textsOf(setting)).toEqual(['0'])
  })

  it('that a node repeats for ever end', async () => {
    const setting = createSetting()
    place(setting.swarm, BOB.accountId, createTexts(setting, 3))
    for (const { faults } of setting.swarm)
      faults.answer = (request, honest) => {
        if (request.method !== 'retrieve') return honest()
        const { lastHash: _, ...params } = request.params
        const { store } = setting.swarm[0] ?? {}
        return { status: 200, body: { ...store?.retrieve(params), more: true } }
      }
    unwrap(await poll(setting, 1))
    expect(textsOf(setting)).toHaveLength(3)
  })

  it('with a message under another’s hash neither show it nor keep the true one from being shown', async () => {
    const setting = createSetting()
    const [honest] = createTexts(setting, 1)
    if (honest === undefined) throw new Error('a text')
    const [liar, ...others] = setting.swarm
    place(liar ? [liar] : [], BOB.accountId, [{ ...honest, data: Uint8Array.of(1) }])
    place(others, BOB.accountId, [honest])
    for (let round = 0; round < 8; round++) unwrap(await poll(setting))
    expect(textsOf(setting)).toEqual(['0'])
  })
})
