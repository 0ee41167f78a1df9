/** Fetching from nodes that forget, withhold, repeat and lie (TM-S4). */
import { describe, expect, it } from 'vitest'
import { createRawMessage, createTextMessage, place } from '../../../test/inbox-fixtures.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import type { SimulatedNode } from '../../../test/simulated-node.ts'
import {
  type SimulatedPerson,
  codeOf,
  createAccount,
  createPerson,
  unwrap,
} from '../../../test/simulated-person.ts'
import type { PollOptions } from '../messenger.ts'

const ALICE = createAccount('alice')

interface Setting {
  readonly network: SimulatedNetwork
  readonly bob: SimulatedPerson
  readonly swarm: readonly SimulatedNode[]
}

function createSetting(): Setting {
  const network = new SimulatedNetwork()
  const bob = createPerson(network, 'bob')
  return { network, bob, swarm: network.swarmOf(bob.accountBytes) }
}

function createTexts({ network, bob }: Setting, count: number, from = 0) {
  return Array.from({ length: count }, (_, index) =>
    createTextMessage(
      {
        sender: ALICE,
        to: bob.account.accountId,
        text: `${from + index}`,
        sentAtMs: network.clock.now() + from + index,
      },
      network.randomness,
    ),
  )
}

function poll({ network, bob }: Setting, options?: PollOptions) {
  return network.settle(bob.messenger.poll(options))
}

/** A whole round asks a member for all of these at once. */
const NAMESPACES = 7

function countRetrieves(nodes: readonly SimulatedNode[]): number {
  return nodes.flatMap(({ executed }) => executed).filter((name) => name === 'retrieve').length
}

describe('a round', () => {
  it('asks two members, and no others', async () => {
    const setting = createSetting()
    unwrap(await poll(setting))
    expect(setting.swarm.filter((node) => countRetrieves([node]) > 0)).toHaveLength(2)
    expect(countRetrieves(setting.network.nodes)).toBe(2 * NAMESPACES)
  })

  it('asks as many as it is told to', async () => {
    const setting = createSetting()
    unwrap(await poll(setting, { members: 3 }))
    expect(countRetrieves(setting.swarm)).toBe(3 * NAMESPACES)
  })

  it('asks other members from round to round', async () => {
    const setting = createSetting()
    for (let round = 0; round < 12; round++) unwrap(await poll(setting))
    expect(setting.swarm.every((node) => countRetrieves([node]) > 0)).toBe(true)
  })

  it('merges what two members say, each message once', async () => {
    const setting = createSetting()
    place(setting.swarm, setting.bob.account.accountId, createTexts(setting, 5))
    const added = unwrap(await poll(setting))
    expect(setting.bob.addedBy(added).map(({ text }) => text)).toEqual(['0', '1', '2', '3', '4'])
    expect(unwrap(await poll(setting))).toEqual([])
  })

  it('goes on where it stopped with each node', async () => {
    const setting = createSetting()
    const to = setting.bob.account.accountId
    const asked: (string | undefined)[] = []
    for (const { faults } of setting.swarm) {
      faults.answer = (request, honest) => {
        const isInbox = request.method === 'retrieve' && request.params.namespace === 0
        if (isInbox) asked.push(request.params.lastHash)
        return honest()
      }
    }
    const texts = createTexts(setting, 3)
    place(setting.swarm, to, texts)
    unwrap(await poll(setting, { members: 6 }))
    expect(new Set(asked)).toEqual(new Set([undefined]))
    asked.length = 0
    unwrap(await poll(setting, { members: 6 }))
    expect(new Set(asked)).toEqual(new Set([texts[2]?.hash]))
  })

  it('signs with the network’s time, on a device whose clock is wrong (trap 9)', async () => {
    const setting = createSetting()
    for (const { faults } of setting.network.nodes) faults.skewMs = 7_200_000
    place(setting.swarm, setting.bob.account.accountId, createTexts(setting, 1))
    expect(setting.bob.addedBy(unwrap(await poll(setting)))).toHaveLength(1)
  })
})

describe('pages', () => {
  it('are read until there are no more', async () => {
    const setting = createSetting()
    for (const { store } of setting.swarm) store.pageLength = 4
    place(setting.swarm, setting.bob.account.accountId, createTexts(setting, 11))
    expect(setting.bob.addedBy(unwrap(await poll(setting)))).toHaveLength(11)
  })

  it('are read on after 95 messages, even if the node says that there are no more', async () => {
    const setting = createSetting()
    place(setting.swarm, setting.bob.account.accountId, createTexts(setting, 97))
    for (const { faults, store } of setting.swarm) {
      store.pageLength = 95
      faults.answer = (request, honest) => {
        const { status, body } = honest()
        const isPage = request.method === 'retrieve' && typeof body === 'object'
        return { status, body: isPage ? { ...body, more: false } : body }
      }
    }
    expect(setting.bob.addedBy(unwrap(await poll(setting)))).toHaveLength(97)
  })

  it('trap 26: end after twenty, and the next round goes on', async () => {
    const setting = createSetting()
    for (const { store } of setting.swarm) store.pageLength = 1
    place(setting.swarm, setting.bob.account.accountId, createTexts(setting, 23))
    expect(setting.bob.addedBy(unwrap(await poll(setting, { members: 6 })))).toHaveLength(20)
    expect(setting.bob.addedBy(unwrap(await poll(setting, { members: 6 })))).toHaveLength(3)
  })

  it('end with a node that repeats its page for ever', async () => {
    const setting = createSetting()
    const texts = createTexts(setting, 2)
    place(setting.swarm, setting.bob.account.accountId, texts)
    for (const { faults } of setting.swarm) {
      faults.answer = (request, honest) => {
        if (request.method !== 'retrieve') return honest()
        const { lastHash: _, ...params } = request.params
        const { body } = { body: setting.swarm[0]?.store.retrieve(params) ?? {} }
        return { status: 200, body: { ...body, more: true } }
      }
    }
    expect(setting.bob.addedBy(unwrap(await poll(setting)))).toHaveLength(2)
    // Once more for the namespace that claims to have more.
    expect(countRetrieves(setting.swarm)).toBe(2 * (NAMESPACES + 1))
  })
})

