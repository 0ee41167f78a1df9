/** What is to be forgotten is forgotten in the end, in pieces, whatever happens in between. */
import { describe, expect, it } from 'vitest'
import { createHash } from '../../../test/history-fixtures.ts'
import { createHistoryDevice } from '../../../test/history-device.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { codeOf, createAccount, unwrap } from '../../../test/simulated-person.ts'
import { forgetInSwarm, type ForgetParts, queueForgetting } from './forget-in-swarm.ts'

function createSetting() {
  const network = new SimulatedNetwork()
  const { account, accountBytes, client, history } = createHistoryDevice(
    network,
    createAccount('me'),
  )
  const { swarms, swarmCaller, time } = client
  const parts: ForgetParts = { account, history, swarms, swarmCaller, time }
  const asked: number[] = []
  for (const { faults } of network.nodes) {
    faults.answer = (request, honest) => {
      if (request.method === 'delete') asked.push(request.params.messages.length)
      return honest()
    }
  }
  return { network, parts, history, asked, swarm: network.swarmOf(accountBytes) }
}

function createHashes(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => createHash(`${index}`))
}

describe('forgetting', () => {
  it('asks nobody when there is nothing to forget', async () => {
    const { network, parts } = createSetting()
    unwrap(await network.settle(forgetInSwarm(parts)))
    expect(network.packets).toEqual([])
  })

  it('says a lot in several requests, each hash once', async () => {
    const { network, parts, history, asked } = createSetting()
    queueForgetting(createHashes(450), history)
    queueForgetting(createHashes(10), history)
    unwrap(await network.settle(forgetInSwarm(parts)))
    expect(asked).toEqual([200, 200, 50])
    unwrap(await network.settle(forgetInSwarm(parts)))
    expect(asked).toHaveLength(3)
  })

  it('keeps what it could not say for the next time', async () => {
    const { network, parts, history, asked } = createSetting()
    queueForgetting(createHashes(5), history)
    network.isOffline = true
    expect(codeOf(await network.settle(forgetInSwarm(parts)))).not.toBe('success')
    network.isOffline = false
    unwrap(await network.settle(forgetInSwarm(parts)))
    expect(asked).toEqual([5])
  })

  it('goes on with another member when one is dead', async () => {
    const { network, parts, history, asked, swarm } = createSetting()
    for (const node of swarm.slice(0, 2)) node.faults.isDead = true
    queueForgetting(createHashes(5), history)
    unwrap(await network.settle(forgetInSwarm(parts)))
    expect(asked).toEqual([5])
  })

  it('is bounded, and what is newest stays', async () => {
    const { network, parts, history, asked } = createSetting()
    queueForgetting(createHashes(10_100), history)
    unwrap(await network.settle(forgetInSwarm(parts)))
    expect(asked.reduce((sum, count) => sum + count, 0)).toBe(10_000)
  })
})
