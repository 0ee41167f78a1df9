/** `store` as clients see it (spec 03 §4.1). */
import { decodeBase64, encodeUtf8, encodeBase64 } from '@sotto/crypto/bytes'
import { verify } from '@sotto/crypto/signing'
import { describe, expect, it } from 'vitest'
import { readEntry, readHashes, readObject, readText, storeText } from './read-reply.ts'
import {
  alice,
  bob,
  createGroup,
  DAY_MS,
  draftRetrieve,
  draftSignedStore,
  draftStore,
  group,
  signedBy,
  signText,
} from './test-accounts.ts'
import { createTestNetwork } from './test-network.ts'

/** 32 bytes after the prefix; the vector of the wire's reference. */
const VECTOR_ACCOUNT = '05ffba630924aa1224bb930dde21c0d11bf004608f2812217f8ac812d6c7e3ad48'

describe('store', () => {
  it('names the message by its content alone (trap 1)', async () => {
    await using network = createTestNetwork()
    const params = { ...draftStore(network.clock.now()), pubkey: VECTOR_ACCOUNT }
    const reply = await network.call('store', params)
    expect(reply).toMatchObject({
      status: 200,
      body: { hash: 'tse7cPdGXVWduXXcEKR/FS0RYFBYv/dQ0HmjzQMyqQo' },
    })
  })

  it('answers with a signed entry, the node’s time and the hard fork', async () => {
    await using network = createTestNetwork()
    const [node] = network.nodes
    const reply = await network.call('store', draftStore(network.clock.now()))
    const t = network.clock.now()
    const entry = readEntry(reply, node)
    expect(reply.body).toMatchObject({ hash: entry['hash'], t, hf: [19, 4] })
    expect(entry).toMatchObject({ expiry: t + DAY_MS, t })
    expect(entry).not.toHaveProperty('already')
    expect(entry).not.toHaveProperty('expiration')
    const message = encodeUtf8(readText(entry['hash']))
    const signature = decodeBase64(readText(entry['signature'])) ?? new Uint8Array()
    if (node === undefined) throw new Error('no node')
    expect(verify({ publicKey: node.signing.publicKey, message, signature })).toBe(true)
  })

  it('says already for a duplicate, which can prolong but not shorten', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const [node] = network.nodes
    await network.call('store', draftStore(nowMs))
    const longer = await network.call('store', { ...draftStore(nowMs), ttl: 2 * DAY_MS })
    expect(readEntry(longer, node)).toMatchObject({ already: true, expiry: nowMs + 2 * DAY_MS })
    const shorter = await network.call('store', { ...draftStore(nowMs), ttl: 10_000 })
    expect(readEntry(shorter, node)).toMatchObject({ already: true, expiry: nowMs + 2 * DAY_MS })
  })

  it.each([
    ['ttl and timestamp as text', (now: number) => ({ ttl: '86400000', timestamp: String(now) })],
    ['expiry instead of ttl', (now: number) => ({ ttl: null, expiry: now + DAY_MS })],
    ['pubKey', () => ({ pubkey: null, pubKey: alice.id })],
    ['unknown parameters', () => ({ colour: 'blue' })],
    ['no namespace', () => ({ namespace: null })],
    ['data without padding', () => ({ data: 'aGVsbG8' })],
  ])('accepts %s', async (_name, change) => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const reply = await network.call('store', { ...draftStore(nowMs), ...change(nowMs) })
    expect(reply).toMatchObject({ status: 200 })
    expect(readHashes(await network.call('retrieve', draftRetrieve(nowMs)))).toHaveLength(1)
  })

  it.each([
    ['a TTL of 1 s', { ttl: 1000 }, 403, 'Provided expiry/TTL is not valid.'],
    ['a TTL of 60 d', { ttl: 60 * DAY_MS }, 403, 'Provided expiry/TTL is not valid.'],
    ['15 d in a public inbox', { ttl: 15 * DAY_MS }, 403, 'Provided expiry/TTL is not valid.'],
  ])('refuses %s', async (_name, change, status, body) => {
    await using network = createTestNetwork()
    const params = { ...draftStore(network.clock.now()), ...change }
    expect(await network.call('store', params)).toEqual({ status, body })
  })

  it.each([11_000, -(DAY_MS + 11_000)])(
    'refuses a timestamp %d ms off with 406 (trap 9)',
    async (off) => {
      await using network = createTestNetwork()
      expect(await network.call('store', draftStore(network.clock.now() + off))).toEqual({
        status: 406,
        body: 'Timestamp error: check your clock',
      })
    },
  )

  it('takes 76,800 bytes and refuses one more', async () => {
    await using network = createTestNetwork()
    const draft = draftStore(network.clock.now())
    const largest = encodeBase64(new Uint8Array(76_800))
    const tooLarge = encodeBase64(new Uint8Array(76_801))
    expect(await network.call('store', { ...draft, data: largest })).toMatchObject({ status: 200 })
    expect(await network.call('store', { ...draft, data: tooLarge })).toMatchObject({ status: 400 })
  })
})