describe('members in trouble', () => {
  it.each([
    [0, 1],
    [0, 5],
    [2, 3],
    [1, 4],
  ])('do not keep a message from us with members %d and %d dead', async (first, second) => {
    const setting = createSetting()
    place(setting.swarm, setting.bob.account.accountId, createTexts(setting, 1))
    for (const index of [first, second]) {
      const node = setting.swarm[index]
      if (node) node.faults.isDead = true
    }
    expect(setting.bob.addedBy(unwrap(await poll(setting)))).toHaveLength(1)
  })

  it('TM-S4: cannot withhold a message alone', async () => {
    const setting = createSetting()
    place(setting.swarm.slice(1), setting.bob.account.accountId, createTexts(setting, 1))
    expect(setting.bob.addedBy(unwrap(await poll(setting, { members: 2 })))).toHaveLength(1)
  })

  it.each([500, 404, 400])('are passed over when they answer %d', async (status) => {
    const setting = createSetting()
    place(setting.swarm, setting.bob.account.accountId, createTexts(setting, 1))
    for (const { faults } of setting.swarm.slice(0, 4)) {
      faults.answer = (request, honest) =>
        request.method === 'retrieve' ? { status, body: 'no' } : honest()
    }
    expect(setting.bob.addedBy(unwrap(await poll(setting)))).toHaveLength(1)
  })

  it('all dead are an error, and nothing is lost', async () => {
    const setting = createSetting()
    place(setting.swarm, setting.bob.account.accountId, createTexts(setting, 1))
    unwrap(await setting.network.settle(setting.bob.messenger.path()))
    for (const { faults } of setting.swarm) faults.isDead = true
    expect(codeOf(await poll(setting))).not.toBe('success')
    for (const { faults } of setting.swarm) faults.isDead = false
    expect(setting.bob.addedBy(unwrap(await poll(setting)))).toHaveLength(1)
  })

  it('trap 9: all saying that our clock is wrong are asked no further', async () => {
    const setting = createSetting()
    for (const { faults } of setting.swarm) {
      faults.answer = (request, honest) =>
        request.method === 'retrieve' ? { status: 406, body: 'clock' } : honest()
    }
    expect(codeOf(await poll(setting))).toBe('clock_out_of_sync')
    expect(countRetrieves(setting.swarm)).toBe(2 * NAMESPACES)
  })

  it('that lost their memory bring nothing twice', async () => {
    const setting = createSetting()
    const to = setting.bob.account.accountId
    const texts = createTexts(setting, 3)
    place(setting.swarm, to, texts)
    unwrap(await poll(setting, { members: 6 }))
    for (const { store } of setting.swarm) store.boxOf(setting.bob.accountBytes).splice(0, 3)
    place(setting.swarm, to, [...texts.slice(1), ...createTexts(setting, 1, 3)])
    const added = unwrap(await poll(setting))
    expect(setting.bob.addedBy(added).map(({ text }) => text)).toEqual(['3'])
  })

  it('of another swarm send us to the right one, and their position is forgotten', async () => {
    const setting = createSetting()
    const to = setting.bob.account.accountId
    place(setting.swarm, to, createTexts(setting, 1))
    unwrap(await poll(setting, { members: 6 }))
    const ids = [...new Set(setting.network.nodes.map(({ record }) => record.swarm))]
    setting.network.changeRecords((record) => ({
      ...record,
      swarm: ids.find((id) => id !== record.swarm) ?? 0n,
    }))
    const moved = setting.network.swarmOf(setting.bob.accountBytes)
    place(moved, to, createTexts(setting, 1, 1))
    const added = unwrap(await poll(setting))
    expect(setting.bob.addedBy(added).map(({ text }) => text)).toEqual(['1'])
    const cursors = setting.swarm.map(({ id: node }) =>
      setting.bob.history.arrivals.findCursor({ node, account: to, namespace: 0 }),
    )
    expect(cursors.filter((hash) => hash === undefined).length).toBeGreaterThan(0)
  })
})

describe('a member that lies about hashes', () => {
  it('cannot hide a message by giving junk under its hash', async () => {
    const setting = createSetting()
    const to = setting.bob.account.accountId
    const [message] = createTexts(setting, 1)
    if (message === undefined) throw new Error('a message')
    const junk = createRawMessage(to, Uint8Array.of(1), setting.network.clock.now())
    const [liar, ...honest] = setting.swarm
    if (liar === undefined) throw new Error('a member')
    place([liar], to, [{ ...junk, hash: message.hash }])
    unwrap(await poll(setting, { members: 6 }))
    place(honest, to, [message])
    expect(setting.bob.addedBy(unwrap(await poll(setting, { members: 6 })))).toHaveLength(1)
  })

  it('cannot show a message twice by giving it another hash', async () => {
    const setting = createSetting()
    const to = setting.bob.account.accountId
    const [message] = createTexts(setting, 1)
    if (message === undefined) throw new Error('a message')
    const other = createRawMessage(to, Uint8Array.of(1), 0)
    place(setting.swarm, to, [message, { ...message, hash: other.hash }])
    expect(setting.bob.addedBy(unwrap(await poll(setting)))).toHaveLength(1)
  })
})
