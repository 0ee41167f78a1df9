/**
 * What real nodes do when something is wrong with them. They share this process; orders to processes are
 * `network-orders.test.ts`.
 */
import { type Account, deriveAccount } from '@sotto/crypto/identity'
import { type RpcRequest, isJsonObject } from '@sotto/protocol/rpc'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { IntrospectedNode } from '../introspection.ts'
import { type Network, startNetwork } from '../network.ts'
import { callNode, type NodeAnswer } from '../scenario/call-node.ts'
import { listStored, readAccountBytes } from '../scenario/list-stored.ts'
import { deriveAccountSeed } from '../seeds.ts'
import { systemClock } from '../system-clock.ts'
import type { ChaosOrder } from './chaos-order.ts'

const SEED = 'broken'
const ALICE = deriveAccount(deriveAccountSeed(SEED, 'alice'))
const DAY_MS = 86_400_000
const SKEW_MS = 120_000
const POLL = { timeout: 20_000, interval: 200 }

let network: Network
let texts = 0

beforeAll(async () => {
  network = await startNetwork({ nodes: 3, seed: SEED, driver: 'in-process' })
})
afterAll(() => network[Symbol.asyncDispose]())

const MENDING: readonly ChaosOrder[] = [
  { action: 'heal' },
  { action: 'skew', nodes: ['all'], ms: 0 },
  { action: 'disk-full', nodes: ['all'], on: false },
  { action: 'lie', nodes: ['all'], on: false },
  { action: 'time', mode: 'now' },
]

beforeEach(async () => {
  for (const order of MENDING) await network.obey(order)
})

function node(number: number): IntrospectedNode {
  const found = network.nodes[number - 1]
  if (found === undefined) throw new RangeError('no such node')
  return found
}

function composeStore({ accountId }: Account, timestampMs: number): RpcRequest {
  texts += 1
  const params = {
    account: readAccountBytes(accountId),
    namespace: 0,
    timestampMs,
    expiryMs: timestampMs + DAY_MS,
    data: new TextEncoder().encode(`text ${texts}`),
  }
  return { method: 'store', params: { ...params, sigTimestampMs: timestampMs } }
}

/** After a jump the last document is too old to serve by; the authorities make the next one. */
async function awaitService(): Promise<void> {
  const ask = async (): Promise<readonly boolean[]> => {
    const answer = await store()
    return answer?.status === 200 ? readKept(answer) : []
  }
  await expect.poll(ask, POLL).toEqual([true, true, true])
}

/** Stores a new text at node 1, with the time of that node. */
function store(timestampMs = network.now('node-01')): Promise<NodeAnswer | undefined> {
  return callNode(node(1), composeStore(ALICE, timestampMs))
}

/** Whether each member said that it stored, in the order of the nodes. */
function readKept(answer: NodeAnswer | undefined): readonly boolean[] {
  const body = answer?.body
  const swarm = isJsonObject(body) ? body['swarm'] : undefined
  return network.nodes.map(({ ed25519 }) => {
    const entry = isJsonObject(swarm) ? swarm[ed25519] : undefined
    return isJsonObject(entry) && typeof entry['signature'] === 'string'
  })
}

function readHash(answer: NodeAnswer | undefined): string {
  const body = answer?.body
  return isJsonObject(body) ? String(body['hash']) : ''
}

function has(number: number, hash: string): Promise<boolean | undefined> {
  const { name } = node(number)
  const stored = listStored(node(number), ALICE, () => network.now(name))
  return stored.then((hashes) => hashes?.has(hash))
}

describe('a network with nothing wrong', () => {
  it('keeps a message on every member', async () => {
    const answer = await store()
    expect(readKept(answer)).toEqual([true, true, true])
    expect(await has(3, readHash(answer))).toBe(true)
  })
})

describe('a partition', () => {
  it('keeps the other side from hearing, until it is healed', async () => {
    await network.obey({ action: 'partition', groups: [['1', '2'], ['3']] })
    const answer = await store()
    expect(readKept(answer)).toEqual([true, true, false])
    expect(await has(3, readHash(answer))).toBe(false)
    await network.obey({ action: 'heal' })
    expect(await waitUntilKept()).toEqual([true, true, true])
  }, 30_000)
})

/** A node that could not be reached is dialled again after a while only. */
async function waitUntilKept(tries = 100): Promise<readonly boolean[]> {
  const kept = readKept(await store())
  if (kept.every(Boolean) || tries === 0) return kept
  await new Promise((resolve) => setTimeout(resolve, 100))
  return waitUntilKept(tries - 1)
}

