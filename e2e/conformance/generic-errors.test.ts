/**
 * What every method has in common: parsing, limits, addresses, and the texts of refusals, which clients compare.
 */

import { describe, expect, it } from 'vitest'
import type { Json } from '../foreign/foreign-rpc.ts'
import { readTimeMs } from '../foreign/system-clock.ts'
import {
  DAY_MS,
  signDelete,
  signExpire,
  signGetExpiries,
  signRetrieve,
  signRevocation,
  signStore,
  writeStore,
} from './signed-requests.ts'
import { type Caller, READ, createGroup, createUser, issueSubaccount } from './wire-account.ts'
import { first, useNetwork } from './wire-network.ts'

const RPC = '/storage_rpc/v1'
const DATA_SIZE_MAX = 76_800
const BODY_SIZE_MAX = 10_485_760
const HASH = 'A'.repeat(43)
const network = useNetwork()

describe('a body that is no request', () => {
  it.each([
    ['', 'invalid json'],
    ['method', 'invalid json'],
    ['{"method":"info","params":{}', 'invalid json'],
    ['{"method":"info","params":{}}}', 'invalid json'],
    ['{}', 'invalid json: no `method` field'],
    ['{"params":{}}', 'invalid json: no `method` field'],
    ['{"method":null,"params":{}}', 'invalid json: no `method` field'],
    ['{"method":5,"params":{}}', 'invalid json: no `method` field'],
    ['{"method":"info"}', 'invalid json: no `params` field'],
    ['{"method":"info","params":null}', 'invalid json: no `params` field'],
    ['{"method":"info","params":[]}', 'invalid json: no `params` field'],
    ['{"method":"info","params":"{}"}', 'invalid json: no `params` field'],
  ])('is refused with the text that clients know: %s', async (body, text) => {
    expect(await network.post(first(network.nodes), RPC, body)).toMatchObject({ status: 400, text })
  })

  it.each(['[]', '5', 'null', '"x"'])(
    'is refused when it is JSON but no object: %s',
    async (body) => {
      const reply = await network.post(first(network.nodes), RPC, body)
      expect(reply.status).toBe(400)
      expect(reply.text).toMatch(/^invalid json/)
    },
  )

  it.each(['frobnicate', 'Store', 'STORE', '__proto__', 'constructor', 'toString', ''])(
    'names the method that does not exist: %j',
    async (method) => {
      const reply = await network.call(first(network.nodes), method, {})
      expect(reply).toMatchObject({ status: 400, text: `no method ${method}` })
    },
  )

  it('is refused when it is nested far too deeply, and the node lives on', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const body = `{"method":"info","params":{"x":${deep}}}`
    const node = first(network.nodes)
    expect((await network.post(node, RPC, body)).status).toBeLessThan(600)
    expect((await network.call(node, 'info', {})).status).toBe(200)
  })
})

type Build = (user: Caller, group: Caller) => Json

