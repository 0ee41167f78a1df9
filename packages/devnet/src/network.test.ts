import { fileURLToPath } from 'node:url'
import { decodeEpochDocument } from '@sotto/protocol/directory'
import { describe, expect, it } from 'vitest'
import { createChildProcessDriver } from './child-process-driver.ts'
import { parseIntrospection } from './introspection.ts'
import { type NetworkOptions, startNetwork } from './network.ts'

// These tests are about the supervisor; the node is played by a small program that speaks its messages.
const driver = createChildProcessDriver({
  main: fileURLToPath(new URL('../test/fake-node.ts', import.meta.url)),
})

function start(options: NetworkOptions = {}): ReturnType<typeof startNetwork> {
  return startNetwork({ nodes: 3, seed: 'unit', driver, ...options })
}

async function getJson(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  return (await fetch(url, { headers })).json()
}

async function post(url: string, headers: Record<string, string> = {}): Promise<number> {
  return (await fetch(url, { method: 'POST', headers, body: '{}' })).status
}

describe('a started network', () => {
  it('is ready with every node, its keys, ports and swarm', async () => {
    await using network = await start()
    const description = network.describe()
    expect(description.ready).toBe(true)
    expect(description.nodes.map(({ name, state }) => [name, state])).toEqual([
      ['node-01', 'ready'],
      ['node-02', 'ready'],
      ['node-03', 'ready'],
    ])
    for (const node of description.nodes) {
      expect(node.ed25519).toMatch(/^[0-9a-f]{64}$/u)
      expect(node.x25519).toMatch(/^[0-9a-f]{64}$/u)
      expect(node.legacy).toMatch(/^[0-9a-f]{64}$/u)
      expect(node.swarm).toMatch(/^[0-9a-f]{1,16}$/u)
      expect(Object.values(node.ports).every((port) => Number(port) > 0)).toBe(true)
      expect(node.pid).toBeGreaterThan(0)
      expect(node.roles).toEqual(['storage', 'directory'])
    }
  })

  it('knows the same accounts and node keys for the same seed, and others for another', async () => {
    const describeSeed = async (seed: string): Promise<unknown> => {
      await using network = await start({ nodes: 1, seed })
      return [network.accounts, network.nodes.map(({ ed25519 }) => ed25519)]
    }
    const first = await describeSeed('one')
    expect(await describeSeed('one')).toEqual(first)
    expect(await describeSeed('two')).not.toEqual(first)
  })

  it('names its accounts, with a phrase of 13 words each', async () => {
    await using network = await start({ nodes: 1 })
    expect(network.accounts.map(({ name }) => name)).toEqual([
      'alice',
      'bob',
      'carol',
      'dave',
      'eve',
    ])
    for (const account of network.accounts) {
      expect(account.accountId).toMatch(/^05[0-9a-f]{64}$/u)
      expect(account.recoveryPhrase.split(' ')).toHaveLength(13)
    }
  })

  it('puts its nodes into swarms of five and more', async () => {
    await using network = await start({ nodes: 12 })
    const swarms = Map.groupBy(network.nodes, (node) => node.swarm)
    expect([...swarms.values()].map((members) => members.length)).toEqual([6, 6])
    const [account] = network.accounts
    expect(network.swarmOf(account?.accountId ?? '')).toHaveLength(6)
  })
})