describe('store, authentication', () => {
  it('needs no signature in a public inbox and ignores a wrong one (trap 26)', async () => {
    await using network = createTestNetwork()
    const draft = draftStore(network.clock.now(), { namespace: 10 })
    const forged = { ...draft, signature: signText(bob.signing, 'nonsense') }
    expect(await network.call('store', draft)).toMatchObject({ status: 200 })
    expect(await network.call('store', forged)).toMatchObject({ status: 200 })
  })

  it('needs a signature everywhere else', async () => {
    await using network = createTestNetwork()
    const draft = draftStore(network.clock.now(), { namespace: 2 })
    expect(await network.call('store', draft)).toEqual({
      status: 401,
      body: 'store: signature required to store to namespace 2',
    })
  })

  it('refuses another account’s signature, and one for another namespace', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const draft = { ...draftStore(nowMs, { namespace: 2 }), ...alice.identity }
    const refusal = { status: 401, body: 'store signature verification failed' }
    const forged = { ...draft, signature: signText(bob.signing, `store2${nowMs}`) }
    const replayed = { ...draft, signature: signText(alice.signing, `store3${nowMs}`) }
    expect(await network.call('store', forged)).toEqual(refusal)
    expect(await network.call('store', replayed)).toEqual(refusal)
  })

  it('refuses a signature of 61 s ago and accepts one of 60 s ago', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const draft = (signedAt: number) =>
      signedBy(alice, `store2${signedAt}`, {
        ...draftStore(nowMs, { namespace: 2 }),
        sig_timestamp: signedAt,
      })
    expect(await network.call('store', draft(nowMs - 60_000))).toMatchObject({ status: 200 })
    expect(await network.call('store', draft(nowMs - 61_000))).toEqual({
      status: 406,
      body: 'store signature timestamp too far from current time',
    })
  })

  it('verifies a group by the key that is its id (trap 27)', async () => {
    await using network = createTestNetwork()
    const params = draftSignedStore(network.clock.now(), { account: group, namespace: 11 })
    expect(await network.call('store', params)).toMatchObject({ status: 200 })
    const withKey = { ...params, pubkey_ed25519: alice.identity['pubkey_ed25519'] }
    expect(await network.call('store', withKey)).toMatchObject({ status: 400 })
  })

  it('takes the 32 bytes of any account without a key of its own as the key', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const id = `05${createGroup('stranger').id.slice(2)}`
    const stranger = { ...createGroup('stranger'), id, identity: { pubkey: id } }
    const params = draftSignedStore(nowMs, { account: stranger, namespace: 2 })
    expect(await network.call('store', params)).toMatchObject({ status: 200 })
  })
})

describe('a public outbox', () => {
  it('keeps the newest message and shows it to anybody without a signature (trap 23)', async () => {
    await using network = createTestNetwork()
    await storeText(network, 'first', { namespace: -21 })
    const newest = await storeText(network, 'second', { namespace: -21 })
    const reply = await network.call('retrieve', { pubkey: alice.id, namespace: -21 })
    expect(readHashes(reply)).toEqual([newest])
  })
})

describe('a full disk', () => {
  /** The schema fits, and a small message. */
  const SIZE_MAX_BYTES = 64 * 1024

  it('answers 500 with a failed entry, keeps what it had, and recovers', async () => {
    await using network = createTestNetwork({ sizeMaxBytes: SIZE_MAX_BYTES })
    const nowMs = network.clock.now()
    const [node] = network.nodes
    const kept = await storeText(network, 'small')
    const large = { ...draftStore(nowMs), data: encodeBase64(new Uint8Array(70_000)) }
    const refused = await network.call('store', large)
    expect(refused.status).toBe(500)
    expect(readEntry(refused, node)).toMatchObject({ failed: true, query_failure: true })
    expect(readObject(refused.body)).not.toHaveProperty('hash')
    expect(readHashes(await network.call('retrieve', draftRetrieve(nowMs)))).toEqual([kept])
    const emptied = signedBy(alice, `delete_all${nowMs}`, { timestamp: nowMs })
    expect(await network.call('delete_all', emptied)).toMatchObject({ status: 200 })
    await storeText(network, 'small again')
    expect(network.mistakes).toEqual([])
  })
})