/** Each is wrong in one parameter. */
const WRONG_PARAMETERS: readonly (readonly [string, string, Build])[] = [
  ['store without pubkey', 'store', (user) => ({ ...writeStore(user), pubkey: undefined })],
  ['a pubkey of 65 digits', 'store', (user) => ({ ...writeStore(user), pubkey: user.id.slice(1) })],
  ['a pubkey of 68 digits', 'store', (user) => ({ ...writeStore(user), pubkey: `${user.id}00` })],
  [
    'a pubkey that is not hex',
    'store',
    (user) => ({ ...writeStore(user), pubkey: `05${'g'.repeat(64)}` }),
  ],
  ['a pubkey that is a number', 'store', (user) => ({ ...writeStore(user), pubkey: 5 })],
  ['store without data', 'store', (user) => ({ ...writeStore(user), data: undefined })],
  ['data that is not base64', 'store', (user) => ({ ...writeStore(user), data: '%%%%' })],
  ['data that is a number', 'store', (user) => ({ ...writeStore(user), data: 5 })],
  ['store without ttl and expiry', 'store', (user) => ({ ...writeStore(user), ttl: undefined })],
  [
    'both ttl and expiry',
    'store',
    (user) => ({ ...writeStore(user), expiry: readTimeMs() + DAY_MS }),
  ],
  ['store without timestamp', 'store', (user) => ({ ...writeStore(user), timestamp: null })],
  [
    'a timestamp with a fraction',
    'store',
    (user) => ({ ...writeStore(user), timestamp: readTimeMs() + 0.5 }),
  ],
  ['a negative timestamp', 'store', (user) => ({ ...writeStore(user), timestamp: -readTimeMs() })],
  ['a timestamp of words', 'store', (user) => ({ ...writeStore(user), timestamp: 'now' })],
  ['namespace 40000', 'store', (user) => ({ ...writeStore(user), namespace: 40_000 })],
  ['namespace 32768', 'retrieve', (user) => signRetrieve(user, { namespace: 32_768 })],
  ['namespace −32769', 'retrieve', (user) => signRetrieve(user, { namespace: -32_769 })],
  ['a namespace with a fraction', 'store', (user) => ({ ...writeStore(user), namespace: 0.5 })],
  ['a namespace as text', 'retrieve', (user) => signRetrieve(user, { more: { namespace: '0' } })],
  ['namespace "all" of retrieve', 'retrieve', (user) => signRetrieve(user, { namespace: 'all' })],
  [
    'a retrieve timestamp as text',
    'retrieve',
    (user) => signRetrieve(user, { more: { timestamp: String(readTimeMs()) } }),
  ],
  ['a short signature', 'retrieve', (user) => signRetrieve(user, { more: { signature: 'AAAA' } })],
  [
    'a signature that is a number',
    'retrieve',
    (user) => signRetrieve(user, { more: { signature: 1 } }),
  ],
  [
    'a last_hash of 42 characters',
    'retrieve',
    (user) => signRetrieve(user, { more: { last_hash: HASH.slice(1) } }),
  ],
  [
    'a short pubkey_ed25519',
    'retrieve',
    (user) => signRetrieve(user, { more: { pubkey_ed25519: 'abcd' } }),
  ],
  [
    'pubkey_ed25519 with a group (trap 27)',
    'retrieve',
    (_, group) => signRetrieve(group, { more: { pubkey_ed25519: group.id.slice(2) } }),
  ],
  [
    'a subaccount without its signature',
    'retrieve',
    (_, group) => signRetrieve(issueSubaccount(group, READ), { more: { subaccount_sig: null } }),
  ],
  [
    'a signature of no subaccount',
    'retrieve',
    (_, group) => signRetrieve(issueSubaccount(group, READ), { more: { subaccount: null } }),
  ],
  [
    'a subaccount of 35 bytes',
    'retrieve',
    (_, group) =>
      signRetrieve(issueSubaccount(group, READ), {
        more: { subaccount: Buffer.alloc(35).toString('base64') },
      }),
  ],
  ['delete without messages', 'delete', (user) => signDelete(user, [], { messages: null })],
  ['delete of something that is no hash', 'delete', (user) => signDelete(user, ['nonsense'])],
  [
    'expiries for other hashes',
    'expire',
    (user) => signExpire(user, [HASH], [readTimeMs() + DAY_MS, readTimeMs()]),
  ],
  [
    'both shorten and extend',
    'expire',
    (user) =>
      signExpire(user, [HASH], readTimeMs() + DAY_MS, { more: { shorten: true, extend: true } }),
  ],
  [
    'get_expiries of something that is no hash',
    'get_expiries',
    (user) => signGetExpiries(user, ['x']),
  ],
  [
    'revoking a token of 35 bytes',
    'revoke_subaccount',
    (user) => signRevocation(user, 'revoke', [Buffer.alloc(35)]),
  ],
  [
    'revoking 51 tokens',
    'revoke_subaccount',
    (user) =>
      signRevocation(
        user,
        'revoke',
        Array.from({ length: 51 }, (_, i) => Buffer.alloc(36, i)),
      ),
  ],
]

