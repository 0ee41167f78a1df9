/** Guards see the device's address: few, tested, kept. */
import { decodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { createPaths } from '../../../test/path-fixtures.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { codeOf, createAccount, unwrap } from '../../../test/simulated-person.ts'
import { MemoryStateStore } from '../../memory/index.ts'
import type { NetworkNode } from '../network/network-node.ts'
import type { GuardSet } from './guard-set.ts'

const ANY = (): boolean => true

async function take(
  network: SimulatedNetwork,
  guards: GuardSet,
  isUsable: (node: NetworkNode) => boolean = ANY,
): Promise<NetworkNode> {
  return unwrap(await network.settle(guards.take(isUsable)))
}

describe('choosing a guard', () => {
  it('takes a node only after it answered', async () => {
    const network = new SimulatedNetwork()
    const { guards } = await createPaths(network)
    for (const node of network.nodes.slice(0, 10)) node.faults.isDead = true
    const { id } = await take(network, guards)
    expect(network.nodes.slice(10).map((node) => node.id)).toContain(id)
  })

  it('trap 37: tests with a direct call that names no account of ours', async () => {
    const network = new SimulatedNetwork()
    const { guards } = await createPaths(network)
    await take(network, guards)
    const tests = network.packetsTo('/storage_rpc/v1').map(({ body }) => decodeUtf8(body) ?? '')
    expect(tests.length).toBeGreaterThan(0)
    const accounts = tests.map((text) => /"pubkey":"(05[0-9a-f]{64})"/.exec(text)?.[1])
    expect(accounts.every((account) => account !== undefined)).toBe(true)
    expect(new Set(accounts).size).toBe(tests.length)
    expect(accounts).not.toContain(createAccount('alice').accountId)
  })

  it.each<[string, number, string]>([
    ['a status that is not 200', 503, '{}'],
    ['text that is not JSON', 200, 'hello'],
  ])('does not take a node that answers with %s', async (_name, status, body) => {
    const network = new SimulatedNetwork()
    const { guards } = await createPaths(network)
    for (const node of network.nodes) node.faults.answer = () => ({ status, body })
    expect(codeOf(await network.settle(guards.take(ANY)))).toBe('no_guard')
  })

  it('tests eight nodes at most before it says that nobody answers', async () => {
    const network = new SimulatedNetwork()
    const { guards } = await createPaths(network)
    network.isOffline = true
    expect(codeOf(await network.settle(guards.take(ANY)))).toBe('no_guard')
    expect(network.packetsTo('/storage_rpc/v1')).toHaveLength(8)
  })

  it('learns the network’s time from the test', async () => {
    const network = new SimulatedNetwork()
    const { guards, networkClock } = await createPaths(network)
    for (const node of network.nodes) node.faults.skewMs = 90_000
    await take(network, guards)
    expect(networkClock.now()).toBe(network.clock.now() + 90_000)
  })

  it('takes no second guard from the /24 of the first', async () => {
    const hostOf = (index: number): string => (index < 11 ? `8.8.8.${index + 1}` : '9.9.9.9')
    const network = new SimulatedNetwork({ hostOf })
    const { guards } = await createPaths(network)
    const first = await take(network, guards)
    const second = await take(network, guards, ({ id }) => id !== first.id)
    expect([first.host, second.host]).toContain('9.9.9.9')
  })
})

describe('keeping guards', () => {
  it('takes the same one again, without a test', async () => {
    const network = new SimulatedNetwork()
    const { guards } = await createPaths(network)
    const first = await take(network, guards)
    const packets = network.packets.length
    expect(await take(network, guards)).toBe(first)
    expect(network.packets).toHaveLength(packets)
  })

  it('takes the same one in the next run, so that few operators ever see the device', async () => {
    const network = new SimulatedNetwork()
    const state = new MemoryStateStore()
    const first = await take(network, (await createPaths(network, state)).guards)
    const tests = network.packetsTo('/storage_rpc/v1').length
    const next = await createPaths(network, state)
    expect((await take(network, next.guards)).id).toBe(first.id)
    expect(network.packetsTo('/storage_rpc/v1')).toHaveLength(tests)
  })

  it('remembers three, and the newest of them first', async () => {
    const network = new SimulatedNetwork()
    const { guards } = await createPaths(network)
    const taken: NetworkNode[] = []
    for (let count = 0; count < 4; count++) {
      taken.push(await take(network, guards, (node) => !taken.includes(node)))
    }
    expect(taken.map(({ id }) => guards.isGuard(id))).toEqual([false, true, true, true])
    expect(await take(network, guards)).toBe(taken[3])
  })

  it('takes another after one that left the network', async () => {
    const network = new SimulatedNetwork()
    const { guards, pool } = await createPaths(network)
    const first = await take(network, guards)
    pool.remove(first.id)
    expect((await take(network, guards)).id).not.toBe(first.id)
  })

  it.each(['', '{}', '[1,null]', '"05"', 'guards'])(
    'begins anew when what it remembers is %j',
    async (text) => {
      const network = new SimulatedNetwork()
      const state = new MemoryStateStore()
      await state.write('test/guards', text)
      const { guards } = await createPaths(network, state)
      expect(network.nodes.map(({ id }) => id)).toContain((await take(network, guards)).id)
    },
  )
})

describe('guards that fail', () => {
  it('are forgotten after three losses in a row', async () => {
    const network = new SimulatedNetwork()
    const { guards } = await createPaths(network)
    const { id } = await take(network, guards)
    expect(await guards.countFailure(id)).toBe(false)
    expect(await guards.countFailure(id)).toBe(false)
    expect(await guards.countFailure(id)).toBe(true)
    expect(guards.isGuard(id)).toBe(false)
  })

  it('stay when there was a success between the losses', async () => {
    const network = new SimulatedNetwork()
    const { guards } = await createPaths(network)
    const { id } = await take(network, guards)
    await guards.countFailure(id)
    await guards.countFailure(id)
    guards.clearFailures(id)
    expect(await guards.countFailure(id)).toBe(false)
    expect(guards.isGuard(id)).toBe(true)
  })

  it('stay when they cannot be reached, but come last in the next run', async () => {
    const network = new SimulatedNetwork()
    const state = new MemoryStateStore()
    const { guards } = await createPaths(network, state)
    const first = await take(network, guards)
    const second = await take(network, guards, ({ id }) => id !== first.id)
    await guards.demote(second.id)
    expect(guards.isGuard(second.id)).toBe(true)
    const next = await createPaths(network, state)
    expect((await take(network, next.guards)).id).toBe(first.id)
  })

  it('do not come back by being demoted', async () => {
    const network = new SimulatedNetwork()
    const { guards } = await createPaths(network)
    const { id } = await take(network, guards)
    await guards.forget(id)
    await guards.demote(id)
    expect(guards.isGuard(id)).toBe(false)
  })
})
