/** `retrieve` and `get_expiries` as clients see them (spec 03 §4.2, §4.9). */
import { encodeBase64, encodeHex } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { readHashes, readMessages, readObject, storeText } from './read-reply.ts'
import { alice, bob, DAY_MS, draftRetrieve, draftStore, group, signedBy } from './test-accounts.ts'
import { createTestNetwork } from './test-network.ts'

const UNKNOWN_HASH = 'A'.repeat(43)

describe('retrieve', () => {
  it('calls the end of a message its expiration, where other methods say expiry (trap 3)', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const hash = await storeText(network, 'hello')
    const reply = await network.call('retrieve', draftRetrieve(nowMs))
    expect(reply).toEqual({
      status: 200,
      body: {
        messages: [{ hash, timestamp: nowMs, expiration: nowMs + DAY_MS, data: 'aGVsbG8=' }],
        more: false,
        t: nowMs,
        hf: [19, 4],
      },
    })
  })

  it('leaves the 0 out of the signed text of namespace 0 (trap 25)', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const withZero = signedBy(alice, `retrieve0${nowMs}`, { namespace: 0, timestamp: nowMs })
    expect(await network.call('retrieve', draftRetrieve(nowMs))).toMatchObject({ status: 200 })
    expect(await network.call('retrieve', withZero)).toMatchObject({ status: 401 })
  })

  it.each(['last_hash', 'lastHash'])('goes on after %s', async (name) => {
    await using network = createTestNetwork()
    const hashes = [await storeText(network, 'one'), await storeText(network, 'two')]
    const ask = async (value: string) =>
      readHashes(
        await network.call('retrieve', {
          ...draftRetrieve(network.clock.now()),
          [name]: value,
        }),
      )
    expect(await ask(hashes[0] ?? '')).toEqual(hashes.slice(1))
    expect(await ask('')).toEqual(hashes)
    expect(await ask(UNKNOWN_HASH)).toEqual(hashes)
  })

  it('pages through everything, each message once', async () => {
    await using network = createTestNetwork()
    const stored: string[] = []
    for (let index = 0; index < 7; index++) stored.push(await storeText(network, `text ${index}`))
    const seen: string[] = []
    let isMore = true
    while (isMore) {
      const page = await network.call('retrieve', {
        ...draftRetrieve(network.clock.now()),
        max_count: 3,
        last_hash: seen.at(-1) ?? '',
      })
      seen.push(...readHashes(page))
      isMore = readObject(page.body)['more'] === true
    }
    expect(seen).toEqual(stored)
  })

  it('bounds a page by the size that the client asks for, but gives at least one message', async () => {
    await using network = createTestNetwork()
    for (const text of ['one', 'two']) await storeText(network, text)
    const reply = await network.call('retrieve', {
      ...draftRetrieve(network.clock.now()),
      max_size: 1,
    })
    expect(readMessages(reply)).toHaveLength(1)
    expect(reply.body).toMatchObject({ more: true })
  })

  it('gives a fifth of the budget when the client names no limit', async () => {
    await using network = createTestNetwork()
    for (let index = 0; index < 18; index++) {
      const data = encodeBase64(new Uint8Array(76_000).fill(index))
      const stored = await network.call('store', { ...draftStore(network.clock.now()), data })
      expect(stored.status).toBe(200)
    }
    const reply = await network.call('retrieve', draftRetrieve(network.clock.now()))
    // 1,560,000 ÷ (100 + 43 + ⌈76,000 · 4 ÷ 3⌉)
    expect(readMessages(reply)).toHaveLength(15)
    const all = { ...draftRetrieve(network.clock.now()), max_size: -1 }
    expect(readMessages(await network.call('retrieve', all))).toHaveLength(18)
  })

  it('shows an account’s messages to nobody else', async () => {
    await using network = createTestNetwork()
    await storeText(network, 'hello')
    const nowMs = network.clock.now()
    const unsigned = { pubkey: alice.id, timestamp: nowMs }
    expect(await network.call('retrieve', unsigned)).toEqual({
      status: 401,
      body: 'retrieve: request signature required',
    })
    const stolen = { ...draftRetrieve(nowMs, { account: bob }), pubkey: alice.id }
    expect(await network.call('retrieve', stolen)).toEqual({
      status: 401,
      body: 'retrieve signature verification failed',
    })
    const claimed = signedBy(bob, `retrieve${nowMs}`, {
      pubkey: alice.id,
      pubkey_ed25519: encodeHex(bob.signing.publicKey),
      timestamp: nowMs,
    })
    expect(await network.call('retrieve', claimed)).toMatchObject({ status: 401 })
  })

  it.each([61_000, -61_000])('refuses a timestamp %d ms off with 406 (trap 9)', async (off) => {
    await using network = createTestNetwork()
    const reply = await network.call('retrieve', draftRetrieve(network.clock.now() + off))
    expect(reply).toEqual({ status: 406, body: 'retrieve timestamp too far from current time' })
  })

  it.each([60_000, -60_000])('accepts a timestamp %d ms off', async (off) => {
    await using network = createTestNetwork()
    const reply = await network.call('retrieve', draftRetrieve(network.clock.now() + off))
    expect(reply).toMatchObject({ status: 200 })
  })

  it('needs no signature in namespace −10, where the groups of old have no key', async () => {
    await using network = createTestNetwork()
    await network.call('store', draftStore(network.clock.now(), { namespace: -10 }))
    const reply = await network.call('retrieve', { pubkey: alice.id, namespace: -10 })
    expect(readMessages(reply)).toHaveLength(1)
  })

  it('never shows an expired message, even before the sweep', async () => {
    await using network = createTestNetwork()
    const params = { ...draftStore(network.clock.now()), ttl: 10_000 }
    await network.call('store', params)
    network.clock.step(9999)
    const before = await network.call('retrieve', draftRetrieve(network.clock.now()))
    network.clock.step(1)
    const after = await network.call('retrieve', draftRetrieve(network.clock.now()))
    expect([readHashes(before).length, readHashes(after).length]).toEqual([1, 0])
  })
})

describe('get_expiries', () => {
  it('tells the ends of what is there, without t and hf (trap 3)', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const hash = await storeText(network, 'hello')
    const messages = [hash, UNKNOWN_HASH]
    const params = signedBy(alice, `get_expiries${nowMs}${messages.join('')}`, {
      messages,
      timestamp: nowMs,
    })
    expect(await network.call('get_expiries', params)).toEqual({
      status: 200,
      body: { expiries: { [hash]: nowMs + DAY_MS } },
    })
  })

  it('does not tell one account about the messages of another', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const hash = await storeText(network, 'hello')
    const params = signedBy(group, `get_expiries${nowMs}${hash}`, {
      messages: [hash],
      timestamp: nowMs,
    })
    expect(await network.call('get_expiries', params)).toEqual({
      status: 200,
      body: { expiries: {} },
    })
  })
})
