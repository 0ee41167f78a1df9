/** How the members of a swarm act together (spec 03 §6). */
import { concatBytes, decodeBase64, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { ok } from '@sotto/crypto/result'
import { verify } from '@sotto/crypto/signing'
import { COMMANDS } from '@sotto/protocol/link'
import { decodeForward, decodeStampedForward, SWARM_FORWARD_TIMEOUT_MS } from '@sotto/protocol/rpc'
import { describe, expect, it } from 'vitest'
import { readEntries, readEntry, readHashes, readText } from '../rpc/read-reply.ts'
import {
  alice,
  DAY_MS,
  draftRetrieve,
  draftSignedStore,
  draftStore,
  signedBy,
} from '../rpc/test-accounts.ts'
import { createTestNetwork, type TestNetwork } from '../rpc/test-network.ts'

const MEMBERS = 5

function createSwarm(): TestNetwork {
  return createTestNetwork({ membersPerSwarm: MEMBERS })
}

describe('a store in a swarm', () => {
  it('is there on every member, whichever is asked for it', async () => {
    await using network = createSwarm()
    await network.call('store', draftStore(network.clock.now()))
    for (const node of network.nodes) {
      const reply = await network.call('retrieve', draftRetrieve(network.clock.now()), node)
      expect(readHashes(reply)).toHaveLength(1)
    }
  })

  it('has an entry of every member, each signed with that member’s key', async () => {
    await using network = createSwarm()
    const reply = await network.call('store', draftStore(network.clock.now()))
    expect(Object.keys(readEntries(reply)).toSorted()).toEqual(
      network.nodes.map(({ key }) => key).toSorted(),
    )
    for (const node of network.nodes) {
      const { hash, signature } = readEntry(reply, node)
      const bytes = decodeBase64(readText(signature)) ?? new Uint8Array()
      const message = encodeUtf8(readText(hash))
      expect(verify({ publicKey: node.signing.publicKey, message, signature: bytes })).toBe(true)
    }
  })

  it('has the time in the entry node’s own entry only', async () => {
    await using network = createSwarm()
    const reply = await network.call('store', draftStore(network.clock.now()))
    const withTime = network.nodes.filter((node) => 't' in readEntry(reply, node))
    expect(withTime).toEqual(network.nodes.slice(0, 1))
  })

  it('says already as true for the entry node and as 1 for the others (§19)', async () => {
    await using network = createSwarm()
    await network.call('store', draftStore(network.clock.now()))
    const reply = await network.call('store', draftStore(network.clock.now()))
    const [own, ...others] = network.nodes
    expect(readEntry(reply, own)).toMatchObject({ already: true })
    for (const node of others) expect(readEntry(reply, node)).toMatchObject({ already: 1 })
  })

  it('is encoded once, is the same for all, and goes to nobody twice', async () => {
    await using network = createSwarm()
    await network.call('store', draftStore(network.clock.now()))
    const [first] = network.forwards
    expect(network.forwards.map(({ to }) => to)).toEqual(
      network.nodes.slice(1).map(({ key }) => key),
    )
    for (const { request } of network.forwards) {
      expect(request.body).toBe(first?.request.body)
      expect(request.command).toBe(COMMANDS.storageForward)
      expect(request.timeoutMs).toBe(SWARM_FORWARD_TIMEOUT_MS)
    }
  })

  it('carries an end instead of a lifetime, and the client’s own signature', async () => {
    await using network = createSwarm()
    const nowMs = network.clock.now()
    await network.call('store', draftSignedStore(nowMs, { namespace: 2 }))
    const forward = readForward(network)
    expect(forward).toMatchObject({
      ok: true,
      value: {
        method: 'store',
        params: {
          namespace: 2,
          timestampMs: nowMs,
          expiryMs: nowMs + DAY_MS,
          sigTimestampMs: nowMs,
        },
      },
    })
    expect(forward.ok && forward.value.params.signature).toHaveLength(64)
  })

  it('is sent to the members before the entry node applies it', async () => {
    await using network = createSwarm()
    const [own, member] = network.nodes
    if (own === undefined || member === undefined) throw new Error('too few nodes')
    const kept: number[] = []
    network.answerPeersOf(member, async (request) => {
      const reply = await network.call('retrieve', draftRetrieve(network.clock.now()), own)
      kept.push(readHashes(reply).length)
      return ok(await member.service.answerForward(request.body, own.record))
    })
    await network.call('store', draftStore(network.clock.now()))
    expect(kept).toEqual([0])
  })

  it('stays inside its swarm', async () => {
    await using network = createTestNetwork({ swarms: [0n, 2n ** 63n], membersPerSwarm: 3 })
    const swarms = [network.nodes.slice(0, 3), network.nodes.slice(3)]
    for (const nodes of swarms) {
      await network.call('store', draftStore(network.clock.now()), nodes[0])
    }
    const asked = new Set(network.forwards.map(({ to }) => to))
    const home = swarms.filter((nodes) => nodes.some(({ key }) => asked.has(key)))
    expect(home).toHaveLength(1)
    expect(asked.size).toBe(2)
  })

  it('is not forwarded when it is refused', async () => {
    await using network = createSwarm()
    await network.call('store', draftStore(network.clock.now(), { namespace: 2 }))
    await network.call('store', { ...draftStore(network.clock.now()), ttl: 1 })
    expect(network.forwards).toEqual([])
  })
})

describe('other methods in a swarm', () => {
  it.each([
    ['retrieve', (nowMs: number) => draftRetrieve(nowMs)],
    ['info', () => ({})],
    ['get_swarm', () => ({ pubkey: alice.id })],
  ])('%s is answered by one node alone', async (method, draft) => {
    await using network = createSwarm()
    expect(await network.call(method, draft(network.clock.now()))).toMatchObject({ status: 200 })
    expect(network.forwards).toEqual([])
  })

  it('delete reaches every member', async () => {
    await using network = createSwarm()
    const stored = await network.call('store', draftStore(network.clock.now()))
    const hash = readText(readEntry(stored, network.nodes[0])['hash'])
    const params = signedBy(alice, `delete${hash}`, { messages: [hash], required: true })
    const reply = await network.call('delete', params, network.nodes[3])
    for (const node of network.nodes) {
      expect(readEntry(reply, node)).toMatchObject({ deleted: [hash] })
      const left = await network.call('retrieve', draftRetrieve(network.clock.now()), node)
      expect(readHashes(left)).toEqual([])
    }
  })

  it('delete with required is fulfilled by any member that had the message', async () => {
    await using network = createSwarm()
    const stored = await network.call('store', draftStore(network.clock.now()))
    const hash = readText(readEntry(stored, network.nodes[0])['hash'])
    for (const { store } of network.nodes.slice(0, 4)) {
      await store.delete(readAccount(network), [hash])
    }
    const params = signedBy(alice, `delete${hash}`, { messages: [hash], required: true })
    expect(await network.call('delete', params)).toMatchObject({ status: 200 })
    expect(await network.call('delete', params)).toMatchObject({ status: 404 })
  })

  it('delete_all lists each namespace of each member', async () => {
    await using network = createSwarm()
    const nowMs = network.clock.now()
    await network.call('store', draftStore(nowMs))
    await network.call('store', draftSignedStore(nowMs, { namespace: 2 }))
    const params = signedBy(alice, `delete_allall${nowMs}`, { namespace: 'all', timestamp: nowMs })
    const reply = await network.call('delete_all', params)
    const lists = network.nodes.map((node) => readEntry(reply, node)['deleted'])
    expect(Object.keys(lists[0] ?? {}).toSorted()).toEqual(['0', '2'])
    expect(new Set(lists.map((list) => JSON.stringify(list))).size).toBe(1)
  })

  it('revoking holds on every member', async () => {
    await using network = createSwarm()
    const nowMs = network.clock.now()
    await network.call('store', draftStore(nowMs))
    const token = new Uint8Array(36).fill(1)
    const text = concatBytes([encodeUtf8(`revoke_subaccount${nowMs}`), token])
    const revoke = encodeHex(token)
    const params = signedBy(alice, text, { revoke, timestamp: nowMs })
    await network.call('revoke_subaccount', params)
    for (const { store } of network.nodes) {
      expect(store.isRevoked(readAccount(network), token)).toBe(true)
    }
  })
})

/** What the entry node sent to the first member. */
function readForward(network: TestNetwork) {
  const body = network.forwards[0]?.request.body ?? new Uint8Array()
  return decodeForward(decodeStampedForward(body, network.clock.now())?.forward ?? new Uint8Array())
}

/** Alice's account as the nodes know it. */
function readAccount(network: TestNetwork) {
  const forward = readForward(network)
  if (!forward.ok) throw new Error('nothing was forwarded')
  return forward.value.params.account
}
