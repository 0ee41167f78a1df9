/** The whole way of a message, over simulated nodes that speak the real protocol. */
import { describe, expect, it } from 'vitest'
import { SimulatedNetwork } from '../../test/simulated-network.ts'
import { codeOf, createPerson, unwrap } from '../../test/simulated-person.ts'
import { POLL_INTERVAL_MS } from './poll-plan.ts'

function createPair(nodes = 12) {
  const network = new SimulatedNetwork({ nodes })
  return { network, alice: createPerson(network, 'alice'), bob: createPerson(network, 'bob') }
}

describe('sending and fetching', () => {
  it('brings a text from one account to another, which sees who wrote', async () => {
    const { network, alice, bob } = createPair()
    const to = bob.account.accountId
    const sent = unwrap(await network.settle(alice.messenger.send({ to, text: 'hello, Bob ✉️' })))
    const [message] = bob.addedBy(unwrap(await network.settle(bob.messenger.poll())))
    expect(message).toMatchObject({
      author: alice.account.accountId,
      conversation: alice.account.accountId,
      state: 'received',
      text: 'hello, Bob ✉️',
      hash: sent.messageHash,
      sentAtMs: sent.sentAtMs,
    })
  })

  it('says which three nodes carried the message and which nodes proved to keep it', async () => {
    const { network, alice, bob } = createPair()
    const to = bob.account.accountId
    const sent = unwrap(await network.settle(alice.messenger.send({ to, text: 'hello' })))
    expect(new Set(sent.path.map(({ ed25519 }) => ed25519)).size).toBe(3)
    const swarm = network.swarmOf(bob.accountBytes).map(({ id }) => id)
    expect(sent.storedOn.toSorted()).toEqual(swarm.toSorted())
  })

  it.each([5, 8, 26])('works in a network of %d nodes', async (nodes) => {
    const { network, alice, bob } = createPair(nodes)
    const to = bob.account.accountId
    unwrap(await network.settle(alice.messenger.send({ to, text: 'hello' })))
    unwrap(await network.settle(bob.messenger.poll()))
    expect(bob.texts()).toEqual(['hello'])
  })

  it('carries a conversation in both directions, each message once', async () => {
    const { network, alice, bob } = createPair()
    for (const text of ['one', 'two']) {
      unwrap(await network.settle(alice.messenger.send({ to: bob.account.accountId, text })))
    }
    unwrap(await network.settle(bob.messenger.poll()))
    const answer = { to: alice.account.accountId, text: 'three' }
    unwrap(await network.settle(bob.messenger.send(answer)))
    unwrap(await network.settle(alice.messenger.poll()))
    unwrap(await network.settle(bob.messenger.poll()))
    expect(alice.allTexts()).toEqual(['one', 'two', 'three'])
    expect(bob.allTexts()).toEqual(['one', 'two', 'three'])
  })

  it('is the same person for others after the account was restored on a new device', async () => {
    const { network, alice, bob } = createPair()
    const to = bob.account.accountId
    unwrap(await network.settle(alice.messenger.send({ to, text: 'before' })))
    const restored = createPerson(network, 'bob')
    unwrap(await network.settle(restored.messenger.poll()))
    expect(restored.texts()).toEqual(['before'])
  })

  it('trap 36: lets nobody see account and address at once', async () => {
    const { network, alice, bob } = createPair()
    const to = bob.account.accountId
    unwrap(await network.settle(alice.messenger.send({ to, text: 'hello' })))
    unwrap(await network.settle(bob.messenger.poll()))
    for (const { body } of network.packets) {
      const text = Buffer.from(body).toString('latin1')
      expect(text).not.toContain(alice.account.accountId)
      expect(text).not.toContain(bob.account.accountId)
    }
  })

  it('trap 37: calls directly nothing but the seed and the candidates for guards', async () => {
    const { network, alice, bob } = createPair()
    const to = bob.account.accountId
    unwrap(await network.settle(alice.messenger.send({ to, text: 'hello' })))
    const kinds = new Set(
      network.packets.map(({ target }) => (target.kind === 'url' ? target.url : target.endpoint)),
    )
    expect(kinds).toEqual(
      new Set(['http://seed.test/json_rpc', '/storage_rpc/v1', '/onion_req/v2']),
    )
    expect(network.packetsTo('/storage_rpc/v1').length).toBeLessThanOrEqual(4)
  })
})

