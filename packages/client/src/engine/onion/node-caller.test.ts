/** Tries, statuses, and who is blamed. */
import { describe, expect, it } from 'vitest'
import { answerWith } from '../../../test/path-fixtures.ts'
import { createClient } from '../../../test/simulated-client.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import type { SimulatedNode } from '../../../test/simulated-node.ts'
import { unwrap } from '../../../test/simulated-person.ts'
import { MemoryStateStore } from '../../memory/index.ts'
import type { NetworkClient } from '../network-client.ts'
import { isOnPath } from '../paths/path.ts'
import type { NodeCall, NodeCaller } from './node-caller.ts'

interface Setting {
  readonly network: SimulatedNetwork
  readonly client: NetworkClient
  readonly destination: SimulatedNode
}

async function createSetting(nodes = 12, state = new MemoryStateStore()): Promise<Setting> {
  const network = new SimulatedNetwork({ nodes })
  const client = createClient(network, state)
  unwrap(await network.settle(client.pool.fill()))
  const [destination] = network.nodes
  if (destination === undefined) throw new Error('a node')
  return { network, client, destination }
}

function call(
  { network, client, destination }: Setting,
  changes: Partial<NodeCall> = {},
): ReturnType<NodeCaller['call']> {
  const node = client.pool.find(destination.id)
  if (node === undefined) throw new Error('the destination is not in the pool')
  return network.settle(
    client.caller.call({
      destination: node,
      compose: () => ({ method: 'oxend_request', params: { endpoint: 'get_service_nodes' } }),
      tries: 3,
      timeoutMs: 1000,
      ...changes,
    }),
  )
}

async function callForCode(setting: Setting, changes: Partial<NodeCall> = {}): Promise<string> {
  const result = await call(setting, changes)
  return result.ok ? 'success' : result.error.error.code
}

describe('calling a node', () => {
  it('gives its answer as JSON, and the path that it came on', async () => {
    const setting = await createSetting()
    const result = await call(setting)
    expect(result.ok && result.value.body).toMatchObject({ result: {}, hf: [19, 4] })
    expect(result.ok && isOnPath(result.value.path, setting.destination.id)).toBe(false)
  })

  it('trap 37: sends nothing to a node but onions and the guard’s test', async () => {
    const setting = await createSetting()
    await call(setting)
    const { network } = setting
    const methods = network
      .packetsTo('/storage_rpc/v1')
      .map(({ body }) => String(Buffer.from(body)))
    expect(methods.every((text) => text.includes('"get_swarm"'))).toBe(true)
    expect(network.packetsTo('/onion_req/v2')).toHaveLength(1)
  })

  it('trap 9: takes the network’s time from answers', async () => {
    const setting = await createSetting()
    for (const { faults } of setting.network.nodes) faults.skewMs = -120_000
    await call(setting)
    expect(setting.client.time.now()).toBe(setting.network.clock.now() - 120_000)
  })

  it.each([
    [406, 'clock_out_of_sync'],
    [401, 'unauthorized'],
    [404, 'node_refused'],
    [400, 'node_refused'],
    [421, 'wrong_swarm'],
    [500, 'node_failed'],
  ])('asks once when the destination says %d', async (status, code) => {
    const setting = await createSetting()
    setting.destination.faults.answer = () => ({ status, body: 'no' })
    expect(await callForCode(setting)).toBe(code)
    expect(setting.destination.executed).toHaveLength(1)
  })

  it.each([
    ['a status of its own failing', { status: 500, body: 'no' }],
    ['nonsense', { status: 200, body: 'no JSON' }],
  ])('drops a destination that answers three times with %s', async (_name, answer) => {
    const setting = await createSetting()
    setting.destination.faults.answer = () => answer
    for (let time = 0; time < 3; time++) {
      expect(setting.client.pool.find(setting.destination.id)).toBeDefined()
      await call(setting)
    }
    expect(setting.client.pool.find(setting.destination.id)).toBeUndefined()
  })

  it('does not blame a destination for refusing', async () => {
    const setting = await createSetting()
    setting.destination.faults.answer = () => ({ status: 401, body: 'no' })
    for (let time = 0; time < 5; time++) await call(setting)
    expect(setting.client.pool.failuresOf(setting.destination.id)).toBe(0)
  })

  it('composes the request anew for each try, so that a signed time is never old', async () => {
    const setting = await createSetting()
    setting.destination.faults.isDead = true
    let composed = 0
    const compose: NodeCall['compose'] = () => {
      composed += 1
      return { method: 'info', params: {} }
    }
    expect(await callForCode(setting, { compose })).toBe('path_failed')
    expect(composed).toBe(3)
  })
})

