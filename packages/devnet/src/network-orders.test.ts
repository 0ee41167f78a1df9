/**
 * Orders that break and mend a network, as far as they are the supervisor's: the node is played by a small program that
 * speaks its messages. What broken nodes do is `chaos/broken-network.test.ts`.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createChildProcessDriver } from './child-process-driver.ts'
import { parseIntrospection } from './introspection.ts'
import { type NetworkOptions, startNetwork } from './network.ts'
import { logFileOf } from './state-directory.ts'

const driver = createChildProcessDriver({
  main: fileURLToPath(new URL('../test/fake-node.ts', import.meta.url)),
})

function start(options: NetworkOptions = {}): ReturnType<typeof startNetwork> {
  return startNetwork({ nodes: 3, seed: 'unit', driver, ...options })
}

describe('a paused node', () => {
  it('is shown as paused, and goes on with what it has missed', async () => {
    await using network = await start()
    await network.obey({ action: 'pause', nodes: ['1'] })
    expect(network.nodes[0]).toMatchObject({ state: 'paused', pid: network.nodes[0]?.pid })
    await network.obey({ action: 'lie', nodes: ['1'], on: true })
    await network.obey({ action: 'join' })
    await network.obey({ action: 'resume', nodes: ['1'] })
    expect(network.nodes[0]).toMatchObject({ state: 'ready', conditions: ['lies'] })
    const log = await readFile(logFileOf(network.stateDir, 'node-01'), 'utf8')
    expect(log).toContain('"isLying":true')
  })

  it('goes on by being started, too, and can be stopped and killed', async () => {
    await using network = await start()
    await network.obey({ action: 'pause', nodes: ['all'] })
    await network.start('node-01')
    await network.stop('node-02')
    await network.kill('node-03')
    expect(network.nodes.map(({ state }) => state)).toEqual(['ready', 'stopped', 'killed'])
  })

  it('does not keep the network from ending', async () => {
    const network = await start({ nodes: 1 })
    const pid = network.nodes[0]?.pid ?? 0
    await network.obey({ action: 'pause', nodes: ['1'] })
    await network[Symbol.asyncDispose]()
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/u)
  })

  it('has to be ready before', async () => {
    await using network = await start({ nodes: 1 })
    await network.kill('node-01')
    const order = network.obey({ action: 'pause', nodes: ['1'] })
    await expect(order).rejects.toThrow('node-01 is killed')
  })
})

describe('nodes that come and go', () => {
  it('join under the next number, with keys from the seed', async () => {
    await using network = await start()
    await network.obey({ action: 'join' })
    expect(network.nodes.map(({ name, state }) => [name, state]).at(-1)).toEqual([
      'node-04',
      'ready',
    ])
    await using larger = await start({ nodes: 4 })
    expect(network.nodes[3]?.ed25519).toBe(larger.nodes[3]?.ed25519)
  })

  it('leave, and their number is not given again', { timeout: 30_000 }, async () => {
    await using network = await start({ epochMs: 500 })
    const [, second] = network.nodes
    await network.obey({ action: 'leave', nodes: ['2', '3'] })
    expect(network.nodes.map(({ name }) => name)).toEqual(['node-01'])
    expect(() => process.kill(second?.pid ?? 0, 0)).toThrow(/ESRCH/u)
    await Promise.all([network.obey({ action: 'join' }), network.obey({ action: 'join' })])
    expect(network.nodes.map(({ name }) => name)).toEqual(['node-01', 'node-04', 'node-05'])
  })

  it('do not leave when nobody would be left', async () => {
    await using network = await start({ nodes: 1 })
    const order = network.obey({ action: 'leave', nodes: ['1'] })
    await expect(order).rejects.toThrow(/last node/u)
    expect(network.nodes).toHaveLength(1)
  })

  it('join while others are dead, and those hear of it when they come back', async () => {
    await using network = await start()
    await network.kill('node-02')
    await network.obey({ action: 'join' })
    await network.start('node-02')
    expect(network.nodes.map(({ state }) => state)).toEqual(Array(4).fill('ready'))
  })
})

describe('a node that moves', () => {
  it('comes back with its keys on other ports, whether it ran or not', async () => {
    await using network = await start()
    await network.kill('node-02')
    const before = network.nodes
    await network.obey({ action: 'move', nodes: ['1', '2'] })
    const after = network.nodes
    expect(after.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready'])
    for (const index of [0, 1]) {
      expect(after[index]?.ed25519).toBe(before[index]?.ed25519)
      expect(after[index]?.ports).not.toEqual(before[index]?.ports)
    }
    expect(after[2]).toEqual(before[2])
  })
})

describe('a clone', () => {
  it('has the keys of its node, and a name, ports and files of its own', async () => {
    await using network = await start()
    await network.obey({ action: 'clone', nodes: ['2'] })
    const [, original, , clone] = network.nodes
    expect(clone).toMatchObject({
      name: 'node-02-clone',
      cloneOf: 'node-02',
      ed25519: original?.ed25519,
      roles: original?.roles,
      state: 'ready',
      conditions: ['has the keys of node-02'],
    })
    expect(clone?.ports).not.toEqual(original?.ports)
    expect(clone?.pid).not.toBe(original?.pid)
    expect(original?.cloneOf).toBeUndefined()
  })

  it('is stopped and killed like any node, and makes the network no larger', async () => {
    await using network = await start()
    const members = network.describe().swarms
    await network.obey({ action: 'clone', nodes: ['1', '1', '2'] })
    await network.obey({ action: 'clone', nodes: ['1'] })
    expect(network.nodes.map(({ name }) => name).slice(3)).toEqual([
      'node-01-clone',
      'node-02-clone',
      'node-01-clone-2',
    ])
    expect(network.describe().swarms).toEqual(members)
    await network.obey({ action: 'join' })
    expect(network.nodes.at(-1)?.name).toBe('node-04')
    await network.stop('node-01-clone')
    await network.kill('node-02-clone')
    expect(network.nodes.map(({ state }) => state).slice(3, 5)).toEqual(['stopped', 'killed'])
    expect(network.nodes[0]?.state).toBe('ready')
  })

  it('is neither cloned nor let go: the node whose keys it has would be meant', async () => {
    await using network = await start()
    await network.obey({ action: 'clone', nodes: ['1'] })
    for (const action of ['clone', 'leave'] as const) {
      const order = network.obey({ action, nodes: ['node-01-clone'] })
      await expect(order).rejects.toThrow('node-01')
    }
    expect(network.nodes).toHaveLength(4)
  })
})

describe('orders over HTTP', () => {
  function order(url: string, body: unknown, headers: Record<string, string> = {}) {
    return fetch(`${url}/chaos`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  }

  it('are obeyed, and answered with how the network is now', async () => {
    await using network = await start()
    const answer = await order(network.introspect, { action: 'lag', nodes: ['all'], ms: 50 })
    expect(answer.status).toBe(200)
    const after = parseIntrospection(await answer.json())
    expect(after).toEqual(network.describe())
    expect(after?.nodes.map(({ conditions }) => conditions)).toEqual([
      ['lag 50 ms'],
      ['lag 50 ms'],
      ['lag 50 ms'],
    ])
    const frozen = await order(network.introspect, { action: 'time', mode: 'freeze' })
    expect(await frozen.json()).toHaveProperty('timeline.rate', 0)
    expect(network.now()).toBe(network.describe().timeline.timeMs)
  })

  it.each([
    [{ action: 'explode' }, 400, 'invalid_order'],
    [{ action: 'lag', nodes: ['1'], ms: -1 }, 400, 'invalid_order'],
    [{ action: 'kill', nodes: ['node-09'] }, 404, 'unknown_node'],
    [{ action: 'leave', nodes: ['all'] }, 400, 'invalid_order'],
  ])('that cannot be obeyed say why: %j', async (body, status, code) => {
    await using network = await start({ nodes: 1 })
    const answer = await order(network.introspect, body)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ error: { code } })
  })

  it('are taken from no web page, wherever it comes from', async () => {
    await using network = await start({ nodes: 1 })
    const body = { action: 'kill', nodes: ['all'] }
    for (const origin of ['https://example.org', 'http://localhost:3000', network.introspect]) {
      expect((await order(network.introspect, body, { origin })).status).toBe(403)
    }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      expect((await order(network.introspect, body, { 'content-type': type })).status).toBe(403)
    }
    expect(network.nodes[0]?.state).toBe('ready')
  })

  it('with a body that is no JSON are refused', async () => {
    await using network = await start({ nodes: 1 })
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    const answer = await fetch(`${network.introspect}/chaos`, {
      method: 'POST',
      headers,
      body: 'kill all',
    })
    expect(answer.status).toBe(400)
  })
})

describe('what is wrong with a node', () => {
  it('is what it starts with after it was killed', async () => {
    await using network = await start({ nodes: 1 })
    await network.obey({ action: 'disk-full', nodes: ['1'], on: true })
    await network.kill('node-01')
    await network.obey({ action: 'skew', nodes: ['1'], ms: 500 })
    await network.start('node-01')
    const path = join(network.stateDir, 'conditions', 'node-01.json')
    const conditions: unknown = JSON.parse(await readFile(path, 'utf8'))
    expect(conditions).toMatchObject({ isDiskFull: true, skewMs: 500 })
    expect(network.nodes[0]?.conditions).toEqual(['clock +500 ms', 'disk full'])
  })

  it('names the keys of those that it cannot reach', async () => {
    await using network = await start()
    await network.obey({ action: 'partition', groups: [['1']] })
    const path = join(network.stateDir, 'conditions', 'node-01.json')
    const conditions: unknown = JSON.parse(await readFile(path, 'utf8'))
    const [, second, third] = network.nodes
    expect(conditions).toMatchObject({ unreachable: [second?.ed25519, third?.ed25519] })
  })
})