describe('a messenger', () => {
  it('remembers what was read', async () => {
    const { network, alice, bob } = createPair()
    const to = bob.account.accountId
    const { sentAtMs } = unwrap(await network.settle(alice.messenger.send({ to, text: 'hello' })))
    unwrap(await network.settle(bob.messenger.poll()))
    const { conversations } = bob.messenger
    expect(conversations.received({ isUnreadOnly: true })).toHaveLength(1)
    await network.settle(conversations.markRead(alice.account.accountId, sentAtMs))
    expect(conversations.received({ isUnreadOnly: true })).toEqual([])
  })

  it('shows a path of three nodes', async () => {
    const { network, alice } = createPair()
    const path = unwrap(await network.settle(alice.messenger.path()))
    expect(path).toHaveLength(3)
    for (const hop of path) {
      expect(network.node(hop.ed25519).record.ports.https).toBe(Number(hop.address.split(':')[1]))
    }
  })

  it('follows: tells of messages as they come, until it is stopped', async () => {
    const { network, alice, bob } = createPair()
    const told: string[] = []
    const following = bob.messenger.follow({
      onEvents: (events) => {
        told.push(...bob.addedBy(events).map(({ text }) => text))
      },
    })
    const to = bob.account.accountId
    unwrap(await network.settle(alice.messenger.send({ to, text: 'first' })))
    await network.settle(waitUntil(network, () => told.length === 1))
    unwrap(await network.settle(alice.messenger.send({ to, text: 'second' })))
    await network.settle(waitUntil(network, () => told.length === 2))
    await network.settle(following.stop())
    expect(told).toEqual(['first', 'second'])
  })

  it('refuses everything after it was closed, and leaves no timer behind', async () => {
    const { network, alice, bob } = createPair()
    alice.messenger.follow({ onEvents: () => undefined })
    await network.settle(alice.messenger.close())
    await network.clock.advance(10 * POLL_INTERVAL_MS)
    expect(network.clock.pending).toBe(0)
    const message = { to: bob.account.accountId, text: 'too late' }
    expect(codeOf(await alice.messenger.send(message))).toBe('closed')
    expect(codeOf(await alice.messenger.poll())).toBe('closed')
    expect(codeOf(await alice.messenger.path())).toBe('closed')
    expect(await alice.messenger.resume()).toBe(0)
  })

  it('says that there is no network when there is none', async () => {
    const { network, alice, bob } = createPair()
    network.isOffline = true
    const message = { to: bob.account.accountId, text: 'hello' }
    const sent = await network.settle(alice.messenger.send(message))
    expect(codeOf(sent)).toBe('awaiting_keys')
    expect(sent).toMatchObject({ error: { cause: { code: 'no_nodes' } } })
    expect(codeOf(await network.settle(alice.messenger.poll()))).toBe('no_nodes')
  })
})

describe('what a person sets', () => {
  it('holds at once without a network, and says why others cannot learn it yet', async () => {
    const { network, alice } = createPair()
    network.isOffline = true
    const failure = await network.settle(alice.messenger.updateProfile({ name: 'Alice' }))
    expect(failure?.code).toBe('no_nodes')
    expect(alice.messenger.profile.name).toBe('Alice')
    expect(alice.restart().profile.name).toBe('Alice')
  })

  it('reaches another device of the account, and nobody else', async () => {
    const { network, alice, bob } = createPair()
    expect(await network.settle(alice.messenger.updateProfile({ name: 'Alice' }))).toBeUndefined()
    const tablet = createPerson(network, 'alice')
    unwrap(await network.settle(tablet.messenger.poll()))
    unwrap(await network.settle(bob.messenger.poll()))
    expect(tablet.messenger.profile.name).toBe('Alice')
    expect(bob.messenger.conversations.list()).toEqual([])
  })

  it('on this device alone stays on it', async () => {
    const { network, alice } = createPair()
    alice.messenger.settings.update({ sendsTyping: true })
    const tablet = createPerson(network, 'alice')
    unwrap(await network.settle(tablet.messenger.poll()))
    expect(tablet.messenger.settings.current.sendsTyping).toBe(false)
    expect(alice.restart().settings.current.sendsTyping).toBe(true)
  })
})

/** Resolves when the condition holds; the clock is moved by whoever settles it. */
async function waitUntil(network: SimulatedNetwork, holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise<void>((resolve) => {
      network.clock.after(100, resolve)
    })
  }
}
