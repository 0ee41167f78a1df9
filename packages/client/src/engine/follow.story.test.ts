/** A messenger that follows knows a network that is gone from one of which a part is gone (ADR 0017). */
import type { GroupId } from '@sotto/protocol/config'
import { parseAccountBytes } from '@sotto/protocol/swarm'
import { describe, expect, it } from 'vitest'
import { SimulatedNetwork } from '../../test/simulated-network.ts'
import { createPerson, type SimulatedPerson, unwrap } from '../../test/simulated-person.ts'
import type { Following } from './follow.ts'
import { OFFLINE_PAUSE_MAX_MS } from './poll-plan.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

function startStory(nodes = 12) {
  const network = new SimulatedNetwork({ nodes, name: 'following' })
  const alice = createPerson(network, 'alice')
  const bob = createPerson(network, 'bob')
  const states: string[] = []
  const failures: string[] = []
  const texts: string[] = []
  const follow = (person: SimulatedPerson): Following =>
    person.messenger.follow({
      onEvents: (events) => void texts.push(...person.addedBy(events).map(({ text }) => text)),
      onFailure: ({ code }) => void failures.push(code),
      onState: (state) => void states.push(state),
    })
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 1000) {
      await network.clock.advance(1000)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    }
  }
  return { network, alice, bob, states, failures, texts, follow, pass }
}

describe('a network that is gone', () => {
  it('is offline, is asked rarely, and is back by itself with what came meanwhile', async () => {
    const { network, alice, bob, states, failures, texts, follow, pass } = startStory()
    const following = follow(bob)
    await pass(MINUTE_MS)
    expect(states).toEqual([])
    network.isOffline = true
    await pass(10 * MINUTE_MS)
    expect(states).toEqual(['offline'])
    const before = failures.length
    await pass(HOUR_MS)
    const rounds = failures.length - before
    network.isOffline = false
    unwrap(
      await network.settle(
        alice.messenger.send({ to: bob.account.accountId, text: 'still there?' }),
      ),
    )
    await pass(OFFLINE_PAUSE_MAX_MS + 10_000)
    expect(states).toEqual(['offline', 'foreground'])
    expect(texts).toEqual(['still there?'])
    expect(rounds).toBeGreaterThan(5)
    expect(rounds).toBeLessThanOrEqual((2 * HOUR_MS) / OFFLINE_PAUSE_MAX_MS)
    await network.settle(following.stop())
    expect(network.clock.pending).toBe(0)
  })

  it('is noticed by a device that never saw a node', async () => {
    const { network, bob, states, follow, pass } = startStory()
    network.isOffline = true
    const following = follow(bob)
    await pass(MINUTE_MS)
    expect(states).toEqual(['offline'])
    network.isOffline = false
    following.wake()
    await pass(MINUTE_MS)
    expect(states).toEqual(['offline', 'foreground'])
    await network.settle(following.stop())
  })
})

describe('a network of which a part is gone', () => {
  it('is not offline when nobody of the account’s swarm answers', async () => {
    const { network, bob, states, failures, follow, pass } = startStory(26)
    for (const node of network.swarmOf(bob.accountBytes)) node.faults.isDead = true
    const following = follow(bob)
    await pass(5 * MINUTE_MS)
    expect(failures.length).toBeGreaterThan(1)
    expect(states).toEqual([])
    await network.settle(following.stop())
  })

  it('is not offline when groups fail, and the account goes on', async () => {
    const { network, alice, bob, states, texts, follow, pass } = startStory(26)
    const created = await network.settle(
      alice.messenger.groups.create({ name: 'far', members: [] }),
    )
    killSwarm(network, unwrap(created), alice)
    const following = follow(alice)
    await pass(MINUTE_MS)
    unwrap(await network.settle(bob.messenger.send({ to: alice.account.accountId, text: 'hello' })))
    await pass(5 * MINUTE_MS)
    expect(texts).toEqual(['hello'])
    expect(states).toEqual([])
    await network.settle(following.stop())
  })
})

/** All that keep a group, unless they keep the account as well. */
function killSwarm(network: SimulatedNetwork, id: GroupId, keeper: SimulatedPerson): void {
  const bytes = parseAccountBytes(id)
  if (bytes === undefined) throw new TypeError('a group is an account')
  const kept = new Set(network.swarmOf(keeper.accountBytes))
  const dead = network.swarmOf(bytes).filter((node) => !kept.has(node))
  expect(dead.length).toBeGreaterThan(0)
  for (const node of dead) node.faults.isDead = true
}
