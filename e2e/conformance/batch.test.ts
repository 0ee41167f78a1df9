/**
 * Several requests in one: batch, sequence and ifelse, their order, their limits and how they fail.
 */

import { describe, expect, it } from 'vitest'
import { type Json, readList, readObject } from '../foreign/foreign-rpc.ts'
import { readTimeMs } from '../foreign/system-clock.ts'
import { signDelete, signRetrieve, signStore, writeStore } from './signed-requests.ts'
import { type Caller, createUser, impersonate } from './wire-account.ts'
import { type ObjectReply, useNetwork } from './wire-network.ts'

const network = useNetwork()
const META = ['batch', 'sequence'] as const
const INFO = { method: 'info', params: {} }

const store = (user: Caller, data: string) => ({
  method: 'store',
  params: writeStore(user, { data }),
})
const retrieve = (user: Caller) => ({ method: 'retrieve', params: signRetrieve(user) })
const denied = (user: Caller) => ({ method: 'retrieve', params: signRetrieve(impersonate(user)) })

function readCodes(reply: ObjectReply): unknown[] {
  return readList(reply.object, 'results').map((result) => result['code'])
}

async function countMessages(user: Caller): Promise<number> {
  const { object } = await network.ask(user, 'retrieve', signRetrieve(user))
  return readList(object, 'messages').length
}

describe.each(META)('a %s', (meta) => {
  const send = (user: Caller, requests: unknown) => network.ask(user, meta, { requests })

  it('answers each request in its place, with nothing beside the results (trap 3)', async () => {
    const user = createUser()
    const reply = await send(user, [
      store(user, 'x'),
      INFO,
      { method: 'get_swarm', params: { pubkey: user.id } },
    ])
    expect(reply.status).toBe(200)
    expect(Object.keys(reply.object)).toEqual(['results'])
    const results = readList(reply.object, 'results')
    expect(results.map((result) => Object.keys(result).toSorted())).toEqual(
      results.map(() => ['body', 'code']),
    )
    expect(results).toMatchObject([
      {
        code: 200,
        body: { hash: expect.any(String), swarm: expect.any(Object), t: expect.any(Number) },
      },
      { code: 200, body: { version: [2, 8, 0], hf: [expect.any(Number), expect.any(Number)] } },
      { code: 200, body: { snodes: expect.any(Array) } },
    ])
  })

  it('may hold 20 requests, and keeps their order', async () => {
    const user = createUser()
    const requests = Array.from({ length: 20 }, (_, i) => store(user, `${i}`))
    const stored = await send(user, requests)
    expect(readCodes(stored)).toEqual(requests.map(() => 200))
    const hashes = readList(stored.object, 'results').map(
      (result) => readObject(result, 'body')['hash'],
    )
    const again = await send(user, requests)
    expect(
      readList(again.object, 'results').map((result) => readObject(result, 'body')['hash']),
    ).toEqual(hashes)
    expect(new Set(hashes).size).toBe(20)
  })

  it.each([0, 21, 1000])('may not hold %i', async (count) => {
    const user = createUser()
    const reply = await send(
      user,
      Array.from({ length: count }, () => INFO),
    )
    expect(reply.status).toBe(400)
  })

  it.each([undefined, null, {}, 'x', [5], [{}], [{ method: 'info' }], [{ params: {} }], [null]])(
    'of something else is refused: %j',
    async (requests) => {
      expect((await send(createUser(), requests)).status).toBe(400)
    },
  )

  it.each(['batch', 'sequence', 'ifelse'])('may not hold a %s', async (inner) => {
    const user = createUser()
    const params =
      inner === 'ifelse' ? { if: { hf_at_least: [1, 0] }, then: INFO } : { requests: [INFO] }
    const reply = await send(user, [store(user, 'x'), { method: inner, params }])
    expect(reply.status).toBe(400)
    expect(await countMessages(user)).toBe(0)
  })

  it.each([
    [
      'a timestamp in seconds',
      (user: Caller) => ({ ...writeStore(user), timestamp: Math.floor(readTimeMs() / 1000) }),
    ],
    ['namespace 40000', (user: Caller) => ({ ...writeStore(user), namespace: 40_000 })],
    ['no pubkey', (user: Caller) => ({ ...writeStore(user), pubkey: null })],
  ])('fails as a whole, and does nothing, for one with %s', async (_, build) => {
    const user = createUser()
    const reply = await send(user, [store(user, 'x'), { method: 'store', params: build(user) }])
    expect(reply.status).toBe(400)
    expect(reply.text).toMatch(/^invalid request: ./)
    expect(await countMessages(user)).toBe(0)
  })

  it('says in the item that the account lives elsewhere', async () => {
    const user = createUser()
    const reply = await network.call(network.stranger(user), meta, { requests: [store(user, 'x')] })
    expect(reply.status).toBe(200)
    const [result] = readList(reply.object, 'results')
    expect(result?.['code']).toBe(421)
    const named = readList(result?.['body'], 'snodes').map((entry) =>
      String(entry['pubkey_ed25519']),
    )
    expect(named.toSorted()).toEqual(
      network
        .members(user)
        .map((node) => node.ed25519)
        .toSorted(),
    )
  })

  it('gives the text of a failure as the body of its item', async () => {
    const user = createUser()
    const reply = await send(user, [denied(user)])
    expect(reply.status).toBe(200)
    expect(reply.object['results']).toEqual([
      { code: 401, body: 'retrieve signature verification failed' },
    ])
  })
})

describe('a batch', () => {
  it('goes on behind a failure', async () => {
    const user = createUser()
    const requests = [denied(user), store(user, 'x'), denied(user), INFO]
    expect(readCodes(await network.ask(user, 'batch', { requests }))).toEqual([401, 200, 401, 200])
    expect(await countMessages(user)).toBe(1)
  })
})

