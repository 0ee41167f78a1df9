/** Leaving a group for none, and what a device that is alone keeps and drops (spec 12 §7.6, §7.7). */
import { describe, expect, it } from 'vitest'
import { GroupSimulation } from '../../../test/group-simulation.ts'
import { RECIPIENT } from '../../../test/session-v2-fixtures.ts'
import { findActiveKey } from '../keys/account-key.ts'

function pair(name: string) {
  const network = new GroupSimulation(RECIPIENT, name)
  const first = network.addFirst()
  const second = network.addDevice('second')
  network.link(first, second)
  return { network, first, second }
}

describe('leaving', () => {
  it('takes no key along from a group that goes on, whose key is replaced', () => {
    const { network, first, second } = pair('leaving')
    const { deviceId, accountKeys } = second.state
    const before = first.activeSeed
    expect(second.run({ kind: 'leave-group' })).toBeUndefined()
    expect(second.state.accountKeys).toEqual([])
    expect(accountKeys.every(({ seed }) => seed.every((byte) => byte === 0))).toBe(true)
    network.settle([first])
    expect(first.notices).toContainEqual({ kind: 'device-left', deviceId })
    expect(first.activeSeed).not.toEqual(before)
    second.fetch()
    expect(second.membership).toBe('groups-visible')
    expect(second.state.accountKeys).toEqual([])
  })

  it('gives the device another name: under the old one it could never come back', () => {
    const { network, first, second } = pair('name')
    const { deviceId } = second.state
    second.run({ kind: 'leave-group' })
    network.settle([first])
    expect(second.state.deviceId).not.toBe(deviceId)
    network.link(first, second)
    expect(second.membership).toBe('in-group')
    expect(first.state.devices.get(deviceId)?.state).toBe('left')
  })

  it('of the last device leaves nothing in the swarm, and the keys until what needs them is gone', () => {
    const network = new GroupSimulation(RECIPIENT, 'last')
    const first = network.addFirst()
    first.run({ kind: 'leave-group' })
    expect(network.groupMessageCount).toBe(0)
    expect(findActiveKey(first.state.accountKeys)).toBeUndefined()
    expect(first.state.accountKeys).toHaveLength(1)
    first.run({ kind: 'establish' })
    expect(first.state.accountKeys).toHaveLength(2)
  })

  it('is for members', () => {
    const network = new GroupSimulation(RECIPIENT, 'members')
    expect(network.addDevice().run({ kind: 'leave-group' })).toBe('not_member')
  })
})

describe('old device keys', () => {
  it('go at once where nobody else writes to them, and stay for thirty days where somebody may', () => {
    const { network, first, second } = pair('device keys')
    first.run({ kind: 'rotate-device-keys' })
    network.settle([first, second])
    expect(first.state.deviceKeys).toHaveLength(2)
    network.advance(31 * 24 * 3_600_000)
    network.settle([first])
    expect(first.state.deviceKeys).toHaveLength(1)
    second.run({ kind: 'leave-group' })
    network.settle([first])
    first.run({ kind: 'rotate-device-keys' })
    network.settle([first])
    expect(first.state.deviceKeys).toHaveLength(1)
  })
})
