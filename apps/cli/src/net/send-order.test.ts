import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Introspection } from '@sotto/devnet/introspection'
import { describe, expect, it } from 'vitest'
import { composeObeyed, sendOrder } from './send-order.ts'

const NETWORK: Introspection = {
  introspect: 'http://127.0.0.1:1',
  seedUrl: 'http://127.0.0.1:1',
  ready: true,
  name: 'demo',
  nodes: [
    {
      name: 'node-01',
      ed25519: 'aa',
      x25519: 'bb',
      legacy: 'cc',
      host: '127.0.0.1',
      ports: { https: 1, web: 2, peer: 3 },
      roles: ['storage'],
      swarm: '0',
      pid: 1,
      state: 'ready',
      conditions: [],
    },
  ],
  accounts: [],
  swarms: [],
  timeline: { baseMs: 0, timeMs: 0, rate: 1 },
}

interface Received {
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

/** Plays the endpoint of a network. */
async function startEndpoint(answer: unknown) {
  const received: Received[] = []
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url, headers } = request
    received.push({ url, headers, body: JSON.parse(await text(request)) })
    response.end(JSON.stringify(answer))
  }
  const server = createServer((request, response) => void receive(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    place: { network: `http://127.0.0.1:${port}`, statePath: '/nowhere' },
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

describe('an order from the command line', () => {
  it('reaches the network as JSON, and gives how it is afterwards', async () => {
    await using endpoint = await startEndpoint(NETWORK)
    const after = await sendOrder(endpoint.place, 'lag', ['all', '200', 'jitter', '20'])
    expect(after).toEqual(NETWORK)
    const [request] = endpoint.received
    expect(request?.url).toBe('/chaos')
    expect(request?.headers['content-type']).toBe('application/json')
    expect(request?.headers.origin).toBeUndefined()
    const order = { action: 'lag', nodes: ['all'], ms: 200, jitterMs: 20 }
    expect(request?.body).toEqual(order)
  })

  it('that is refused fails with the code and the sentence of the network', async () => {
    const error = { code: 'unknown_node', message: 'No node is called 9.' }
    await using endpoint = await startEndpoint({ error })
    await expect(sendOrder(endpoint.place, 'kill', ['9'])).rejects.toMatchObject(error)
  })

  it('to something else fails', async () => {
    await using endpoint = await startEndpoint({ hello: 'world' })
    await expect(sendOrder(endpoint.place, 'heal', [])).rejects.toMatchObject({
      code: 'not_running',
    })
  })

  it('to nobody fails', async () => {
    const place = { network: 'http://127.0.0.1:1', statePath: '/nowhere' }
    await expect(sendOrder(place, 'heal', [])).rejects.toMatchObject({ code: 'not_running' })
    const nowhere = { network: undefined, statePath: '/dev/null/nowhere' }
    await expect(sendOrder(nowhere, 'heal', [])).rejects.toMatchObject({ code: 'not_running' })
  })

  it('that cannot be understood is wrong usage, and nobody is asked', async () => {
    await using endpoint = await startEndpoint(NETWORK)
    const order = sendOrder(endpoint.place, 'lag', ['all', 'soon'])
    await expect(order).rejects.toMatchObject({ code: 'usage' })
    expect(endpoint.received).toEqual([])
  })
})

describe('what is said afterwards', () => {
  it('is that all is well', () => {
    expect(composeObeyed(NETWORK)).toBe('Done. All 1 nodes are well.')
  })

  it('is what is wrong, and how the clock goes', () => {
    const [node] = NETWORK.nodes
    if (node === undefined) throw new Error('no node')
    const nodes = [{ ...node, state: 'killed' as const, conditions: ['lag 5 ms'] }, node]
    const timeline = { baseMs: 0, timeMs: 60_000, rate: 1 }
    expect(composeObeyed({ ...NETWORK, nodes, timeline }).split('\n')).toEqual([
      'Done. What is wrong now:',
      '  node-01  killed, lag 5 ms',
      "  The network's clock is 60000 ms ahead of this machine's.",
    ])
  })
})
