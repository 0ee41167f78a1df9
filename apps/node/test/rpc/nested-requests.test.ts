/** `batch`, `sequence` and `ifelse` as clients see them (spec 03 §4.13, §4.14). */
import { describe, expect, it } from 'vitest'
import { readList, readObject } from './read-reply.ts'
import { alice, bob, draftRetrieve, draftStore, signedBy } from './test-accounts.ts'
import { createTestNetwork } from './test-network.ts'

const info = { method: 'info', params: {} }
const unsigned = { method: 'retrieve', params: { pubkey: alice.id } }

/** As text, because an object with a member called then looks like a promise. */
function draftIfElse(condition: object, consequent: object, alternative: object = info): string {
  const [test, yes, no] = [condition, consequent, alternative].map((each) => JSON.stringify(each))
  return `{"method":"ifelse","params":{"if":${test},"then":${yes},"else":${no}}}`
}

function listCodes(body: unknown): readonly unknown[] {
  return readList(readObject(body)['results']).map((result) => readObject(result)['code'])
}

describe('batch', () => {
  it('answers each request in its place, and the outside has no t and hf (trap 3)', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const requests = [
      { method: 'retrieve', params: draftRetrieve(nowMs) },
      unsigned,
      { method: 'store', params: draftStore(nowMs, { text: 'one', account: bob }) },
      info,
    ]
    const reply = await network.call('batch', { requests })
    expect(reply.status).toBe(200)
    expect(Object.keys(readObject(reply.body))).toEqual(['results'])
    expect(listCodes(reply.body)).toEqual([200, 401, 200, 200])
    const results = readList(readObject(reply.body)['results'])
    expect(results[1]).toEqual({ code: 401, body: 'retrieve: request signature required' })
    expect(results[3]).toMatchObject({ body: { version: [2, 8, 0], t: nowMs, hf: [19, 4] } })
  })

  it('fails as a whole when one parameter is wrong, and then nothing is done (§19)', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const good = { method: 'store', params: draftStore(nowMs) }
    const inSeconds = {
      method: 'store',
      params: { ...draftStore(nowMs), timestamp: Math.floor(nowMs / 1000) },
    }
    for (const method of ['batch', 'sequence']) {
      const reply = await network.call(method, { requests: [good, inSeconds] })
      expect(reply.status).toBe(400)
    }
    const left = await network.call('retrieve', draftRetrieve(nowMs))
    expect(left.body).toMatchObject({ messages: [] })
  })

  it('takes 20 requests, and neither 0 nor 21', async () => {
    await using network = createTestNetwork()
    const ask = async (count: number) =>
      (await network.call('batch', { requests: Array.from({ length: count }, () => info) })).status
    expect([await ask(20), await ask(21), await ask(0)]).toEqual([200, 400, 400])
  })

  it.each(['batch', 'sequence', 'ifelse'])('holds no %s', async (method) => {
    await using network = createTestNetwork()
    const nested = { method, params: { requests: [info], if: { hf_at_least: [1, 0] } } }
    for (const outer of ['batch', 'sequence']) {
      expect(await network.call(outer, { requests: [nested] })).toMatchObject({ status: 400 })
    }
  })
})

describe('sequence', () => {
  it('stops after the first failure and shows it', async () => {
    await using network = createTestNetwork()
    const reply = await network.call('sequence', { requests: [info, unsigned, info] })
    expect(reply.status).toBe(200)
    expect(listCodes(reply.body)).toEqual([200, 401])
  })

  it('does one thing after the other, so that a store is seen by the retrieve behind it', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const requests = [
      { method: 'store', params: draftStore(nowMs) },
      { method: 'retrieve', params: draftRetrieve(nowMs) },
      { method: 'delete_all', params: signedBy(alice, `delete_all${nowMs}`, { timestamp: nowMs }) },
      { method: 'retrieve', params: draftRetrieve(nowMs) },
    ]
    const reply = await network.call('sequence', { requests })
    const bodies = readList(readObject(reply.body)['results']).map(
      (each) => readObject(each)['body'],
    )
    expect(readList(readObject(bodies[1])['messages'])).toHaveLength(1)
    expect(readList(readObject(bodies[3])['messages'])).toHaveLength(0)
  })
})

describe('ifelse', () => {
  it.each([
    [{ hf_at_least: [19, 4] }, true],
    [{ hf_at_least: [19, 5] }, false],
    [{ hf_before: [20, 0] }, true],
    [{ v_at_least: [2, 8, 0] }, true],
    [{ v_before: [2, 8, 0] }, false],
    [{ height_at_least: 7 }, true],
    [{ height_before: 7 }, false],
    [{ hf_at_least: [19, 4], height_before: 7 }, false],
  ])('compares %j with the node: %s', async (condition, isMet) => {
    await using network = createTestNetwork()
    const reply = await network.callRaw(draftIfElse(condition, info, unsigned))
    expect(reply).toMatchObject({
      status: 200,
      body: {
        condition: isMet,
        hf: [19, 4],
        v: [2, 8, 0],
        height: 7,
        result: { code: isMet ? 200 : 401 },
      },
    })
  })

  it('has no result when there is no branch to take, and no t', async () => {
    await using network = createTestNetwork()
    const reply = await network.callRaw('{"method":"ifelse","params":{"if":{"height_before":1}}}')
    expect(readObject(reply.body)).toEqual({
      condition: false,
      hf: [19, 4],
      v: [2, 8, 0],
      height: 7,
    })
  })

  it('may hold a batch', async () => {
    await using network = createTestNetwork()
    const batch = { method: 'batch', params: { requests: [info] } }
    const reply = await network.callRaw(draftIfElse({ height_at_least: 0 }, batch))
    expect(readObject(reply.body)['result']).toMatchObject({ code: 200, body: { results: [{}] } })
  })

  it.each([{}, { if: {} }, { if: { moon: 'full' } }, { if: { hf_at_least: '19' } }])(
    'refuses %j with 400',
    async (params) => {
      await using network = createTestNetwork()
      expect(await network.call('ifelse', params)).toMatchObject({ status: 400 })
    },
  )
})