describe('paths that fail under a call', () => {
  it('reaches its destination whichever two other nodes are dead', async () => {
    for (let first = 1; first < 12; first += 3) {
      for (let second = first + 1; second < 12; second += 2) {
        const setting = await createSetting()
        await call(setting)
        for (const index of [first, second]) {
          const node = setting.network.nodes[index]
          if (node) node.faults.isDead = true
        }
        expect(await callForCode(setting)).toBe('success')
      }
    }
  })

  it('goes another way when a guard cannot be reached', async () => {
    const setting = await createSetting()
    await call(setting)
    const guards = setting.client.paths.paths.map(({ nodes }) => nodes[0].id)
    for (const id of guards) setting.network.node(id).faults.isBlocked = true
    expect(await callForCode(setting)).toBe('success')
  })

  it('replaces a node that a relay does not know, and succeeds', async () => {
    const setting = await createSetting()
    await call(setting)
    for (const path of setting.client.paths.paths) {
      const [, middle, exit] = path.nodes
      setting.network.node(middle.id).faults.unknown = new Set([exit.id])
    }
    expect(await callForCode(setting)).toBe('success')
  })

  it('trap 8: drops the destination when it is the node that a relay does not know', async () => {
    const setting = await createSetting()
    const unknown = new Set([setting.destination.id])
    for (const { faults } of setting.network.nodes) faults.unknown = unknown
    const paths = setting.client.paths.paths
    expect(await callForCode(setting)).toBe('node_gone')
    expect(setting.client.pool.find(setting.destination.id)).toBeUndefined()
    expect(setting.client.paths.paths).toEqual(expect.arrayContaining([...paths]))
  })

  it('blames the destination when all paths to it fail', async () => {
    const setting = await createSetting()
    setting.destination.faults.isDead = true
    await call(setting)
    expect(setting.client.pool.failuresOf(setting.destination.id)).toBe(1)
  })

  it('TM-G3: changes no guard because destinations are silent, which could be friends of others', async () => {
    const setting = await createSetting()
    await call(setting)
    const { client, network } = setting
    const guards = new Set(client.paths.paths.map(({ nodes }) => nodes[0].id))
    const silent = network.nodes.filter(({ id }) => !guards.has(id)).slice(0, 3)
    for (const { faults } of silent) faults.isDead = true
    for (const destination of [...silent, ...silent, ...silent]) {
      const isKnown = client.pool.find(destination.id) !== undefined
      if (isKnown) expect(await callForCode({ ...setting, destination })).toBe('path_failed')
    }
    for (const id of guards) expect(client.guards.isGuard(id)).toBe(true)
    const alive = network.nodes.filter(({ faults }) => !faults.isDead)
    expect(alive.every(({ id }) => client.pool.find(id) !== undefined)).toBe(true)
  })

  it('TM-G3: leaves a guard that lets everything fail', async () => {
    const setting = await createSetting()
    await call(setting)
    const guard = setting.client.paths.paths[0]?.nodes[0].id ?? ''
    setting.network.node(guard).faults.relay = async () => answerWith(504, 'Request time out')
    for (let time = 0; time < 12; time++) expect(await callForCode(setting)).toBe('success')
    const used = setting.network.packetsTo('/onion_req/v2').filter(({ target }) => {
      const port = setting.network.node(guard).record.ports.https
      return target.kind === 'node' && target.node.httpsPort === port
    })
    expect(used.length).toBeLessThanOrEqual(8)
  })

  it('says what went wrong when no path is left', async () => {
    const setting = await createSetting()
    await call(setting)
    setting.network.isOffline = true
    expect(await callForCode(setting)).toBe('path_failed')
  })
})

describe('a list of nodes from an earlier run', () => {
  it('is asked for anew when nothing works with it', async () => {
    const state = new MemoryStateStore()
    const old = await createSetting(12, state)
    await call(old)
    // The network was started again with other ports; the keys are the same.
    old.network.changeRecords((record) => {
      const { https, web, peer } = record.ports
      return { ...record, ports: { https: https + 999, web: web + 999, peer: peer + 999 } }
    })
    const client = createClient(old.network, state)
    unwrap(await old.network.settle(client.pool.fill()))
    expect(client.pool.isConfirmed).toBe(false)
    expect(await callForCode({ ...old, client })).toBe('success')
    expect(client.pool.isConfirmed).toBe(true)
  })

  it('is not asked for again when it is from this run', async () => {
    const setting = await createSetting()
    setting.destination.faults.isDead = true
    await call(setting)
    await call(setting)
    expect(setting.network.packets.filter(({ target }) => target.kind === 'url')).toHaveLength(1)
  })
})
