/** `delete`, `delete_all` and `delete_before` as clients see them (spec 03 §4.4 to §4.6). */
import { decodeBase64, encodeUtf8 } from '@sotto/crypto/bytes'
import { verify } from '@sotto/crypto/signing'
import { describe, expect, it } from 'vitest'
import { readEntry, readHashes, readText, storeText } from './read-reply.ts'
import { alice, bob, draftRetrieve, signedBy } from './test-accounts.ts'
import { createTestNetwork, type TestNode, type TestReply } from './test-network.ts'

const UNKNOWN_HASH = 'A'.repeat(43)

/** Whether the node signed this text in its entry. */
function isSignedBy(node: TestNode | undefined, reply: TestReply, text: string): boolean {
  if (node === undefined) return false
  const signature = decodeBase64(readText(readEntry(reply, node)['signature'])) ?? new Uint8Array()
  return verify({ publicKey: node.signing.publicKey, message: encodeUtf8(text), signature })
}

describe('delete', () => {
  it('deletes what is there and signs what was asked and what was done', async () => {
    await using network = createTestNetwork()
    const [node] = network.nodes
    const stored = [await storeText(network, 'one'), await storeText(network, 'two')]
    const messages = [stored[1], UNKNOWN_HASH, stored[0]]
    const params = signedBy(alice, `delete${messages.join('')}`, { messages })
    const reply = await network.call('delete', params)
    const deleted = stored.toSorted()
    expect(reply).toMatchObject({ status: 200, body: { t: network.clock.now(), hf: [19, 4] } })
    expect(readEntry(reply, node)).toMatchObject({ deleted })
    expect(isSignedBy(node, reply, alice.id + messages.join('') + deleted.join(''))).toBe(true)
  })

  it('takes one hash as text', async () => {
    await using network = createTestNetwork()
    const hash = await storeText(network, 'one')
    const reply = await network.call('delete', signedBy(alice, `delete${hash}`, { messages: hash }))
    expect(readEntry(reply, network.nodes[0])).toMatchObject({ deleted: [hash] })
  })

  it('answers 404 when the client requires a deletion and there was none', async () => {
    await using network = createTestNetwork()
    const hash = await storeText(network, 'one')
    const draft = (message: string) =>
      signedBy(alice, `delete${message}`, { messages: [message], required: true })
    const missed = await network.call('delete', draft(UNKNOWN_HASH))
    expect(missed.status).toBe(404)
    expect(readEntry(missed, network.nodes[0])).toMatchObject({ deleted: [] })
    expect(await network.call('delete', draft(hash))).toMatchObject({ status: 200 })
  })

  it('answers 200 when nothing was there and nothing was required', async () => {
    await using network = createTestNetwork()
    const params = signedBy(alice, `delete${UNKNOWN_HASH}`, { messages: [UNKNOWN_HASH] })
    expect(await network.call('delete', params)).toMatchObject({ status: 200 })
  })

  it('cannot be used on another account’s messages', async () => {
    await using network = createTestNetwork()
    const hash = await storeText(network, 'one')
    const params = signedBy(bob, `delete${hash}`, { messages: [hash] })
    const reply = await network.call('delete', params)
    expect(readEntry(reply, network.nodes[0])).toMatchObject({ deleted: [] })
    const left = await network.call('retrieve', draftRetrieve(network.clock.now()))
    expect(readHashes(left)).toEqual([hash])
  })

  it.each([
    ['delete', { messages: [UNKNOWN_HASH] }, 'delete: request signature required'],
    ['delete_all', { timestamp: 1 }, 'delete_all: request signature required'],
    ['delete_before', { before: 1 }, 'delete_before: request signature required'],
  ])('%s needs a signature', async (method, params, body) => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const times = Object.keys(params).includes('messages')
      ? {}
      : { timestamp: nowMs, before: nowMs }
    const reply = await network.call(method, { ...alice.identity, ...params, ...times })
    expect(reply).toEqual({ status: 401, body })
  })
})

describe('delete_all', () => {
  it('empties namespace 0 unless told otherwise', async () => {
    await using network = createTestNetwork()
    const [node] = network.nodes
    const nowMs = network.clock.now()
    const gone = await storeText(network, 'one')
    const kept = await storeText(network, 'two', { namespace: 2 })
    const params = signedBy(alice, `delete_all${nowMs}`, { timestamp: nowMs })
    const reply = await network.call('delete_all', params)
    expect(readEntry(reply, node)).toMatchObject({ deleted: [gone] })
    expect(isSignedBy(node, reply, `${alice.id}${nowMs}${gone}`)).toBe(true)
    const left = await network.call('retrieve', draftRetrieve(nowMs, { namespace: 2 }))
    expect(readHashes(left)).toEqual([kept])
  })

  it('lists all namespaces by number and signs their hashes sorted as one', async () => {
    await using network = createTestNetwork()
    const [node] = network.nodes
    const nowMs = network.clock.now()
    const inbox = await storeText(network, 'one')
    const config = await storeText(network, 'two', { namespace: 2 })
    const outbox = await storeText(network, 'three', { namespace: -21 })
    const params = signedBy(alice, `delete_allall${nowMs}`, { namespace: 'all', timestamp: nowMs })
    const reply = await network.call('delete_all', params)
    const deleted = { 0: [inbox], 2: [config], '-21': [outbox] }
    expect(readEntry(reply, node)['deleted']).toEqual(deleted)
    const sorted = [inbox, config, outbox].toSorted().join('')
    expect(isSignedBy(node, reply, `${alice.id}${nowMs}${sorted}`)).toBe(true)
  })

  it('refuses a time that is 61 s off', async () => {
    await using network = createTestNetwork()
    const then = network.clock.now() - 61_000
    const params = signedBy(alice, `delete_all${then}`, { timestamp: then })
    expect(await network.call('delete_all', params)).toMatchObject({ status: 406 })
  })
})

describe('delete_before', () => {
  it('deletes up to the time, that one included', async () => {
    await using network = createTestNetwork()
    const [node] = network.nodes
    const early = await storeText(network, 'early')
    const before = network.clock.now()
    network.clock.step(1)
    const late = await storeText(network, 'late')
    const params = signedBy(alice, `delete_before${before}`, { before })
    const reply = await network.call('delete_before', params)
    expect(readEntry(reply, node)).toMatchObject({ deleted: [early] })
    expect(isSignedBy(node, reply, `${alice.id}${before}${early}`)).toBe(true)
    const left = await network.call('retrieve', draftRetrieve(network.clock.now()))
    expect(readHashes(left)).toEqual([late])
  })

  it('refuses a time in the future with 401', async () => {
    await using network = createTestNetwork()
    const before = network.clock.now() + 61_000
    const params = signedBy(alice, `delete_before${before}`, { before })
    expect(await network.call('delete_before', params)).toEqual({
      status: 401,
      body: 'delete_before timestamp too far in the future',
    })
  })
})
