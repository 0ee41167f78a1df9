/** The first contact: whoever answers it decides which nodes are known. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SEED_URL, SimulatedNetwork } from '../../../test/simulated-network.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'
import type { Transport, TransportReply } from '../../ports/index.ts'
import { fetchSeedList } from './seed-list.ts'

/** Ten thousand inputs take their time on a busy machine. */
const RANDOM_INPUT_MS = 60_000

const OTHER_SEED = 'http://other.test/'

function fetchFrom(
  network: SimulatedNetwork,
  seedUrls: readonly string[] = [SEED_URL],
  transport: Pick<Transport, 'post'> = network,
): ReturnType<typeof fetchSeedList> {
  return network.settle(fetchSeedList({ transport, clock: network.clock, seedUrls }))
}

function answer(body: string, changes: Partial<TransportReply> = {}): TransportReply {
  return { status: 200, contentType: 'application/json', body: encodeUtf8(body), ...changes }
}

describe('asking the seeds', () => {
  it('knows all nodes of the network from one answer', async () => {
    const network = new SimulatedNetwork()
    const nodes = unwrap(await fetchFrom(network))
    expect(nodes.map(({ id }) => id)).toEqual(network.nodes.map(({ id }) => id))
    expect(nodes.every(({ webPort }) => webPort !== undefined)).toBe(true)
  })

  it('takes a seed URL with and without a slash at its end', async () => {
    const network = new SimulatedNetwork()
    expect(unwrap(await fetchFrom(network, [`${SEED_URL}//`]))).toHaveLength(12)
  })

  it('asks what Session’s clients ask', async () => {
    const network = new SimulatedNetwork()
    await fetchFrom(network)
    const body: unknown = JSON.parse(new TextDecoder().decode(network.packets[0]?.body))
    expect(body).toMatchObject({
      jsonrpc: '2.0',
      method: 'get_n_service_nodes',
      params: { active_only: true, fields: { public_ip: true, pubkey_x25519: true } },
    })
  })

  it('asks all seeds at once and takes the first that answers', async () => {
    const network = new SimulatedNetwork()
    const nodes = unwrap(await fetchFrom(network, [OTHER_SEED, SEED_URL]))
    expect(nodes).toHaveLength(12)
    expect(network.packets).toHaveLength(2)
  })

  it('does not wait for a seed that never answers', async () => {
    const network = new SimulatedNetwork()
    const transport: Pick<Transport, 'post'> = {
      post: (request) =>
        request.target.kind === 'url' && request.target.url.startsWith(OTHER_SEED)
          ? new Promise(() => undefined)
          : network.post(request),
    }
    expect(unwrap(await fetchFrom(network, [OTHER_SEED, SEED_URL], transport))).toHaveLength(12)
  })

  it('tries four times, waiting twice as long each time', async () => {
    const network = new SimulatedNetwork()
    network.isOffline = true
    const start = network.clock.now()
    const times: number[] = []
    const transport: Pick<Transport, 'post'> = {
      post: (request) => {
        times.push(network.clock.now() - start)
        return network.post(request)
      },
    }
    expect(codeOf(await fetchFrom(network, [SEED_URL], transport))).toBe('no_nodes')
    expect(times).toEqual([0, 1000, 3000, 7000])
  })

  it('succeeds when the connection comes back between two tries', async () => {
    const network = new SimulatedNetwork()
    network.isOffline = true
    network.clock.after(2500, () => {
      network.isOffline = false
    })
    expect(unwrap(await fetchFrom(network))).toHaveLength(12)
  })
})

describe('an answer that is none', () => {
  it.each<[string, TransportReply]>([
    ['a page of a captive portal', answer('<html>', { contentType: 'text/html' })],
    ['JSON with another content type', answer('{}', { contentType: 'application/json; x' })],
    ['no content type', { status: 200, body: encodeUtf8('{}') }],
    ['a status that is not 200', answer('{}', { status: 503 })],
    ['no JSON', answer('nodes!')],
    ['another document', answer('{"result":{"nodes":[]}}')],
    ['an empty list', answer('{"result":{"service_node_states":[]}}')],
    ['bytes that are no text', { ...answer(''), body: Uint8Array.of(0xff, 0xfe) }],
  ])('counts %s as no answer', async (_name, reply) => {
    const network = new SimulatedNetwork()
    network.seed = () => reply
    expect(codeOf(await fetchFrom(network))).toBe('no_nodes')
  })

  it(
    'gives a refusal, never a throw, for random bytes',
    async () => {
      const clock = { now: () => 0, after: () => () => undefined }
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (body) => {
          const reply = { status: 200, contentType: 'application/json', body }
          const transport: Pick<Transport, 'post'> = {
            post: () => Promise.resolve({ ok: true, value: reply }),
          }
          const first = fetchSeedList({ transport, clock, seedUrls: [SEED_URL] })
          // The clock never moves: what is not a list leaves the call waiting for its next try.
          const outcome = await Promise.race([first, yieldTurns()])
          expect(outcome).toBeUndefined()
        }),
        { numRuns: 10_000 },
      )
    },
    RANDOM_INPUT_MS,
  )
})

async function yieldTurns(): Promise<undefined> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  return undefined
}