describe('a sequence', () => {
  it('stops behind the first failure, which is the last of its results', async () => {
    const user = createUser()
    const requests = [store(user, 'x'), denied(user), store(user, 'y')]
    expect(readCodes(await network.ask(user, 'sequence', { requests }))).toEqual([200, 401])
    expect(await countMessages(user)).toBe(1)
  })

  it('applies each before the next', async () => {
    const user = createUser()
    const { object } = await network.ask(user, 'store', signStore(user, { namespace: 2 }))
    const requests = [
      store(user, 'x'),
      retrieve(user),
      { method: 'delete', params: signDelete(user, [String(object['hash'])], { required: true }) },
      { method: 'retrieve', params: signRetrieve(user, { namespace: 2 }) },
    ]
    const reply = await network.ask(user, 'sequence', { requests })
    expect(readCodes(reply)).toEqual([200, 200, 200, 200])
    const bodies = readList(reply.object, 'results').map((result) => readObject(result, 'body'))
    expect(bodies[1]?.['messages']).toHaveLength(1)
    expect(bodies[3]?.['messages']).toHaveLength(0)
  })

  it('stops at a 404 of a required deletion', async () => {
    const user = createUser()
    const requests = [
      { method: 'delete', params: signDelete(user, ['F'.repeat(43)], { required: true }) },
      INFO,
    ]
    expect(readCodes(await network.ask(user, 'sequence', { requests }))).toEqual([404])
  })
})

const CONDITIONS: readonly (readonly [Json, boolean])[] = [
  [{ hf_at_least: [1, 0] }, true],
  [{ hf_at_least: [200, 0] }, false],
  [{ hf_before: [200, 0] }, true],
  [{ hf_before: [1, 0] }, false],
  [{ v_at_least: [2, 8, 0] }, true],
  [{ v_at_least: [2, 8, 1] }, false],
  [{ v_before: [2, 8, 1] }, true],
  [{ v_before: [2, 8, 0] }, false],
  [{ v_at_least: [1, 99, 99] }, true],
  [{ height_at_least: 0 }, true],
  [{ height_at_least: 4_000_000_000 }, false],
  [{ height_before: 4_000_000_000 }, true],
  [{ height_before: 0 }, false],
]

describe('an ifelse', () => {
  const wrong = { method: 'frobnicate', params: {} }

  it.each(CONDITIONS)('with %j is %s', async (condition, value) => {
    const user = createUser()
    const swarm = { method: 'get_swarm', params: { pubkey: user.id } }
    const reply = await network.ask(user, 'ifelse', { if: condition, then: INFO, else: swarm })
    expect(reply.status).toBe(200)
    expect(reply.object).toEqual({
      hf: [expect.any(Number), expect.any(Number)],
      v: [2, 8, 0],
      height: expect.any(Number),
      condition: value,
      result: { code: 200, body: expect.any(Object) },
    })
    const body = readObject(reply.object['result'], 'body')
    expect('version' in body).toBe(value)
    expect('snodes' in body).toBe(!value)
  })

  it.each([
    [{ if: { hf_at_least: [1, 0] }, else: INFO }, true],
    [{ if: { hf_before: [1, 0] }, then: INFO }, false],
  ])('without the branch that it takes has no result: %j', async (params, value) => {
    const reply = await network.ask(createUser(), 'ifelse', params)
    expect(reply.object['condition']).toBe(value)
    expect(Object.keys(reply.object).toSorted()).toEqual(['condition', 'height', 'hf', 'v'])
  })

  it('gives the code of a failure and its text', async () => {
    const user = createUser()
    const params = { if: { hf_at_least: [1, 0] }, then: denied(user) }
    const reply = await network.ask(user, 'ifelse', params)
    expect(reply.status).toBe(200)
    expect(reply.object['result']).toEqual({
      code: 401,
      body: 'retrieve signature verification failed',
    })
  })

  it.each(META)('may lead to a %s', async (method) => {
    const user = createUser()
    const then = { method, params: { requests: [store(user, 'x'), INFO] } }
    const reply = await network.ask(user, 'ifelse', { if: { hf_at_least: [1, 0] }, then })
    expect(reply.object['result']).toMatchObject({
      code: 200,
      body: { results: [{ code: 200 }, { code: 200 }] },
    })
    expect(await countMessages(user)).toBe(1)
  })

  it('leads to 421 for an account that lives elsewhere', async () => {
    const user = createUser()
    const params = { if: { hf_at_least: [1, 0] }, then: store(user, 'x') }
    const reply = await network.call(network.stranger(user), 'ifelse', params)
    expect(reply.object['result']).toMatchObject({ code: 421, body: { snodes: expect.any(Array) } })
  })

  it.each([
    [{ if: { hf_at_least: [1, 0] }, then: { method: 5 } }],
    [{ if: 5, then: INFO }],
    [{ then: INFO }],
    [{ if: { hf_at_least: 'x' }, then: INFO }],
    [{ if: { hf_at_least: [1, 0] }, then: wrong }],
  ])('that makes no sense is refused: %j', async (params) => {
    expect((await network.ask(createUser(), 'ifelse', params)).status).toBe(400)
  })

  it('nested a thousand times does not end the node', async () => {
    const user = createUser()
    let request: Json = INFO
    for (let depth = 0; depth < 1000; depth++) {
      request = { method: 'ifelse', params: { if: { hf_at_least: [1, 0] }, then: request } }
    }
    const reply = await network.ask(user, 'ifelse', request['params'])
    expect(reply.status).toBeLessThan(500)
    expect((await network.ask(user, 'info', {})).status).toBe(200)
  })
})