describe('a parameter of the wrong kind', () => {
  it.each(WRONG_PARAMETERS)('is refused with 400 and a detail: %s', async (_, method, build) => {
    const user = createUser()
    const group = createGroup()
    const params = build(user, group)
    const owner = params['pubkey'] === group.id ? group : user
    const reply = await network.ask(owner, method, params)
    expect({ status: reply.status, text: reply.text }).toEqual({
      status: 400,
      text: expect.stringMatching(/^invalid request: ./),
    })
  })

  const WITH_TIMESTAMP: readonly (readonly [string, (user: Caller, time: number) => Json])[] = [
    ['store', (user, time) => writeStore(user, { timestamp: time })],
    ['retrieve', (user, time) => signRetrieve(user, { timestamp: time })],
    ['get_expiries', (user, time) => signGetExpiries(user, [HASH], { timestamp: time })],
    ['expire', (user, time) => signExpire(user, [HASH], time)],
  ]

  it.each(WITH_TIMESTAMP)(
    'is refused when %s has a timestamp in seconds',
    async (method, build) => {
      const user = createUser()
      // Of today, and below the bound of 1,000,000 seconds.
      for (const seconds of [Math.floor(readTimeMs() / 1000), 999_999_999]) {
        const reply = await network.ask(user, method, build(user, seconds))
        expect(reply.status).toBe(400)
        expect(reply.text).toMatch(/^invalid request: .*must be in milliseconds/)
      }
    },
  )
})

describe('a parameter in another spelling', () => {
  it('is taken for absent when it is null', async () => {
    const user = createUser()
    const nothing = { signature: null, pubkey_ed25519: null, expiry: null, sig_timestamp: null }
    const stored = { ...writeStore(user), ...nothing, namespace: null, subaccount: null }
    expect((await network.ask(user, 'store', stored)).status).toBe(200)
    const more = {
      last_hash: null,
      lastHash: null,
      max_count: null,
      max_size: null,
      namespace: null,
    }
    const read = await network.ask(user, 'retrieve', signRetrieve(user, { more }))
    expect(read.object['messages']).toHaveLength(1)
  })

  it('is ignored when it is unknown, beside the method too', async () => {
    const user = createUser()
    const params = { ...writeStore(user), client: 'x', swarm: { deep: [1] }, Namespace: 40_000 }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 3, extra: {}, method: 'store', params })
    expect((await network.post(network.member(user), RPC, body)).status).toBe(200)
  })

  it('may be text for timestamp and ttl of store', async () => {
    const user = createUser()
    const timestamp = String(readTimeMs())
    const params = { ...writeStore(user), timestamp, ttl: String(DAY_MS) }
    expect((await network.ask(user, 'store', params)).status).toBe(200)
  })

  it.each(['pubKey', 'pubkey'])('may be %s for store, retrieve and get_swarm', async (name) => {
    const user = createUser()
    const { pubkey, ...params } = writeStore(user)
    expect((await network.ask(user, 'store', { ...params, [name]: pubkey })).status).toBe(200)
    const { pubkey: id, ...signed } = signRetrieve(user)
    const read = await network.ask(user, 'retrieve', { ...signed, [name]: id })
    expect(read.object['messages']).toHaveLength(1)
    const swarm = await network.ask(user, 'get_swarm', { [name]: user.id })
    expect(swarm.object['snodes']).toHaveLength(network.members(user).length)
  })

  it('names the same account in upper-case hexadecimal', async () => {
    const user = createUser()
    const upper = user.id.toUpperCase()
    const stored = await network.ask(user, 'store', { ...writeStore(user), pubkey: upper })
    const key = String(user.auth['pubkey_ed25519']).toUpperCase()
    const more = { pubkey: upper, pubkey_ed25519: key }
    const read = await network.ask(user, 'retrieve', signRetrieve(user, { more }))
    expect(read.object['messages']).toMatchObject([{ hash: stored.object['hash'] }])
    const plain = await network.ask(user, 'retrieve', signRetrieve(user))
    expect(plain.object['messages']).toMatchObject([{ hash: stored.object['hash'] }])
  })

  it('may be a signature without its padding, or a token in hexadecimal', async () => {
    const group = createGroup()
    const member = issueSubaccount(group, READ)
    const params = signRetrieve(member, { namespace: 11 })
    const short = String(params['signature']).replaceAll('=', '')
    expect(short).toHaveLength(86)
    const hex = Buffer.from(member.token).toString('hex')
    const reply = await network.ask(group, 'retrieve', {
      ...params,
      signature: short,
      subaccount: hex,
    })
    expect(reply.status).toBe(200)
  })
})

