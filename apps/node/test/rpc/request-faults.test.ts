/** What a node answers to requests that are wrong in form (spec 03 §2.2), and that nothing makes it throw. */
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import { encodeUtf8 } from '@sotto/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readHashes } from './read-reply.ts'
import { alice, draftRetrieve, draftStore } from './test-accounts.ts'
import { createTestNetwork } from './test-network.ts'

const PROPERTY_TIMEOUT_MS = 120_000

describe('a malformed body', () => {
  it.each([
    ['nothing', '', 'invalid json'],
    ['no JSON', '{"method":', 'invalid json'],
    ['bytes that are no UTF-8', Uint8Array.of(0xff, 0xfe), 'invalid json'],
    ['a list', '[]', 'invalid json: no `method` field'],
    ['null', 'null', 'invalid json: no `method` field'],
    ['no method', '{"params":{}}', 'invalid json: no `method` field'],
    ['a number as method', '{"method":1,"params":{}}', 'invalid json: no `method` field'],
    ['no params', '{"method":"info"}', 'invalid json: no `params` field'],
    ['params that are a list', '{"method":"info","params":[]}', 'invalid json: no `params` field'],
    ['an unknown method', '{"method":"steal","params":{}}', 'no method steal'],
    ['a property of objects', '{"method":"constructor","params":{}}', 'no method constructor'],
  ])('with %s is refused with 400', async (_name, body, text) => {
    await using network = createTestNetwork()
    expect(await network.callRaw(body)).toEqual({ status: 400, body: text })
    expect(network.mistakes).toEqual([])
  })

  it('may hold jsonrpc and id, which mean nothing', async () => {
    await using network = createTestNetwork()
    const body = { jsonrpc: '2.0', id: 'x', method: 'info', params: {} }
    expect(await network.callRaw(JSON.stringify(body))).toMatchObject({ status: 200 })
  })
})

describe('a malformed parameter', () => {
  it.each([
    ['a missing account', { pubkey: null }],
    ['an account of 65 digits', { pubkey: alice.id.slice(1) }],
    ['an account that is not hex', { pubkey: 'x'.repeat(66) }],
    ['missing data', { data: null }],
    ['data that is not base64', { data: '!!!!' }],
    ['data as a number', { data: 7 }],
    ['namespace 40000', { namespace: 40_000 }],
    ['a namespace as text', { namespace: '0' }],
    ['a fraction as namespace', { namespace: 0.5 }],
    ['neither ttl nor expiry', { ttl: null }],
    ['both ttl and expiry', { expiry: 4_102_444_800_000 }],
    ['a negative ttl', { ttl: -1 }],
    ['a missing timestamp', { timestamp: null }],
    ['a timestamp in seconds', { timestamp: 1_767_225_600 }],
    ['a signature of 63 bytes', { signature: 'A'.repeat(84) }],
    ['a subaccount without its signature', { subaccount: 'A'.repeat(48) }],
  ])('(%s) is refused with 400 and a reason', async (_name, change) => {
    await using network = createTestNetwork()
    const params = { ...draftStore(network.clock.now()), ...change }
    const reply = await network.call('store', params)
    expect(reply.status).toBe(400)
    expect(reply.body).toMatch(/^invalid request: ./)
    expect(network.mistakes).toEqual([])
  })

  it('is not repeated in the answer, which may be logged on its way', async () => {
    await using network = createTestNetwork()
    const secret = `${alice.id}00`
    const reply = await network.call('store', {
      ...draftStore(network.clock.now()),
      pubkey: secret,
    })
    expect(JSON.stringify(reply.body)).not.toContain(alice.id)
  })

  it('refuses numbers as text where only store takes them', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const params = { ...draftRetrieve(nowMs), timestamp: String(nowMs) }
    expect(await network.call('retrieve', params)).toMatchObject({ status: 400 })
  })
})

describe('random input', { timeout: PROPERTY_TIMEOUT_MS }, () => {
  it('gets a refusal, never a throw', async () => {
    await using network = createTestNetwork()
    await fc.assert(
      fc.asyncProperty(arbitraryBytes(), async (body) => {
        const { status } = await network.callRaw(body)
        expect(status).toBe(400)
      }),
      { numRuns: DECODER_RUNS },
    )
    expect(network.mistakes).toEqual([])
  })

  it('that nearly is a request gets an answer, never a throw', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const requests = [
      { method: 'store', params: draftStore(nowMs) },
      { method: 'retrieve', params: draftRetrieve(nowMs) },
      { method: 'batch', params: { requests: [{ method: 'info', params: {} }] } },
    ].map((request) => encodeUtf8(JSON.stringify(request)))
    await fc.assert(
      fc.asyncProperty(fc.oneof(...requests.map(arbitraryMutation)), async (body) => {
        const { status } = await network.callRaw(body)
        expect([200, 400, 401, 403, 406]).toContain(status)
      }),
      { numRuns: DECODER_RUNS },
    )
    expect(network.mistakes).toEqual([])
  })

  it('as JSON values in place of parameters gets an answer, never a throw', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const names = Object.keys(draftStore(nowMs))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.jsonValue(), async (name, value) => {
        const { status } = await network.call('store', { ...draftStore(nowMs), [name]: value })
        expect([200, 400, 401, 403, 406]).toContain(status)
      }),
      { numRuns: DECODER_RUNS / 10 },
    )
    expect(network.mistakes).toEqual([])
  })
})

describe('a broken store', () => {
  it('answers 500 without a detail, and the operator hears of it', async () => {
    const network = createTestNetwork()
    await network[Symbol.asyncDispose]()
    const reply = await network.call('retrieve', draftRetrieve(network.clock.now()))
    expect(reply).toEqual({ status: 500, body: 'request failed' })
    expect(network.mistakes).toHaveLength(1)
    expect(() => readHashes(reply)).toThrow()
  })
})
