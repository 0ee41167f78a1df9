/** What a node tells about itself and the network (spec 03 §4.3, §4.11, §4.12; spec 02 §5). */
import { encodeBase32z, encodeHex } from '@sotto/crypto/bytes'
import { computeSwarmSpace, parseAccountBytes } from '@sotto/protocol/swarm'
import { describe, expect, it } from 'vitest'
import { readList, readObject } from './read-reply.ts'
import { createAccount, draftRetrieve, draftStore, type TestAccount } from './test-accounts.ts'
import { createTestNetwork } from './test-network.ts'

const UPPER_SWARM = 2n ** 63n
const QUARTER = 2n ** 62n
const SWARMS = [0n, UPPER_SWARM]

/** An account whose place is in the middle of one half of the ring, nearest to the swarm in that half. */
function findAccount(swarm: bigint): TestAccount {
  for (let index = 0; index < 1000; index++) {
    const account = createAccount(`somebody ${index}`)
    const bytes = parseAccountBytes(account.id)
    const distance = bytes && BigInt.asIntN(64, computeSwarmSpace(bytes) - swarm)
    if (distance !== undefined && distance > -QUARTER && distance < QUARTER) return account
  }
  throw new Error('no account of this swarm')
}

const lower = findAccount(0n)
const upper = findAccount(UPPER_SWARM)

describe('info', () => {
  it('tells version and time', async () => {
    await using network = createTestNetwork()
    const t = network.clock.now()
    expect(await network.call('info', {})).toEqual({
      status: 200,
      body: { version: [2, 8, 0], timestamp: t, t, hf: [19, 4] },
    })
  })
})

describe.each(['get_swarm', 'get_snodes_for_pubkey'])('%s', (method) => {
  it('names the account’s swarm, whichever node is asked', async () => {
    await using network = createTestNetwork({ swarms: SWARMS, membersPerSwarm: 2 })
    for (const node of network.nodes) {
      const reply = await network.call(method, { pubkey: upper.id }, node)
      expect(reply.body).toMatchObject({ swarm: '8000000000000000', t: network.clock.now() })
      const keys = readList(readObject(reply.body)['snodes']).map(
        (member) => readObject(member)['pubkey_ed25519'],
      )
      expect(keys).toEqual([network.nodes[2]?.key, network.nodes[3]?.key])
    }
  })

  it('describes a member in full, with the port as text and as a number', async () => {
    await using network = createTestNetwork()
    const record = network.nodes[0]?.record
    if (record === undefined) throw new Error('no node')
    const reply = await network.call(method, { pubKey: lower.id })
    expect(reply.body).toMatchObject({
      swarm: '0',
      snodes: [
        {
          address: `${encodeBase32z(record.legacy)}.snode`,
          pubkey_legacy: encodeHex(record.legacy),
          pubkey_x25519: encodeHex(record.x25519),
          pubkey_ed25519: encodeHex(record.ed25519),
          port: String(record.ports.https),
          port_https: record.ports.https,
          ip: record.host,
        },
      ],
    })
  })
})

describe('an account of another swarm', () => {
  it('is told with 421 where it belongs, with the body of get_swarm', async () => {
    await using network = createTestNetwork({ swarms: SWARMS, membersPerSwarm: 2 })
    const [node] = network.nodes
    const swarm = await network.call('get_swarm', { pubkey: upper.id }, node)
    const nowMs = network.clock.now()
    const stored = await network.call('store', draftStore(nowMs, { account: upper }), node)
    expect(stored).toEqual({ status: 421, body: swarm.body })
    const read = await network.call('retrieve', draftRetrieve(nowMs, { account: upper }), node)
    expect(read).toEqual({ status: 421, body: swarm.body })
    expect(stored.body).toMatchObject({ t: nowMs, hf: [19, 4] })
  })

  it('is told so inside a batch too, and the other requests go on', async () => {
    await using network = createTestNetwork({ swarms: SWARMS })
    const nowMs = network.clock.now()
    const requests = [upper, lower].map((account) => ({
      method: 'store',
      params: draftStore(nowMs, { account }),
    }))
    const reply = await network.call('batch', { requests })
    expect(reply.body).toMatchObject({
      results: [{ code: 421, body: { swarm: '8000000000000000' } }, { code: 200 }],
    })
  })

  it('is sent away before its signature is looked at, which a stranger’s node cannot judge', async () => {
    await using network = createTestNetwork({ swarms: SWARMS })
    expect(await network.call('retrieve', { pubkey: upper.id })).toMatchObject({ status: 421 })
  })
})

describe('oxend_request', () => {
  it('lists the nodes with the fields that were asked for', async () => {
    await using network = createTestNetwork({ swarms: SWARMS })
    const fields = { public_ip: true, storage_port: true, pubkey_ed25519: true }
    const reply = await network.call('oxend_request', {
      endpoint: 'get_service_nodes',
      params: { active_only: true, fields },
    })
    expect(reply.status).toBe(200)
    expect(reply.body).toMatchObject({ t: network.clock.now(), hf: [19, 4] })
    const states = readList(readObject(readObject(reply.body)['result'])['service_node_states'])
    expect(states).toEqual(
      network.nodes.map(({ key, record }) => ({
        pubkey_ed25519: key,
        public_ip: record.host,
        storage_port: record.ports.https,
      })),
    )
  })

  it('writes swarm ids exactly, beyond what a double holds (trap 35)', async () => {
    const swarm = UPPER_SWARM + 1n
    await using network = createTestNetwork({ swarms: [swarm] })
    const body = { method: 'oxend_request', params: { endpoint: 'get_service_nodes' } }
    const bytes = new TextEncoder().encode(JSON.stringify(body))
    const reply = await network.nodes[0]?.service.answer(bytes)
    expect(JSON.stringify(reply?.body)).toContain(`"swarm_id":${swarm}`)
    expect(JSON.stringify(reply?.body)).toContain('"swarm":"8000000000000001"')
  })

  it('knows no names, which is an answer without a value', async () => {
    await using network = createTestNetwork()
    const params = { endpoint: 'ons_resolve', params: { type: 0, name_hash: 'x' } }
    const reply = await network.call('oxend_request', params)
    expect(reply).toMatchObject({ status: 200, body: { result: { status: 'OK' } } })
  })

  it('refuses every other endpoint', async () => {
    await using network = createTestNetwork()
    const reply = await network.call('oxend_request', { endpoint: 'get_info' })
    expect(reply).toMatchObject({ status: 400 })
  })
})

describe('a node that is not ready', () => {
  const NOT_READY = /^Service node is not ready: ./

  it('answers 503 to everything as long as it has no directory', async () => {
    await using network = createTestNetwork()
    const { directory } = network
    network.directory = undefined
    for (const body of ['{"method":"info","params":{}}', 'no JSON']) {
      const reply = await network.callRaw(body)
      expect(reply.status).toBe(503)
      expect(reply.body).toMatch(NOT_READY)
    }
    network.directory = directory
    expect(await network.call('info', {})).toMatchObject({ status: 200 })
  })

  it('answers 503 when the directory does not list it', async () => {
    await using network = createTestNetwork()
    await using other = createTestNetwork({ swarms: [5n, 6n, 7n] })
    const last = other.nodes[2]
    const stranger = network.directory
    other.directory = stranger
    expect(await other.call('info', {}, last)).toMatchObject({ status: 503 })
  })
})
