/** Device groups when things go wrong: two groups, copies of a device, thieves with the phrase, lost messages. */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { GroupSimulation, SimulatedDevice } from '../../../test/group-simulation.ts'
import { RECIPIENT } from '../../../test/session-v2-fixtures.ts'
import { createDeviceRecord } from './device-record.ts'
import { sealGroupMessage } from './group-message.ts'
import { registeredIds } from './group-state.ts'
import { findOtherGroups } from './membership.ts'
import { currentDeviceKeys } from './group-state.ts'
import { expandAccountSeed } from '../keys/key-pairs.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

function kinds(device: SimulatedDevice): readonly string[] {
  return device.notices.map(({ kind }) => kind)
}

/** Two groups of one account in one swarm. */
function twoGroups(name: string): {
  network: GroupSimulation
  ours: SimulatedDevice
  theirs: SimulatedDevice
} {
  const network = new GroupSimulation(RECIPIENT, name)
  network.allowsPublishing = false
  const ours = network.addFirst('ours')
  const theirs = network.addDevice('theirs')
  theirs.run({ kind: 'establish' })
  theirs.fetch()
  return { network, ours, theirs }
}

function linkPair(name: string): {
  network: GroupSimulation
  first: SimulatedDevice
  second: SimulatedDevice
} {
  const network = new GroupSimulation(RECIPIENT, name)
  const first = network.addFirst()
  const second = network.addDevice('second')
  network.link(first, second)
  return { network, first, second }
}

describe('two groups of one account', () => {
  it('alerts each once, and touches none of each other’s messages', () => {
    const { network, ours, theirs } = twoGroups('two')
    for (let round = 0; round < 3; round++) for (const device of [ours, theirs]) device.fetch()
    expect(kinds(ours).filter((kind) => kind === 'foreign-group')).toHaveLength(1)
    expect([ours.membership, theirs.membership]).toEqual(['in-group', 'in-group'])
    expect(network.groupMessageCount).toBe(2)
    expect(findOtherGroups(ours.state, network.nowMs)).toEqual([theirs.group])
    expect(ours.run({ kind: 'dismiss-group', group: theirs.group })).toBeUndefined()
    expect(ours.state.groupsSeen.get(theirs.group)?.isDismissed).toBe(true)
    expect(ours.run({ kind: 'dismiss-group', group: 'none' })).toBe('unknown_group')
  })

  it('cannot read each other’s requests, though both have the phrase', () => {
    const { network, ours, theirs } = twoGroups('unread')
    const device = network.addDevice()
    device.fetch()
    device.run({ kind: 'request-link', group: theirs.group })
    for (const member of [ours, theirs]) member.fetch()
    expect(ours.state.linkRequests).toEqual([])
    expect(theirs.state.linkRequests).toHaveLength(1)
  })

  it('leaves a device cut off whose own group’s messages have run out', () => {
    const { network, ours, theirs } = twoGroups('cut off')
    ours.fetch()
    network.advance(20 * DAY)
    theirs.run({ kind: 'update-details', details: { description: 'still here' } })
    theirs.fetch()
    network.advance(11 * DAY)
    ours.restart()
    ours.isOffline = true
    ours.fetch()
    expect(ours.membership).toBe('cut-off')
  })

  it('lets a member change over, who takes no key along and whose old group gets a new one', () => {
    const { network, ours, theirs } = twoGroups('switch')
    const second = network.addDevice('second')
    network.link(ours, second)
    const carried = second.state.accountKeys.map(({ seed }) => Uint8Array.from(seed))
    const before = ours.activeSeed
    const oldGroup = ours.group
    network.link(theirs, second, [ours])
    expect(second.group).toBe(theirs.group)
    expect(second.activeSeed).toEqual(theirs.activeSeed)
    for (const seed of carried) {
      expect(theirs.state.accountKeys.map((key) => key.seed)).not.toContainEqual(seed)
    }
    expect(second.state.groupsSeen.get(oldGroup)?.isDismissed).toBe(true)
    expect(ours.state.devices.get(second.state.deviceId)?.state).toBe('left')
    expect(kinds(ours)).toContain('device-left')
    expect(ours.activeSeed).not.toEqual(before)
    expect(registeredIds(ours.state)).toEqual([ours.state.deviceId])
  })

  it('loses the messages of a group whose last member changed over', () => {
    const { network, ours, theirs } = twoGroups('alone')
    network.link(theirs, ours)
    expect(network.groupMessageCount).toBe(1)
    expect(ours.group).toBe(theirs.group)
  })

  it('keeps a member working in its own group while it asks the other (spec 12 §6.3)', () => {
    const { ours, theirs } = twoGroups('asking')
    ours.fetch()
    ours.run({ kind: 'request-link', group: theirs.group })
    expect(ours.membership).toBe('in-group')
  })
})

