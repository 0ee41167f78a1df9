/** An account reaches its swarm while any member answers, and stops where asking more would not help. */
import { describe, expect, it } from 'vitest'
import { createHistoryDevice } from '../../../test/history-device.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { codeOf, createAccount, unwrap } from '../../../test/simulated-person.ts'
import { callOwnSwarm } from './call-own-swarm.ts'

function createSetting() {
  const network = new SimulatedNetwork()
  const device = createHistoryDevice(network, createAccount('me'))
  const { account, accountBytes, client } = device
  const { swarms, swarmCaller, time } = client
  const times: number[] = []
  const call = () =>
    network.settle(
      callOwnSwarm(
        (nowMs) => {
          times.push(nowMs)
          return [{ method: 'get_swarm', params: { account: accountBytes } }]
        },
        { account, swarms, swarmCaller, time },
      ),
    )
  return { network, swarm: network.swarmOf(accountBytes), call, times }
}

describe('calling our own swarm', () => {
  it('gives the answer of one member', async () => {
    const { call, times } = createSetting()
    expect(unwrap(await call()).results).toMatchObject([{ status: 200 }])
    expect(times).toHaveLength(1)
  })

  it('asks another member with a new time when one fails', async () => {
    const { network, swarm, call } = createSetting()
    unwrap(await call())
    for (const { faults } of swarm.slice(0, 2)) faults.whole = { status: 500, body: 'no' }
    for (let round = 0; round < 5; round++) unwrap(await call())
    expect(network.packets.length).toBeGreaterThan(0)
  })

  it('gives up after three members', async () => {
    const { network, call, times } = createSetting()
    unwrap(await call())
    times.length = 0
    for (const { faults } of network.nodes) faults.whole = { status: 500, body: 'no' }
    expect(codeOf(await call())).toBe('node_failed')
    expect(times).toHaveLength(3)
  })

  it.each([
    [406, 'clock_out_of_sync'],
    [401, 'unauthorized'],
  ])('asks nobody else after %d, which all would say', async (status, code) => {
    const { network, call, times } = createSetting()
    unwrap(await call())
    times.length = 0
    for (const { faults } of network.nodes) faults.whole = { status, body: 'no' }
    expect(codeOf(await call())).toBe(code)
    expect(times).toHaveLength(1)
  })
})
