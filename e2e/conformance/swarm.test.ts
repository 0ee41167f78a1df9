/**
 * Who stores for whom: the mapping, get_swarm at any node, 421 for those that came to the wrong one, and the list of
 * nodes that a node hands out.
 */

import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Json, readList, readObject } from '../foreign/foreign-rpc.ts'
import { readTimeMs } from '../foreign/system-clock.ts'
import {
  DAY_MS,
  signDelete,
  signDeleteAll,
  signDeleteBefore,
  signExpire,
  signExpireAll,
  signGetExpiries,
  signRetrieve,
  signRevocation,
  writeStore,
} from './signed-requests.ts'
import { type Caller, createGroup, createUser } from './wire-account.ts'
import { NODES, first, useNetwork } from './wire-network.ts'

const network = useNetwork()
const BASE32Z = 'ybndrfg8ejkmcpqxot1uwisza345h769'
const HASH = 'D'.repeat(43)

function encodeBase32z(hex: string): string {
  const bits = [...Buffer.from(hex, 'hex')]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('')
  const groups = bits.match(/.{1,5}/g) ?? []
  return groups.map((group) => BASE32Z[Number.parseInt(group.padEnd(5, '0'), 2)]).join('')
}

/** An account with this position on the ring. */
function accountAt(space: bigint, prefix = 5): Pick<Caller, 'id' | 'bytes'> {
  const bytes = Buffer.alloc(33)
  bytes[0] = prefix
  bytes.writeBigUInt64BE(space, 25)
  return { id: bytes.toString('hex'), bytes }
}

async function readSwarm(account: Pick<Caller, 'id' | 'bytes'>, node = first(network.nodes)) {
  const reply = await network.call(node, 'get_swarm', { pubkey: account.id })
  expect(reply.status).toBe(200)
  return reply.object
}

function keysOf(swarm: Json): string[] {
  return readList(swarm, 'snodes').map((entry) => String(entry['pubkey_ed25519']))
}

describe('the swarm of an account', () => {
  it('is the nearest on the ring for any account (trap 2)', async () => {
    for (let round = 0; round < 40; round++) {
      const bytes = Buffer.concat([Buffer.from([5]), randomBytes(32)])
      const swarm = await readSwarm({ id: bytes.toString('hex'), bytes })
      const expected = network.members({ bytes })
      expect(keysOf(swarm).toSorted()).toEqual(expected.map((node) => node.ed25519).toSorted())
    }
  })

  it.each([
    0n,
    1n,
    2n ** 64n - 1n,
    2n ** 62n - 1n,
    2n ** 62n,
    2n ** 63n - 2n,
    2n ** 63n - 1n,
    2n ** 63n,
    0xbfff_ffff_ffff_ffffn,
    0xc000_0000_0000_0000n,
    0x0123_4567_89ab_cdefn,
  ])('at position %i is the nearest, around the end of the ring too (trap 2)', async (space) => {
    const account = accountAt(space)
    const swarm = await readSwarm(account)
    const id = first(network.members(account)).swarm
    expect(swarm['swarm']).toBe(id.toString(16))
  })

  it('does not depend on the prefix (trap 2)', async () => {
    const space = randomBytes(8).readBigUInt64BE()
    const [user, group] = [accountAt(space, 5), accountAt(space, 3)]
    expect((await readSwarm(user))['swarm']).toBe((await readSwarm(group))['swarm'])
  })

  it('is told alike by every node, and under both names of the method', async () => {
    const user = createUser()
    const told = await Promise.all(
      network.nodes.flatMap((node) =>
        ['get_swarm', 'get_snodes_for_pubkey'].map((method) =>
          network.call(node, method, { pubkey: user.id }),
        ),
      ),
    )
    const bodies = told.map(({ object: { t, ...body } }) => {
      expect(Math.abs(Number(t) - readTimeMs())).toBeLessThan(DAY_MS)
      return JSON.stringify(body)
    })
    expect(told).toHaveLength(2 * NODES)
    expect(new Set(bodies).size).toBe(1)
  })

  it('lists each member with every way to reach it, the port as text', async () => {
    const user = createUser()
    const swarm = await readSwarm(user)
    expect(Object.keys(swarm).toSorted()).toEqual(['hf', 'snodes', 'swarm', 't'])
    const by = new Map(network.members(user).map((node) => [node.ed25519, node]))
    for (const entry of readList(swarm, 'snodes')) {
      const node = by.get(String(entry['pubkey_ed25519']))
      expect(entry).toEqual({
        address: `${encodeBase32z(node?.legacy ?? '')}.snode`,
        pubkey_legacy: node?.legacy,
        pubkey_x25519: node?.x25519,
        pubkey_ed25519: node?.ed25519,
        port: String(node?.port),
        port_https: node?.port,
        port_omq: expect.any(Number),
        port_quic: entry['port_omq'],
        ip: '127.0.0.1',
      })
    }
    expect(swarm['snodes']).toHaveLength(by.size)
  })
})