describe('a copy of a device', () => {
  it('displaces the other one when it writes to the group with new keys', () => {
    const { network, first, second } = linkPair('copy')
    const copy = new SimulatedDevice(network, { ...second.state, isPushing: false })
    copy.run({ kind: 'rotate-device-keys' })
    network.settle([copy, first])
    second.fetch()
    expect(second.membership).toBe('in-group')
    network.advance(6 * MINUTE)
    first.run({ kind: 'update-details', details: { description: 'moved' } })
    first.fetch()
    second.fetch()
    expect(second.membership).toBe('displaced')
    expect(second.run({ kind: 'remove-device', deviceId: first.state.deviceId })).toBe('not_member')
    expect(second.run({ kind: 'rotate-device-keys' })).toBe('not_member')
    const { pushes } = second
    second.fetch()
    expect(second.pushes).toBe(pushes)
    expect(second.run({ kind: 'renew-identity' })).toBeUndefined()
    expect(second.membership).toBe('groups-visible')
  })

  it('does not displace anybody within five minutes, or for good once messages are readable again', () => {
    const { network, first, second } = linkPair('grace')
    const { groupId } = first.state
    const own = first.state.devices.get(first.state.deviceId)?.record
    if (groupId === undefined || own === undefined) throw new TypeError('a member')
    const unreadable = (): void => {
      const payload = {
        records: new Map([[first.state.deviceId, own]]),
        tombstones: new Map(),
        accountKeys: first.state.accountKeys,
      }
      const { accountKeys } = first.state
      const draft = { account: RECIPIENT, groupId, payload, accountKeys }
      network.store(sealGroupMessage(draft, network.randomness), DAY)
    }
    unreadable()
    second.fetch()
    expect(second.membership).toBe('in-group')
    network.advance(10 * MINUTE)
    unreadable()
    second.fetch()
    expect(second.membership).toBe('displaced')
    first.run({ kind: 'update-details', details: { description: 'again' } })
    first.fetch()
    second.fetch()
    expect(second.membership).toBe('in-group')
    expect(kinds(second).slice(-1)).toEqual(['restored'])
  })
})

describe('a device that comes back under its own name', () => {
  it('is shown as a replacement, and its acceptance replaces the account key (pitfall 5.25)', () => {
    const { network, first, second } = linkPair('replacement')
    // A backup from before it was linked: its own id, other keys, and nothing of the group.
    const lost = network.addDevice('restored')
    const restored = new SimulatedDevice(network, {
      ...lost.state,
      deviceId: second.state.deviceId,
    })
    network.advance(HOUR)
    const before = first.activeSeed
    restored.fetch()
    restored.run({ kind: 'request-link', group: first.group })
    first.fetch()
    const asked = first.state.linkRequests.find(({ status }) => status === 'pending')
    expect(asked?.isReplacement).toBe(true)
    expect(first.state.devices.get(second.state.deviceId)?.record?.description).toBe('second')
    const updatedSeconds = restored.state.ownRequests[0]?.record.updatedSeconds ?? 0
    restored.run({ kind: 'confirm-link', updatedSeconds })
    first.run({ kind: 'accept-request', id: asked?.id ?? 0 })
    expect(first.activeSeed).not.toEqual(before)
    network.settle([first, restored])
    expect(restored.membership).toBe('in-group')
    expect(restored.activeSeed).toEqual(first.activeSeed)
    network.advance(6 * MINUTE)
    first.run({ kind: 'update-details', details: { description: 'first again' } })
    first.fetch()
    second.fetch()
    expect(second.membership).toBe('displaced')
  })
})

describe('somebody with the recovery phrase', () => {
  it('cannot put a device into a group of its own that nobody asked for (TM-V5)', () => {
    const { network, first, second } = linkPair('impostor')
    const seeds = first.state.accountKeys.length
    const thief = new GroupSimulation(RECIPIENT, 'thief')
    const theirs = thief.addFirst('thief')
    const record = createDeviceRecord({
      sequence: 9,
      updatedSeconds: 9_999_999_999,
      keys: currentDeviceKeys(second.state),
    })
    const { groupId, accountKeys } = theirs.state
    if (groupId === undefined) throw new TypeError('a member')
    const records = new Map([[second.state.deviceId, record]])
    const payload = { records, tombstones: new Map(), accountKeys }
    const draft = { account: RECIPIENT, groupId, payload, accountKeys }
    network.store(sealGroupMessage(draft, network.randomness), DAY)
    second.fetch()
    expect(second.group).toBe(first.group)
    expect(second.state.accountKeys).toHaveLength(seeds)
    expect(kinds(second)).toContain('foreign-group')
  })

  it('can say falsely that a device was removed, and learns no key by it', () => {
    const { network, first, second } = linkPair('false notice')
    const randomness = createSeededRandomness('thief')
    const seed = randomness.bytes(32)
    const pairs = expandAccountSeed(seed)
    const key = { seed, pairs, createdSeconds: 1, isDistributed: false, isPublished: false }
    const { groupId } = first.state
    if (groupId === undefined) throw new TypeError('a member')
    const tombstones = new Map([[second.state.deviceId, { kind: 'kicked' as const, atSeconds: 5 }]])
    const payload = { records: new Map(), tombstones, accountKeys: [key] }
    const draft = { account: RECIPIENT, groupId, payload, accountKeys: [key] }
    network.store(sealGroupMessage(draft, randomness), DAY)
    for (const device of [first, second]) device.fetch()
    expect(second.membership).toBe('removed')
    expect(first.membership).toBe('in-group')
    expect(first.state.accountKeys.map((held) => held.seed)).not.toContainEqual(seed)
  })
})

describe('a lost account', () => {
  it('starts a new group with new keys when all devices are gone', () => {
    const network = new GroupSimulation(RECIPIENT, 'lost')
    const before = network.addFirst()
    network.advance(31 * DAY)
    const device = network.addDevice('new phone')
    device.fetch()
    expect(device.membership).toBe('no-group')
    device.run({ kind: 'start-group' })
    device.fetch()
    expect(device.membership).toBe('in-group')
    expect(device.activeSeed).not.toEqual(before.activeSeed)
    expect(network.published).toBe(2)
  })
})