describe('lag', () => {
  it('makes an answer of other nodes wait for both ways', async () => {
    await store()
    await network.obey({ action: 'lag', nodes: ['all'], ms: 150, jitterMs: 0 })
    const startMs = systemClock.now()
    expect(readKept(await store())).toEqual([true, true, true])
    expect(systemClock.now() - startMs).toBeGreaterThanOrEqual(300)
  })
})

describe('dropped connections', () => {
  it('lose every request at 100 percent, and none at 0', async () => {
    await network.obey({ action: 'drop', nodes: ['1'], percent: 100 })
    expect(readKept(await store())).toEqual([true, false, false])
    await network.obey({ action: 'drop', nodes: ['1'], percent: 0 })
    expect(await waitUntilKept()).toEqual([true, true, true])
  })
})

describe('a clock that is wrong', () => {
  it('makes a node refuse what is right for all others', async () => {
    await network.obey({ action: 'skew', nodes: ['1'], ms: -SKEW_MS })
    expect((await store(network.now()))?.status).toBe(406)
    await network.obey({ action: 'skew', nodes: ['1'], ms: SKEW_MS })
    expect(readKept(await store())).toEqual([true, false, false])
  })
})

describe('the time of all', () => {
  // Its own network: one that has seen epochs of a time to come is of no use in the present.
  let usual: Network

  beforeEach(async () => {
    usual = network
    const options = { nodes: 3, seed: SEED, driver: 'in-process' as const, epochMs: 1000 }
    network = await startNetwork(options)
  })
  afterEach(async () => {
    await network[Symbol.asyncDispose]()
    network = usual
  })

  it('is what messages are measured by', { timeout: 30_000 }, async () => {
    await network.obey({ action: 'time', mode: 'step', ms: 2 * DAY_MS })
    await awaitService()
    expect((await store(systemClock.now()))?.status).toBe(406)
    expect(readKept(await store())).toEqual([true, true, true])
  })

  it('ends messages whose time is over', { timeout: 30_000 }, async () => {
    const hash = readHash(await store())
    await network.obey({ action: 'time', mode: 'step', ms: 2 * DAY_MS })
    await awaitService()
    expect(await has(1, hash)).toBe(false)
  })

  it('stands still for nodes too', async () => {
    await network.obey({ action: 'time', mode: 'freeze' })
    const frozenMs = network.now()
    const first = await store()
    expect(first?.body).toMatchObject({ t: frozenMs })
    expect((await store())?.body).toMatchObject({ t: frozenMs })
  })
})

describe('a full disk', () => {
  it('refuses at that node alone and loses nothing', async () => {
    const hash = readHash(await store())
    await network.obey({ action: 'disk-full', nodes: ['2'], on: true })
    const during = await store()
    expect(readKept(during)).toEqual([true, false, true])
    expect(await has(2, hash)).toBe(true)
    await network.obey({ action: 'disk-full', nodes: ['1'], on: true })
    expect((await store())?.status).toBe(500)
  })
})

describe('a node that lies', () => {
  it('says that it stored, and has nothing', async () => {
    await network.obey({ action: 'lie', nodes: ['2'], on: true })
    const answer = await store()
    expect(readKept(answer)).toEqual([true, true, true])
    expect(await has(1, readHash(answer))).toBe(true)
    expect(await has(2, readHash(answer))).toBe(false)
  })
})

describe('a node that joins', () => {
  it('serves, and its swarm tells it what comes', { timeout: 60_000 }, async () => {
    await using growing = await startNetwork({
      nodes: 2,
      seed: 'joins',
      driver: 'in-process',
      epochMs: 1000,
    })
    await growing.obey({ action: 'join' })
    await expect
      .poll(() => growing.refresh().then(() => growing.nodes[2]?.standing?.state), POLL)
      .toBe('active')
    const [first, , third] = growing.nodes
    if (first === undefined || third === undefined) throw new Error('nobody joined')
    const account = deriveAccount(deriveAccountSeed('joins', 'alice'))
    const answer = await callNode(first, composeStore(account, growing.now()))
    // Each node reads the epoch document that lists the newcomer in its own time, the newcomer too.
    await expect
      .poll(async () => {
        const stored = await listStored(third, account, () => growing.now())
        return stored?.has(readHash(answer))
      }, POLL)
      .toBe(true)
    await growing.obey({ action: 'leave', nodes: ['2'] })
    expect((await callNode(first, { method: 'info', params: {} }))?.status).toBe(200)
    expect(growing.swarmOf(account.accountId).map(({ name }) => name)).toEqual([
      'node-01',
      'node-03',
    ])
  })
})
