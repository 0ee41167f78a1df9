/** `expire` and `expire_all` as clients see them (spec 03 §4.7, §4.8). */
import { decodeBase64, encodeUtf8 } from '@sotto/crypto/bytes'
import { verify } from '@sotto/crypto/signing'
import { describe, expect, it } from 'vitest'
import { readEntry, readText, storeText } from './read-reply.ts'
import { alice, DAY_MS, signedBy } from './test-accounts.ts'
import { createTestNetwork, type TestNode, type TestReply } from './test-network.ts'

const UNKNOWN_HASH = 'A'.repeat(43)

function isSignedBy(node: TestNode | undefined, reply: TestReply, text: string): boolean {
  if (node === undefined) return false
  const signature = decodeBase64(readText(readEntry(reply, node)['signature'])) ?? new Uint8Array()
  return verify({ publicKey: node.signing.publicKey, message: encodeUtf8(text), signature })
}

interface Draft {
  readonly messages: readonly string[]
  readonly expiry: number | readonly number[]
  readonly mode?: 'shorten' | 'extend'
}

function draftExpire({ messages, expiry, mode }: Draft): object {
  const expiries = typeof expiry === 'number' ? [expiry] : expiry
  const text = `expire${mode ?? ''}${expiries.join('')}${messages.join('')}`
  return signedBy(alice, text, { messages, expiry, ...(mode && { [mode]: true }) })
}

describe('expire', () => {
  it('sets the end of what is there and signs it', async () => {
    await using network = createTestNetwork()
    const [node] = network.nodes
    const hash = await storeText(network, 'one')
    const expiry = network.clock.now() + DAY_MS / 2
    const messages = [UNKNOWN_HASH, hash]
    const reply = await network.call('expire', draftExpire({ messages, expiry }))
    const entry = readEntry(reply, node)
    expect(entry).toMatchObject({ expiry, updated: [hash] })
    expect(entry).not.toHaveProperty('unchanged')
    expect(isSignedBy(node, reply, `${alice.id}${expiry}${messages.join('')}${hash}`)).toBe(true)
    expect(reply).toMatchObject({ status: 200, body: { t: network.clock.now(), hf: [19, 4] } })
  })

  it.each([
    { mode: 'shorten', share: 0.5, isUpdated: true },
    { mode: 'shorten', share: 2, isUpdated: false },
    { mode: 'extend', share: 2, isUpdated: true },
    { mode: 'extend', share: 0.5, isUpdated: false },
  ] as const)(
    '$mode to $share of the life updates: $isUpdated',
    async ({ mode, share, isUpdated }) => {
      await using network = createTestNetwork()
      const [node] = network.nodes
      const nowMs = network.clock.now()
      const hash = await storeText(network, 'one')
      const expiry = nowMs + share * DAY_MS
      const reply = await network.call('expire', draftExpire({ messages: [hash], expiry, mode }))
      const kept = nowMs + DAY_MS
      expect(readEntry(reply, node)).toMatchObject(
        isUpdated
          ? { expiry, updated: [hash], unchanged: {} }
          : { expiry, updated: [], unchanged: { [hash]: kept } },
      )
      const outcome = isUpdated ? hash : `${hash}${kept}`
      expect(isSignedBy(node, reply, `${alice.id}${expiry}${hash}${outcome}`)).toBe(true)
    },
  )

  it('takes an expiry for each message and lists those that were applied beside updated', async () => {
    await using network = createTestNetwork()
    const [node] = network.nodes
    const nowMs = network.clock.now()
    const hashes = [await storeText(network, 'one'), await storeText(network, 'two')]
    const messages = [UNKNOWN_HASH, ...hashes]
    const expiry = [nowMs + 1000, nowMs + 2000, nowMs + 3000]
    const ends = new Map(messages.map((hash, index) => [hash, expiry[index]]))
    const reply = await network.call('expire', draftExpire({ messages, expiry }))
    const updated = hashes.toSorted()
    const applied = updated.map((hash) => ends.get(hash))
    expect(readEntry(reply, node)).toMatchObject({ expiry: applied, updated })
    const text = [alice.id, ...applied, ...messages, ...updated].join('')
    expect(isSignedBy(node, reply, text)).toBe(true)
  })

  it('refuses a list of expiries before hard fork 19.4', async () => {
    await using network = createTestNetwork({ hardFork: [19, 3] })
    const expiry = network.clock.now() + DAY_MS
    const messages = [UNKNOWN_HASH]
    const list = await network.call('expire', draftExpire({ messages, expiry: [expiry] }))
    expect(list.status).toBe(403)
    expect(await network.call('expire', draftExpire({ messages, expiry }))).toMatchObject({
      status: 200,
    })
  })

  it('takes a list of expiries from a later hard fork on', async () => {
    await using network = createTestNetwork({ hardFork: [20, 0] })
    const draft = { messages: [UNKNOWN_HASH], expiry: [network.clock.now() + DAY_MS] }
    expect(await network.call('expire', draftExpire(draft))).toMatchObject({ status: 200 })
  })

  it('names a message once that was asked for twice', async () => {
    await using network = createTestNetwork()
    const hash = await storeText(network, 'one')
    const expiry = network.clock.now() + 2 * DAY_MS
    const draft = { messages: [hash, hash], expiry, mode: 'extend' } as const
    const reply = await network.call('expire', draftExpire(draft))
    expect(readEntry(reply, network.nodes[0])).toMatchObject({ updated: [hash], unchanged: {} })
  })

  it('gives no message more than 30 days, but checks the signature over what was sent', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const hash = await storeText(network, 'one')
    const draft = { messages: [hash], expiry: nowMs + 90 * DAY_MS }
    const reply = await network.call('expire', draftExpire(draft))
    expect(readEntry(reply, network.nodes[0])).toMatchObject({ expiry: nowMs + 30 * DAY_MS })
  })

  it('refuses an end in the past with 401', async () => {
    await using network = createTestNetwork()
    const expiry = network.clock.now() - 61_000
    const params = draftExpire({ messages: [UNKNOWN_HASH], expiry })
    expect(await network.call('expire', params)).toEqual({
      status: 401,
      body: 'expire: timestamp should be >= current time',
    })
  })

  it.each([
    ['shorten and extend at once', { shorten: true, extend: true }],
    ['a list of another length than messages', { expiry: [4_102_444_800_000, 4_102_444_800_000] }],
    ['an empty list of messages', { messages: [] }],
  ])('refuses %s with 400', async (_name, change) => {
    await using network = createTestNetwork()
    const draft = draftExpire({ messages: [UNKNOWN_HASH], expiry: network.clock.now() + DAY_MS })
    expect(await network.call('expire', { ...draft, ...change })).toMatchObject({ status: 400 })
  })

  it('ignores the wrong key extends, which a client of today sends (trap 24)', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const hash = await storeText(network, 'one')
    const params = draftExpire({ messages: [hash], expiry: nowMs + 1000 })
    const reply = await network.call('expire', { ...params, extends: true })
    expect(readEntry(reply, network.nodes[0])).toMatchObject({ updated: [hash] })
  })
})

