/** What a request that alters messages leaves behind on every member (spec 10 §8.1). */
import { concatBytes, encodeBase64, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { ok } from '@sotto/crypto/result'
import {
  checkChange,
  deriveChangeHash,
  RECORDS_ANSWER_BYTES_MAX,
} from '@sotto/protocol/replication'
import { decodeStampedForward, encodeStampedForward } from '@sotto/protocol/rpc'
import { describe, expect, it } from 'vitest'
import type { AccountChange } from '../../src/store/message-store.ts'
import { listChanges, showChange } from '../store/change-fixture.ts'
import { readEntry, readHashes, storeText } from './read-reply.ts'
import {
  alice,
  createMember,
  DAY_MS,
  draftRetrieve,
  draftSignedStore,
  draftStore,
  FLAGS,
  group,
  signedBy,
} from './test-accounts.ts'
import { createTestNetwork, type TestNetwork, type TestNode } from './test-network.ts'

const MEMBERS = 3
/** For a request of a megabyte on three members, while other tests run. */
const LONG_TIMEOUT_MS = 60_000
const { token } = createMember({ flags: FLAGS.read })

function createSwarm(): TestNetwork {
  return createTestNetwork({ membersPerSwarm: MEMBERS })
}

type Draft = (hash: string, nowMs: number) => object

function draftRevocation(method: string, name: string): Draft {
  return (_hash, nowMs) => {
    const text = concatBytes([encodeUtf8(`${method}${nowMs}`), token])
    return signedBy(group, text, { [name]: [encodeBase64(token)], timestamp: nowMs })
  }
}

const drafts: readonly (readonly [string, Draft])[] = [
  ['delete', (hash) => signedBy(alice, `delete${hash}`, { messages: [hash] })],
  ['delete_all', (_hash, nowMs) => signedBy(alice, `delete_all${nowMs}`, { timestamp: nowMs })],
  ['delete_before', (_hash, nowMs) => signedBy(alice, `delete_before${nowMs}`, { before: nowMs })],
  ['expire_all', (_hash, nowMs) => signedBy(alice, `expire_all${nowMs}`, { expiry: nowMs })],
  [
    'expire',
    (hash, nowMs) => {
      const expiry = nowMs + DAY_MS / 2
      return signedBy(alice, `expire${expiry}${hash}`, { messages: [hash], expiry })
    },
  ],
  ['revoke_subaccount', draftRevocation('revoke_subaccount', 'revoke')],
  ['unrevoke_subaccount', draftRevocation('unrevoke_subaccount', 'unrevoke')],
]

/** The only change that a node has. */
function readChange({ store }: TestNode): AccountChange {
  const [change, ...others] = listChanges(store)
  if (change === undefined || others.length > 0) throw new Error('not exactly one change')
  return change
}

async function storeForBoth(network: TestNetwork): Promise<string> {
  await storeText(network, 'hello', { account: group, namespace: 11 })
  return storeText(network, 'hello')
}

describe.each(drafts)('%s', (method, draft) => {
  it('leaves one change on every member, with one date and one name', async () => {
    await using network = createSwarm()
    const hash = await storeForBoth(network)
    const nowMs = network.clock.now()
    await network.call(method, draft(hash, nowMs), network.nodes[1])
    const [first, ...others] = network.nodes.map(readChange)
    if (first === undefined) throw new Error('no nodes')
    expect(others.map(showChange)).toEqual(others.map(() => showChange(first)))
    expect(first.atMs).toBe(nowMs)
    expect(encodeHex(first.hash)).toBe(encodeHex(deriveChangeHash(first.request, first.atMs)))
    expect(network.mistakes).toEqual([])
  })

  it('leaves what every member can verify by itself, long after', async () => {
    await using network = createSwarm()
    const hash = await storeForBoth(network)
    await network.call(method, draft(hash, network.clock.now()))
    for (const node of network.nodes) {
      const checked = checkChange(readChange(node), { nowMs: network.clock.now() + 20 * DAY_MS })
      expect(checked).toMatchObject({ ok: true, value: { request: { method } } })
    }
  })

  it.each([-60_000, 60_000])(
    'can be verified when the client’s clock was as far off as is accepted: %i ms',
    async (offset) => {
      await using network = createSwarm()
      const hash = await storeForBoth(network)
      const reply = await network.call(method, draft(hash, network.clock.now() + offset))
      expect(reply.status).toBe(200)
      for (const node of network.nodes) {
        const checked = checkChange(readChange(node), { nowMs: network.clock.now() + DAY_MS })
        expect(checked.ok).toBe(true)
      }
    },
  )

  it('leaves nothing when it is refused', async () => {
    await using network = createSwarm()
    const hash = await storeForBoth(network)
    const params = { ...draft(hash, network.clock.now()), signature: 'A'.repeat(86) }
    expect(await network.call(method, params)).toMatchObject({ status: 401 })
    for (const { store } of network.nodes) expect(listChanges(store)).toEqual([])
  })
})

describe('a store', () => {
  it('leaves no change', async () => {
    await using network = createSwarm()
    await storeForBoth(network)
    for (const { store } of network.nodes) expect(listChanges(store)).toEqual([])
  })
})

describe('the date of a change', () => {
  const remove = drafts[0]?.[1] ?? (() => ({}))

  async function deleteWithStamp(offsetMs: number): Promise<readonly number[]> {
    await using network = createSwarm()
    const [own, member] = network.nodes
    if (own === undefined || member === undefined) throw new Error('too few nodes')
    const hash = await storeText(network, 'hello')
    const nowMs = network.clock.now()
    network.answerPeersOf(member, async ({ body }) => {
      const forward = decodeStampedForward(body, nowMs)?.forward ?? new Uint8Array()
      const stamped = encodeStampedForward({ receivedMs: nowMs + offsetMs, forward })
      return ok(await member.service.answerForward(stamped, own.record))
    })
    await network.call('delete', remove(hash, nowMs))
    return [own, member].map((node) => readChange(node).atMs - nowMs)
  }

  it('is the entry node’s, as long as a member can believe it', async () => {
    expect(await deleteWithStamp(-30_000)).toEqual([0, -30_000])
    expect(await deleteWithStamp(30_000)).toEqual([0, 30_000])
  })

  it('is the member’s own when the entry node is too far off', async () => {
    expect(await deleteWithStamp(-30_001)).toEqual([0, 0])
    expect(await deleteWithStamp(DAY_MS)).toEqual([0, 0])
  })

  it('grows with every change of an account, so that those of one millisecond keep their order', async () => {
    await using network = createSwarm()
    const hash = await storeForBoth(network)
    const nowMs = network.clock.now()
    for (const round of [0, 1, 2]) {
      const messages = [hash, ...Array.from({ length: round }, () => 'A'.repeat(43))]
      const params = signedBy(alice, `delete${messages.join('')}`, { messages })
      await network.call('delete', params, network.nodes[round])
    }
    for (const { store } of network.nodes) {
      const dates = listChanges(store).map(({ atMs }) => atMs - nowMs)
      expect(dates).toEqual([0, 1, 2])
    }
  })

  it('comes before that of what is stored next, which lives', async () => {
    await using network = createSwarm()
    const nowMs = network.clock.now()
    await network.call('store', draftSignedStore(nowMs, { namespace: 2, text: 'old' }))
    const all = signedBy(alice, `delete_all2${nowMs}`, { namespace: 2, timestamp: nowMs })
    const requests = [
      { method: 'delete_all', params: all },
      { method: 'store', params: draftSignedStore(nowMs, { namespace: 2, text: 'new' }) },
    ]
    await network.call('sequence', { requests })
    for (const node of network.nodes) {
      const reply = await network.call('retrieve', draftRetrieve(nowMs, { namespace: 2 }), node)
      expect(readHashes(reply)).toHaveLength(1)
    }
  })
})

describe('a member whose clock is off', () => {
  it('checks a forward at the date of the entry node, so that all members decide alike', async () => {
    await using network = createSwarm()
    const [own, member] = network.nodes
    if (own === undefined || member === undefined) throw new Error('too few nodes')
    const hash = await storeText(network, 'hello')
    const nowMs = network.clock.now()
    // By the member's own clock, which is half a minute ahead, the client's is too far off.
    network.answerPeersOf(member, async ({ body }) => {
      await network.clock.advance(20_000)
      return ok(await member.service.answerForward(body, own.record))
    })
    const params = signedBy(alice, `delete_all${nowMs - 55_000}`, { timestamp: nowMs - 55_000 })
    const reply = await network.call('delete_all', params)
    expect(readEntry(reply, member)).toMatchObject({ deleted: [hash] })
    expect(readChange(member).atMs).toBe(readChange(own).atMs)
  })
})

describe('a deletion of so many messages that it fills an answer of its own', () => {
  it(
    'leaves its change on every member, so that those who missed it are told',
    async () => {
      await using network = createSwarm()
      const hash = await storeText(network, 'hello')
      const messages = [hash, ...Array.from({ length: 23_000 }, () => 'A'.repeat(43))]
      const params = signedBy(alice, `delete${messages.join('')}`, { messages })
      expect(readEntry(await network.call('delete', params), network.nodes[2])).toMatchObject({
        deleted: [hash],
      })
      for (const node of network.nodes) {
        expect(readChange(node).request.length).toBeGreaterThan(RECORDS_ANSWER_BYTES_MAX)
      }
    },
    LONG_TIMEOUT_MS,
  )
})

describe('a client that stores again what it deleted', () => {
  it('has the message at once, on every member', async () => {
    await using network = createSwarm()
    const hash = await storeText(network, 'hello')
    const remove = signedBy(alice, `delete${hash}`, { messages: [hash] })
    await network.call('delete', remove)
    await network.call('store', draftStore(network.clock.now()))
    for (const node of network.nodes) {
      const reply = await network.call('retrieve', draftRetrieve(network.clock.now()), node)
      expect(readHashes(reply)).toEqual([hash])
    }
  })
})