describe('introspection', () => {
  it('serves the same document that the owner sees', async () => {
    await using network = await start()
    const served = parseIntrospection(await getJson(network.introspect))
    expect(served).toEqual(network.describe())
    expect(served?.introspect).toBe(network.introspect)
  })

  it('serves the signed directory that the nodes read', async () => {
    await using network = await start()
    const answer = await fetch(`${network.introspect}/directory`)
    const document = decodeEpochDocument(new Uint8Array(await answer.arrayBuffer()))
    expect(document).toMatchObject({ ok: true, value: { content: { epoch: 0 } } })
  })

  it('answers seed requests, with two slashes too, from a node that lives', async () => {
    await using network = await start()
    const [first, second] = network.nodes
    const ask = async (): Promise<unknown> => {
      const response = await fetch(`${network.seedUrl}//json_rpc`, { method: 'POST', body: '{}' })
      expect(response.headers.get('content-type')).toBe('application/json')
      return response.json()
    }
    expect(await ask()).toEqual({ result: { pid: first?.pid } })
    await network.kill('node-01')
    expect(await ask()).toEqual({ result: { pid: second?.pid } })
  })

  it('says 503 when no node is left to answer a seed request', async () => {
    await using network = await start({ nodes: 1 })
    await network.stop('node-01')
    expect(await post(`${network.seedUrl}/json_rpc`)).toBe(503)
  })

  it('refuses a page of another site, which could otherwise read the phrases', async () => {
    await using network = await start({ nodes: 1 })
    const foreign = { origin: 'https://example.org' }
    expect(await post(`${network.introspect}/nodes/node-01/kill`, foreign)).toBe(403)
    expect(await getJson(network.introspect, foreign)).toMatchObject({
      error: { code: 'not_local' },
    })
    expect(network.nodes[0]?.state).toBe('ready')
  })

  it('answers a page of this machine', async () => {
    await using network = await start({ nodes: 1 })
    const headers = { origin: 'http://localhost:3000' }
    const response = await fetch(network.introspect, { headers })
    expect(response.headers.get('access-control-allow-origin')).toBe(headers.origin)
  })

  it.each([
    ['GET', '/nowhere', 404],
    ['POST', '/nowhere', 404],
    ['POST', '/nodes/node-01/explode', 404],
    ['POST', '/nodes/node-99/kill', 404],
    ['PUT', '/', 405],
  ])('refuses %s %s with %d', async (method, path, status) => {
    await using network = await start({ nodes: 1 })
    expect((await fetch(network.introspect + path, { method })).status).toBe(status)
  })

  it('refuses a body without end', async () => {
    await using network = await start({ nodes: 1 })
    const body = 'x'.repeat(1_048_577)
    const response = await fetch(`${network.seedUrl}/json_rpc`, { method: 'POST', body })
    expect(response.status).toBe(413)
  })
})

describe('breaking and healing', () => {
  it('brings a killed node back on the ports that the directory names', async () => {
    await using network = await start()
    const before = network.nodes[1]
    await network.kill('node-02')
    expect(network.nodes[1]).toMatchObject({ state: 'killed', pid: null })
    await network.start('node-02')
    expect(network.nodes[1]).toEqual({ ...before, pid: network.nodes[1]?.pid })
  })

  it('obeys over HTTP', async () => {
    await using network = await start({ nodes: 1 })
    const url = `${network.introspect}/nodes/node-01`
    expect(await post(`${url}/stop`)).toBe(200)
    expect(network.nodes[0]?.state).toBe('stopped')
    expect(await post(`${url}/start`)).toBe(200)
    expect(network.nodes[0]?.state).toBe('ready')
  })

  it('shows a node that ended by itself as failed', async () => {
    await using network = await start({ nodes: 2 })
    const [node] = network.nodes
    process.kill(node?.pid ?? 0, 'SIGKILL')
    await network.ended('node-01')
    expect(network.nodes[0]?.state).toBe('failed')
  })

  it('takes orders for one node in turn', async () => {
    await using network = await start({ nodes: 1 })
    const orders = [network.kill('node-01'), network.start('node-01'), network.start('node-01')]
    await Promise.all(orders)
    expect(network.nodes[0]?.state).toBe('ready')
  })
})

describe('a network that cannot start', () => {
  it.each(['ends-before-listening', 'ends-before-ready'])(
    'says which node %s and leaves none behind',
    async (fault) => {
      const failing = start({ settings: { FAKE_NODE_FAULT: fault } })
      await expect(failing).rejects.toThrow(/^node-0\d ended before it was (listening|ready);/u)
    },
  )

  it('quotes the last words of the node', async () => {
    const failing = start({ nodes: 1, settings: { FAKE_NODE_FAULT: 'ends-before-listening' } })
    await expect(failing).rejects.toThrow(/no room left/u)
  })

  it.each([0, 101, 2.5])('refuses %d nodes', async (nodes) => {
    await expect(start({ nodes })).rejects.toThrow(/1 to 100 nodes/u)
  })

  it('refuses a second start on the same state', async () => {
    await using network = await start({ nodes: 1 })
    await expect(start({ nodes: 1, stateDir: network.stateDir })).rejects.toThrow(/already runs/u)
  })
})