describe('expire_all', () => {
  it('only shortens, in namespace 0 unless told otherwise', async () => {
    await using network = createTestNetwork()
    const [node] = network.nodes
    const nowMs = network.clock.now()
    const hash = await storeText(network, 'one')
    await storeText(network, 'two', { namespace: 2 })
    const ask = (expiry: number) =>
      network.call('expire_all', signedBy(alice, `expire_all${expiry}`, { expiry }))
    const later = await ask(nowMs + 2 * DAY_MS)
    expect(readEntry(later, node)).toMatchObject({ updated: [] })
    const sooner = await ask(nowMs + 1000)
    expect(readEntry(sooner, node)).toMatchObject({ updated: [hash] })
    expect(isSignedBy(node, sooner, `${alice.id}${nowMs + 1000}${hash}`)).toBe(true)
  })

  it('lists all namespaces by number', async () => {
    await using network = createTestNetwork()
    const expiry = network.clock.now() + 1000
    const inbox = await storeText(network, 'one')
    const config = await storeText(network, 'two', { namespace: 2 })
    const params = signedBy(alice, `expire_allall${expiry}`, { namespace: 'all', expiry })
    const reply = await network.call('expire_all', params)
    expect(readEntry(reply, network.nodes[0])['updated']).toEqual({ 0: [inbox], 2: [config] })
  })

  it('refuses an end in the past with 406', async () => {
    await using network = createTestNetwork()
    const expiry = network.clock.now() - 61_000
    const params = signedBy(alice, `expire_all${expiry}`, { expiry })
    expect(await network.call('expire_all', params)).toMatchObject({ status: 406 })
  })
})
