/** One request along one path: what comes back, and what it proves. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { type Result, err, ok } from '@sotto/crypto/result'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerWith } from '../../../test/path-fixtures.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import type { Transport, TransportReply } from '../../ports/index.ts'
import { toNetworkNode } from '../network/network-node.ts'
import type { Path } from '../paths/path.ts'
import { type OnionSending, sendOnion } from './send-onion.ts'

const PAYLOAD = '{"method":"oxend_request","params":{"endpoint":"get_service_nodes"}}'

function createSending(network: SimulatedNetwork): OnionSending & { readonly path: Path } {
  const [guard, middle, exit, destination] = network.nodes.map(({ record }) =>
    toNetworkNode({ ...record, httpsPort: record.ports.https }),
  )
  if (!guard || !middle || !exit || !destination) throw new Error('four nodes')
  return { path: { nodes: [guard, middle, exit] }, destination, payload: PAYLOAD, timeoutMs: 1000 }
}

function send(
  network: SimulatedNetwork,
  transport: Transport = network,
): ReturnType<typeof sendOnion> {
  return sendOnion(createSending(network), { transport, randomness: network.randomness })
}

describe('sending along a path', () => {
  it('runs the request at the destination and opens its answer', async () => {
    const network = new SimulatedNetwork()
    const reply = unwrapReply(await send(network))
    expect(reply.status).toBe(200)
    expect(network.nodes[3]?.executed).toEqual(['oxend_request'])
  })

  it('TM-G2: shows the guard neither the request nor the destination', async () => {
    const network = new SimulatedNetwork()
    await send(network)
    const [packet] = network.packets
    const text = Buffer.from(packet?.body ?? []).toString('latin1')
    expect(packet?.target).toMatchObject({ kind: 'node', endpoint: '/onion_req/v2' })
    for (const secret of ['oxend_request', network.nodes[3]?.id, network.nodes[2]?.id]) {
      expect(text).not.toContain(secret)
    }
  })

  it('says unreachable when the guard is', async () => {
    const network = new SimulatedNetwork()
    network.isOffline = true
    expect(await send(network)).toEqual(err({ kind: 'unreachable' }))
  })

  it.each([
    ['a relay gave up', 504, 'Request time out'],
    ['a relay does not understand', 400, 'Invalid ciphertext'],
    ['the guard is not ready', 503, 'Snode not ready'],
  ])('counts the request as lost when %s', async (_name, status, text) => {
    const network = new SimulatedNetwork()
    const [guard] = network.nodes
    if (guard) guard.faults.relay = async () => answerWith(status, text)
    expect(await send(network)).toEqual(err({ kind: 'lost', status }))
  })

  it.each([
    ['the destination, trap 8', 3],
    ['the middle', 1],
    ['the exit', 2],
  ])('believes a relay that does not find %s', async (_name, index) => {
    const network = new SimulatedNetwork()
    const id = network.nodes[index]?.id ?? ''
    const before = network.nodes[index - 1]
    if (before) before.faults.unknown = new Set([id])
    expect(await send(network)).toEqual(err({ kind: 'missing', id }))
  })

  it.each([
    ['the guard itself', 0],
    ['a node that has no part in it', 7],
  ])(
    'does not believe that %s is missing, or a guard could throw out anybody',
    async (_name, index) => {
      const network = new SimulatedNetwork()
      const text = `Next node not found: ${network.nodes[index]?.id}`
      const [guard] = network.nodes
      if (guard) guard.faults.relay = async () => answerWith(502, text)
      expect(await send(network)).toEqual(err({ kind: 'lost', status: 502 }))
    },
  )

  it('takes an answer of the guard in the destination’s stead for a loss', async () => {
    const network = new SimulatedNetwork()
    const [guard] = network.nodes
    if (guard) guard.faults.relay = async () => answerWith(200, '{"status":200,"body":"{}"}')
    expect(await send(network)).toEqual(err({ kind: 'lost' }))
  })

  it('takes an answer that a relay altered for a loss', async () => {
    const network = new SimulatedNetwork()
    const exit = network.nodes[2]
    if (exit) {
      exit.faults.relay = async (honest) => {
        const { status, body } = await honest()
        return { status, body: body.map((byte, index) => (index === 50 ? byte ^ 1 : byte)) }
      }
    }
    expect(await send(network)).toEqual(err({ kind: 'lost' }))
  })

  it('gives a refusal, never a throw, for any bytes from the guard', async () => {
    const network = new SimulatedNetwork({ nodes: 4 })
    const sending = createSending(network)
    const status = fc.constantFrom(200, 400, 421, 502, 504)
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string().map((text) => encodeUtf8(text)),
      fc.string().map((text) => encodeUtf8(`Next node not found: ${text}`)),
      fc.json().map((text) => encodeUtf8(`{"result":${text}}`)),
    )
    let reply: TransportReply = { status: 200, body: new Uint8Array() }
    const transport: Pick<Transport, 'post'> = { post: () => Promise.resolve(ok(reply)) }
    // The layers are built once: only what comes back is of interest.
    const parts = {
      transport,
      randomness: { bytes: (length: number) => new Uint8Array(length).fill(7) },
    }
    const runs = fc.sample(fc.record({ status, body }), 200)
    for (const run of runs) {
      reply = run
      expect((await sendOnion(sending, parts)).ok).toBe(false)
    }
  })
})

function unwrapReply<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}
