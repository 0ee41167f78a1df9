/**
 * Onion requests that reach a node: every encryption type, every length of path, and the forms of the reply.
 */

import { describe, expect, it } from 'vitest'
import { type Json, readList } from '../foreign/foreign-rpc.ts'
import { signRetrieve, signStore, writeStore } from './signed-requests.ts'
import { type Caller, computeMessageHash, createUser, impersonate } from './wire-account.ts'
import { type WireNode, first, useNetwork } from './wire-network.ts'
import {
  CIPHERS,
  type Cipher,
  encodeGuardBody,
  frame,
  sealFinal,
  sealLayer,
  sendOnion,
  wrapPath,
} from './wire-onion.ts'

const network = useNetwork()
const INFO = JSON.stringify({ method: 'info', params: {} })

interface Route {
  readonly name: string
  /** Hops in front of the destination. */
  readonly hops: number
}

const ROUTES: readonly Route[] = [
  { name: 'one hop, which answers itself', hops: 0 },
  { name: 'three hops, of which the last answers', hops: 2 },
  { name: 'three hops and a destination', hops: 3 },
]

function pickPath(destination: WireNode, hops: number): WireNode[] {
  return network.nodes.filter((node) => node !== destination).slice(0, hops)
}

interface Options {
  readonly hops?: number
  readonly cipher?: Cipher
  readonly json?: Json
  readonly outer?: Json
}

function ask(destination: WireNode, request: string, options: Options = {}) {
  const { hops = 0, cipher = 'aes-gcm', json = { headers: {} }, outer = {} } = options
  const path = pickPath(destination, hops)
  const final = sealFinal(destination, request, json, cipher)
  const layer = wrapPath(path, destination, final, cipher)
  return sendOnion(network, path[0] ?? destination, encodeGuardBody(layer, outer), final)
}

function writeRequest(method: string, params: Json): string {
  return JSON.stringify({ method, params })
}

const MATRIX = CIPHERS.flatMap((cipher) => ROUTES.map((route) => ({ cipher, ...route })))

describe.each(MATRIX)('$cipher over $name', ({ cipher, hops }) => {
  const send = (node: WireNode, method: string, params: Json) =>
    ask(node, writeRequest(method, params), { cipher, hops })

  it('stores and retrieves, with the reply as JSON in a string (traps 4, 5, 7)', async () => {
    const user = createUser()
    const node = network.member(user)
    const stored = await send(node, 'store', writeStore(user, { data: 'inside' }))
    expect(stored).toMatchObject({ guardStatus: 200, status: 200, body: expect.any(String) })
    const hash = computeMessageHash(user, 0, Buffer.from('inside'))
    expect(JSON.parse(String(stored.body))).toMatchObject({ hash })
    const read = await send(node, 'retrieve', signRetrieve(user))
    expect(JSON.parse(String(read.body))).toMatchObject({ messages: [{ hash }], more: false })
  })

  it('carries the status of a refusal inside', async () => {
    const user = createUser()
    const denied = signRetrieve(impersonate(user))
    expect(await send(network.member(user), 'retrieve', denied)).toMatchObject({
      guardStatus: 200,
      status: 401,
      body: 'retrieve signature verification failed',
    })
    const astray = await send(network.stranger(user), 'retrieve', signRetrieve(user))
    expect(astray).toMatchObject({ guardStatus: 200, status: 421 })
    expect(readList(JSON.parse(String(astray.body)), 'snodes')).toHaveLength(
      network.members(user).length,
    )
  })
})

describe('the encryption type', () => {
  it.each([
    ['gcm', 'aes-gcm'],
    ['aes-gcm', 'aes-gcm'],
    ['cbc', 'aes-cbc'],
    ['aes-cbc', 'aes-cbc'],
    ['xchacha20', 'xchacha20'],
    ['xchacha20-poly1305', 'xchacha20'],
  ] as const)('may be called %s', async (name, cipher) => {
    const node = first(network.nodes)
    const final = sealLayer(node.x25519, frame(Buffer.from(INFO), { headers: {} }), cipher, name)
    const answer = await sendOnion(network, node, encodeGuardBody(final), final)
    expect(answer).toMatchObject({ guardStatus: 200, status: 200 })
  })

  it('may differ from layer to layer', async () => {
    const [guard, middle, exit, destination] = network.nodes
    if (!guard || !middle || !exit || !destination) throw new Error('too few nodes')
    const final = sealFinal(destination, INFO, { headers: {} }, 'xchacha20')
    const third = wrapPath([exit], destination, final, 'aes-gcm')
    const second = wrapPath([middle], exit, third, 'aes-cbc')
    const outer = wrapPath([guard], middle, second, 'xchacha20')
    const answer = await sendOnion(network, guard, encodeGuardBody(outer), final)
    expect(answer).toMatchObject({ guardStatus: 200, status: 200 })
  })
})

