/**
 * What a client that knows one URL learns from it: the list of nodes by JSON-RPC.
 */

import { describe, expect, it } from 'vitest'
import { type Json, readList, readObject } from '../foreign/foreign-rpc.ts'
import { NODES, first, useNetwork } from './wire-network.ts'

const network = useNetwork()

const ALIASES = ['get_service_nodes', 'get_n_service_nodes', 'get_all_service_nodes']
const CLIENT_FIELDS = ['public_ip', 'storage_port', 'pubkey_x25519', 'pubkey_ed25519']
const ALL = Object.fromEntries(CLIENT_FIELDS.map((field) => [field, true]))

interface Seed {
  readonly name: string
  ask(body: string, path?: string): Promise<{ status: number; type: unknown; text: string }>
}

const SEEDS: readonly Seed[] = [
  {
    name: 'the seed URL',
    async ask(body, path = '/json_rpc') {
      const response = await fetch(`${network.seedUrl}${path}`, { method: 'POST', body })
      const type = response.headers.get('content-type')
      return { status: response.status, type, text: await response.text() }
    },
  },
  {
    name: 'a node over HTTPS',
    async ask(body, path = '/json_rpc') {
      const reply = await network.post(first(network.nodes), path, body)
      return { status: reply.status, type: reply.headers['content-type'], text: reply.text }
    },
  },
]

function writeRequest(method: string, params: Json): string {
  return JSON.stringify({ jsonrpc: '2.0', id: '7', method, params })
}

describe.each(SEEDS)('$name', (seed) => {
  const list = async (params: Json, method = 'get_service_nodes') => {
    const reply = await seed.ask(writeRequest(method, params))
    expect(reply.status).toBe(200)
    return readObject(JSON.parse(reply.text), 'result')
  }

  it.each(ALIASES)('answers %s with every node', async (method) => {
    const result = await list({ active_only: true, fields: ALL }, method)
    const states = readList(result, 'service_node_states')
    const listed = states.map(
      (state) => `${String(state['pubkey_ed25519'])} ${String(state['storage_port'])}`,
    )
    const known = network.nodes.map((node) => `${node.ed25519} ${node.port}`)
    expect(listed.toSorted()).toEqual(known.toSorted())
    const x25519 = new Set(states.map((state) => state['pubkey_x25519']))
    expect(x25519).toEqual(new Set(network.nodes.map((node) => node.x25519)))
    expect(new Set(states.map((state) => state['public_ip']))).toEqual(new Set(['127.0.0.1']))
  })

  it.each(['/json_rpc', '//json_rpc'])(
    'answers at %s with exactly application/json',
    async (path) => {
      const reply = await seed.ask(writeRequest('get_n_service_nodes', { fields: ALL }), path)
      expect(reply).toMatchObject({ status: 200, type: 'application/json' })
      expect(JSON.parse(reply.text)).toMatchObject({ jsonrpc: '2.0', id: '7' })
    },
  )

  it.each([
    ['an object of true', ALL],
    ['a list of names', CLIENT_FIELDS],
  ])('takes the fields as %s and gives those alone', async (_, fields) => {
    const states = readList(await list({ fields }), 'service_node_states')
    const keys = states.map((state) => Object.keys(state).toSorted())
    expect(keys).toEqual(Array.from({ length: NODES }, () => CLIENT_FIELDS.toSorted()))
  })

  it('gives every field that clients and nodes use when none is named', async () => {
    const states = readList(await list({}), 'service_node_states')
    expect(states).toHaveLength(NODES)
    for (const state of states) {
      expect(state).toMatchObject({
        service_node_pubkey: expect.stringMatching(/^[0-9a-f]{64}$/),
        pubkey_ed25519: expect.stringMatching(/^[0-9a-f]{64}$/),
        pubkey_x25519: expect.stringMatching(/^[0-9a-f]{64}$/),
        public_ip: expect.stringMatching(/^[\d.]+$/),
        storage_port: expect.any(Number),
        storage_lmq_port: expect.any(Number),
        swarm_id: expect.any(Number),
        swarm: expect.stringMatching(/^(0|[1-9a-f][0-9a-f]*)$/),
        storage_server_version: [expect.any(Number), expect.any(Number), expect.any(Number)],
        active: true,
        funded: true,
        registration_height: expect.any(Number),
        requested_unlock_height: expect.any(Number),
        last_uptime_proof: expect.any(Number),
        storage_server_reachable: true,
      })
    }
  })

  it('says where the chain stands beside the list', async () => {
    expect(await list({})).toMatchObject({
      height: expect.any(Number),
      block_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      target_height: expect.any(Number),
      hardfork: expect.any(Number),
      snode_revision: expect.any(Number),
      status: expect.any(String),
    })
  })

  it('writes swarm_id as the number that swarm is in hexadecimal (trap 35)', async () => {
    const { text } = await seed.ask(
      writeRequest('get_service_nodes', { fields: ['swarm_id', 'swarm'] }),
    )
    const ids = [...text.matchAll(/"swarm_id":\s*(\d+)/g)].map(([, id = '']) => BigInt(id))
    const hexes = [...text.matchAll(/"swarm":\s*"([0-9a-f]+)"/g)].map(([, hex]) =>
      BigInt(`0x${hex}`),
    )
    expect(ids).toHaveLength(NODES)
    expect(ids).toEqual(hexes)
    expect(new Set(ids)).toEqual(new Set(network.nodes.map((node) => node.swarm)))
    expect(ids.some((id) => id > BigInt(Number.MAX_SAFE_INTEGER))).toBe(true)
  })

  it.each([
    [1, 1],
    [5, 5],
    [1000, NODES],
  ])('keeps to a limit of %i', async (limit, count) => {
    expect(readList(await list({ limit, fields: ALL }), 'service_node_states')).toHaveLength(count)
  })

  it.each([true, false])('lists active nodes with active_only %s', async (active) => {
    const result = await list({ active_only: active, fields: ALL })
    expect(readList(result, 'service_node_states')).toHaveLength(NODES)
  })

  it('says "unchanged" and lists nothing to who knows the newest block', async () => {
    const before = await list({})
    const fields = ['pubkey_ed25519', 'block_hash', 'height']
    const same = await list({ fields, poll_block_hash: before['block_hash'] })
    expect(same['unchanged']).toBe(true)
    expect(same['service_node_states'] ?? []).toEqual([])
    const other = await list({ fields, poll_block_hash: 'ab'.repeat(32) })
    expect(other['unchanged'] ?? false).toBe(false)
    expect(readList(other, 'service_node_states')).toHaveLength(NODES)
  })

  it('lists the nodes asked for by service_node_pubkeys', async () => {
    const wanted = network.nodes.slice(3, 5).map((node) => node.legacy)
    const keys = [...wanted, 'cd'.repeat(32)]
    const result = await list({ service_node_pubkeys: keys, fields: ['service_node_pubkey'] })
    const found = readList(result, 'service_node_states').map((state) =>
      String(state['service_node_pubkey']),
    )
    expect(found.toSorted()).toEqual(wanted.toSorted())
  })

  it('ignores parameters that it does not know', async () => {
    const result = await list({ fields: ALL, include_json: 1, somebody_else: { a: [] } })
    expect(readList(result, 'service_node_states')).toHaveLength(NODES)
  })

  it.each(['', '[]', '{', 'null', '{"method":5}', '{"method":"get_service_nodes","params":7}'])(
    'answers %j without failing',
    async (body) => {
      expect((await seed.ask(body)).status).toBeLessThan(500)
    },
  )
})