const REQUESTS: readonly (readonly [string, (caller: Caller) => Json])[] = [
  ['store', (caller) => writeStore(caller)],
  ['retrieve', (caller) => signRetrieve(caller)],
  ['delete', (caller) => signDelete(caller, [HASH])],
  ['delete_all', (caller) => signDeleteAll(caller)],
  ['delete_before', (caller) => signDeleteBefore(caller, readTimeMs())],
  ['expire_all', (caller) => signExpireAll(caller, readTimeMs() + DAY_MS)],
  ['expire', (caller) => signExpire(caller, [HASH], readTimeMs() + DAY_MS)],
  ['get_expiries', (caller) => signGetExpiries(caller, [HASH])],
  ['revoke_subaccount', (caller) => signRevocation(caller, 'revoke', [Buffer.alloc(36, 3)])],
  ['unrevoke_subaccount', (caller) => signRevocation(caller, 'unrevoke', [Buffer.alloc(36, 3)])],
]

describe('a node that the account does not live on', () => {
  it.each(REQUESTS)('answers %s with 421 and the right swarm', async (method, build) => {
    for (const owner of [createUser(), createGroup()]) {
      const reply = await network.call(network.stranger(owner), method, build(owner))
      expect(reply.status).toBe(421)
      const { t, ...body } = reply.object
      const { t: _t, ...swarm } = await readSwarm(owner)
      expect(t).toBeTypeOf('number')
      expect(body).toEqual(swarm)
    }
  })

  it('stores nothing', async () => {
    const user = createUser()
    await network.call(network.stranger(user), 'store', writeStore(user))
    const { object } = await network.ask(user, 'retrieve', signRetrieve(user))
    expect(object['messages']).toEqual([])
  })
})

describe('oxend_request', () => {
  const ask = (params: unknown) => network.call(first(network.nodes), 'oxend_request', params)

  it('hands out the list of nodes', async () => {
    const fields = {
      public_ip: true,
      storage_port: true,
      pubkey_x25519: true,
      pubkey_ed25519: true,
    }
    const reply = await ask({
      endpoint: 'get_service_nodes',
      params: { active_only: true, fields },
    })
    expect(reply.status).toBe(200)
    expect(Object.keys(reply.object).toSorted()).toEqual(['hf', 'result', 't'])
    const states = readList(readObject(reply.object, 'result'), 'service_node_states')
    expect(states.map((state) => Object.keys(state).toSorted())).toEqual(
      Array.from({ length: NODES }, () => Object.keys(fields).toSorted()),
    )
    const listed = states.map(
      (state) => `${String(state['pubkey_ed25519'])} ${String(state['storage_port'])}`,
    )
    const known = network.nodes.map((node) => `${node.ed25519} ${node.port}`)
    expect(listed.toSorted()).toEqual(known.toSorted())
  })

  it('needs no parameters for that', async () => {
    const reply = await ask({ endpoint: 'get_service_nodes' })
    expect(readList(reply.object['result'], 'service_node_states')).toHaveLength(NODES)
  })

  it.each([
    { endpoint: 'stop_daemon' },
    { endpoint: 'get_service_nodes/../x' },
    {},
    { endpoint: 5 },
  ])('refuses any other endpoint: %j', async (params) => {
    const reply = await ask(params)
    expect(reply.status).toBe(400)
    expect(reply.text).toMatch(/^invalid request: ./)
  })

  it('answers ons_resolve as the chain would, or with 400', async () => {
    const nameHash = Buffer.alloc(32, 1).toString('base64')
    const reply = await ask({ endpoint: 'ons_resolve', params: { type: 0, name_hash: nameHash } })
    expect([200, 400]).toContain(reply.status)
    if (reply.status === 200) expect('result' in reply.object).toBe(true)
  })
})