describe('the JSON of the last layer', () => {
  it.each([
    { headers: {} },
    { headers: { 'content-type': 'application/json' } },
    { headers: [] },
    { headers: '' },
    { headers: 0 },
    { headers: false },
    { body: null, headers: {} },
    { headers: {}, something: 'else' },
  ])('makes it the last by "headers" of whatever value: %j', async (json) => {
    const answer = await ask(first(network.nodes), INFO, { json })
    expect(answer).toMatchObject({ guardStatus: 200, status: 200 })
  })

  it('is looked at for headers first, whatever else it names', async () => {
    const json = {
      headers: {},
      host: '127.0.0.1',
      target: '/x',
      destination: 'ab'.repeat(32),
      ephemeral_key: 'cd'.repeat(32),
    }
    expect(await ask(first(network.nodes), INFO, { json })).toMatchObject({ status: 200 })
  })

  it.each(ROUTES)('gets the body as an object with "json": true over $name', async ({ hops }) => {
    const json = { headers: {}, json: true }
    const answer = await ask(first(network.nodes), INFO, { json, hops })
    expect(answer).toMatchObject({ status: 200, body: { version: [2, 8, 0] } })
  })

  it.each(CIPHERS)('gets raw bytes with "base64": false under %s', async (cipher) => {
    const destination = first(network.nodes)
    for (const hops of [0, 3]) {
      const path = pickPath(destination, hops)
      const final = sealFinal(destination, INFO, { headers: {}, base64: false }, cipher)
      const body = encodeGuardBody(wrapPath(path, destination, final, cipher))
      const reply = await sendOnion(network, path[0] ?? destination, body, final)
      expect(reply.guardStatus).toBe(200)
      const opened: Json = JSON.parse(final.open(reply.raw).toString())
      expect(opened['status']).toBe(200)
      expect(JSON.parse(String(opened['body']))).toMatchObject({ version: [2, 8, 0] })
    }
  })

  it('gets base64 text and nothing around it by default', async () => {
    const { guardText } = await ask(first(network.nodes), INFO, { hops: 3 })
    expect(guardText).toMatch(/^[A-Za-z0-9+/]+={0,2}$/)
  })
})

describe('the request inside', () => {
  it.each([
    ['not json', 400, 'invalid json'],
    ['{}', 400, 'invalid json: no `method` field'],
    ['{"method":"frobnicate","params":{}}', 400, 'no method frobnicate'],
    ['', 400, 'invalid json'],
  ])('is judged as if it came directly: %j', async (request, status, body) => {
    const answer = await ask(first(network.nodes), request, { hops: 3 })
    expect(answer).toMatchObject({ guardStatus: 200, status, body })
  })

  it('may be a batch', async () => {
    const user = createUser()
    const requests = [
      { method: 'store', params: writeStore(user) },
      { method: 'store', params: signStore(user, { namespace: 2 }) },
      { method: 'info', params: {} },
    ]
    const answer = await ask(network.member(user), writeRequest('batch', { requests }), { hops: 3 })
    const results = readList(JSON.parse(String(answer.body)), 'results')
    expect(results.map((result) => result['code'])).toEqual([200, 200, 200])
  })

  it('and its reply may be large', async () => {
    const user = createUser()
    const node = network.member(user)
    const count = 20
    for (let i = 0; i < count; i++) {
      const data = Buffer.alloc(76_800, i)
      const stored = await ask(node, writeRequest('store', writeStore(user, { data })), { hops: 3 })
      expect(stored.status).toBe(200)
    }
    const all = signRetrieve(user, { more: { max_size: -1 } })
    const answer = await ask(node, writeRequest('retrieve', all), { hops: 3 })
    expect(readList(JSON.parse(String(answer.body)), 'messages')).toHaveLength(count)
  })

  it.each([1, 3])(
    'may ask for more than %i hops can bring back, and no node dies',
    async (hops) => {
      const user = createUser()
      const node = network.member(user)
      const stored = Array.from({ length: 20 }, (_, i) =>
        network.call(node, 'store', writeStore(user, { data: Buffer.alloc(76_800, i) })),
      )
      await Promise.all(stored)
      const retrieve = {
        method: 'retrieve',
        params: signRetrieve(user, { more: { max_size: -1 } }),
      }
      const requests = Array.from({ length: 6 }, () => retrieve)
      const answer = await ask(node, writeRequest('batch', { requests }), { hops })
      expect(answer).toMatchObject({ guardStatus: 500, guardText: 'Invalid response from snode' })
      const statuses = network.nodes.map(async (each) => (await ask(each, INFO, { hops })).status)
      expect(await Promise.all(statuses)).toEqual(network.nodes.map(() => 200))
    },
  )
})

describe('hop_no', () => {
  it.each([0, 1, 15])('of %i is allowed', async (hop) => {
    const answer = await ask(first(network.nodes), INFO, { outer: { hop_no: hop } })
    expect(answer).toMatchObject({ guardStatus: 200, status: 200 })
  })

  it.each([16, 17, 1_000_000])('of %i is too far', async (hop) => {
    const answer = await ask(first(network.nodes), INFO, { outer: { hop_no: hop } })
    expect(answer).toMatchObject({
      guardStatus: 400,
      guardText: 'onion request max path length exceeded',
    })
  })
})

describe('a path through one node again and again', () => {
  const loop = (hops: number, user: Caller) => {
    const node = network.member(user)
    const final = sealFinal(node, writeRequest('store', writeStore(user)))
    const path = Array.from({ length: hops }, () => node)
    return sendOnion(network, node, encodeGuardBody(wrapPath(path, node, final)), final)
  }

  it('is answered and ends', async () => {
    const answer = await loop(2, createUser())
    expect(answer.guardStatus).toBeLessThan(600)
    expect((await network.call(first(network.nodes), 'info', {})).status).toBe(200)
  })

  it('comes to its end behind fifteen hops', async () => {
    const user = createUser()
    const answer = await loop(20, user)
    expect(answer).toMatchObject({
      guardStatus: 400,
      guardText: 'onion request max path length exceeded',
    })
    const { object } = await network.ask(user, 'retrieve', signRetrieve(user))
    expect(object['messages']).toEqual([])
  })
})