describe('sizes', () => {
  it('of data reach up to 76,800 bytes and not one more', async () => {
    const user = createUser()
    const fits = writeStore(user, { data: Buffer.alloc(DATA_SIZE_MAX, 1) })
    const tooLarge = writeStore(user, { data: Buffer.alloc(DATA_SIZE_MAX + 1, 1) })
    expect((await network.ask(user, 'store', fits)).status).toBe(200)
    const refused = await network.ask(user, 'store', tooLarge)
    expect(refused.status).toBe(400)
    expect(refused.text).toMatch(/^invalid request: ./)
  })

  const infoOfSize = (size: number) => {
    const empty = '{"method":"info","params":{"x":""}}'
    return empty.replace('""', `"${'x'.repeat(size - empty.length)}"`)
  }

  it('of a body reach up to 10 MiB and not one byte more', async () => {
    const node = first(network.nodes)
    expect((await network.post(node, RPC, infoOfSize(BODY_SIZE_MAX))).status).toBe(200)
    expect((await network.post(node, RPC, infoOfSize(BODY_SIZE_MAX + 1))).status).toBe(413)
  })

  it.each([RPC, '/onion_req/v2'])('of 11 MiB get 413 from %s, announced or not', async (path) => {
    const node = first(network.nodes)
    const body = Buffer.alloc(11 * 1024 * 1024, 0x20)
    const headers = { 'transfer-encoding': 'chunked' }
    expect((await network.post(node, path, body)).status).toBe(413)
    expect((await network.post(node, path, body, { headers })).status).toBe(413)
    expect((await network.call(node, 'info', {})).status).toBe(200)
  })
})

describe('addresses', () => {
  it.each([
    ['GET', '/'],
    ['POST', '/'],
    ['POST', '/swarms/v1'],
    ['POST', '/swarms'],
    ['POST', '/storage_rpc/v2'],
    ['POST', '/storage_rpc/v1/x'],
    ['POST', '/onion_req/v1'],
    ['GET', RPC],
    ['GET', '/onion_req/v2'],
    ['POST', '/get_stats/v1'],
    ['PUT', RPC],
    ['GET', '/../../etc/passwd'],
  ])('that do not exist get 404: %s %s', async (method, path) => {
    const more = { method, ...(method === 'GET' ? { body: '' } : {}) }
    const reply = await network.post(
      first(network.nodes),
      path,
      '{"method":"info","params":{}}',
      more,
    )
    expect(reply.status).toBe(404)
  })

  it('of the statistics tell the version and nothing else', async () => {
    const reply = await network.post(first(network.nodes), '/get_stats/v1', '', { method: 'GET' })
    expect(reply.status).toBe(200)
    expect(Object.keys(reply.object)).toEqual(['version'])
  })

  it('of the reachability test name the node that answers', async () => {
    for (const node of network.nodes.slice(0, 2)) {
      const reply = await network.post(node, '/ping_test/v1', '')
      const name = Buffer.from(String(reply.headers['x-oxen-snode-pubkey']), 'base64')
      expect({ status: reply.status, name: name.toString('hex') }).toEqual({
        status: 200,
        name: node.legacy,
      })
    }
  })

  it('refuse long polling with 410', async () => {
    const headers = { 'x-loki-long-poll': 'true' }
    const body = '{"method":"info","params":{}}'
    const reply = await network.post(first(network.nodes), RPC, body, { headers })
    expect(reply.status).toBe(410)
  })

  it('send no CORS headers over HTTPS (trap 36)', async () => {
    const headers = { origin: 'https://example.org' }
    const body = '{"method":"info","params":{}}'
    const reply = await network.post(first(network.nodes), RPC, body, { headers })
    const cors = Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))
    expect(reply.status).toBe(200)
    expect(cors).toEqual([])
  })
})

describe('the common parts of a reply', () => {
  it('of info are the version, the time twice and the hard fork', async () => {
    const before = readTimeMs()
    const { object } = await network.call(first(network.nodes), 'info', {})
    expect(Object.keys(object).toSorted()).toEqual(['hf', 't', 'timestamp', 'version'])
    expect(object['version']).toEqual([2, 8, 0])
    expect(object['hf']).toEqual([expect.any(Number), expect.any(Number)])
    expect(Number(object['t'])).toBeGreaterThanOrEqual(before)
    expect(Number(object['timestamp'])).toBeLessThanOrEqual(readTimeMs())
  })

  it('say that a failure is text, not JSON', async () => {
    const user = createUser()
    const reply = await network.ask(user, 'retrieve', { pubkey: user.id })
    expect(reply.status).toBe(401)
    expect(reply.json).toBeUndefined()
    expect((await network.ask(user, 'store', signStore(user))).json).toBeDefined()
  })
})
