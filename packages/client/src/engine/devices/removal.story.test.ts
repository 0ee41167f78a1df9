/** What a device that was removed, left, or was copied can still do (spec 12 §7.4, §7.6, §7.7; TM-V4). */
import { openMessageV2 } from '@sotto/protocol/session-v2'
import { describe, expect, it } from 'vitest'
import {
  createLinkedDevices,
  deviceIdOf,
  groupBoxesOf,
  membershipOf,
  MINUTE_MS,
} from '../../../test/linked-devices.ts'
import { HOUR_MS, idOf, outboxesOf } from '../../../test/secret-people.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { createPerson, type SimulatedPerson, unwrap } from '../../../test/simulated-person.ts'
import { DeviceSettings } from '../actions/device-settings.ts'
import { AccountKeyRing } from '../secrecy/account-key-ring.ts'

const DAY_MS = 24 * HOUR_MS

/** With every key that a device holds, and with those of its phrase. */
function tryToOpen(network: SimulatedNetwork, device: SimulatedPerson, data: Uint8Array): boolean {
  const { account, history } = device
  const { clock, randomness } = network
  const ring = new AccountKeyRing({ history, time: clock, randomness })
  return openMessageV2({ account, accountKeys: ring.list(), bytes: data }).ok
}

function inboxOf(network: SimulatedNetwork, { accountBytes }: SimulatedPerson) {
  const [node] = network.swarmOf(accountBytes)
  return node?.store.boxOf(accountBytes) ?? []
}

describe('a device that was removed', () => {
  it('cannot read what is sealed to the keys after it, with every key that it has', async () => {
    const { network, phone, friend, link, poll, say } = await createLinkedDevices()
    const laptop = await link()
    await say(friend, phone, 'to both')
    await poll(phone, laptop)
    unwrap(await network.settle(phone.messenger.devices.remove(deviceIdOf(laptop))))
    await poll(phone)
    // As a sender whose cached key is two days old.
    friend.messenger.protections.forgetKeysOf(idOf(phone))
    await say(friend, phone, 'not for the laptop')
    await poll(phone, laptop)
    expect(phone.allTexts()).toEqual(['to both', 'not for the laptop'])
    expect(laptop.allTexts()).toEqual(['to both'])
    const messages = inboxOf(network, phone).map(({ data }) => data)
    // The first proves that the attempt can succeed.
    expect(messages.map((data) => tryToOpen(network, laptop, data))).toEqual([true, false])
    expect(messages.map((data) => tryToOpen(network, phone, data))).toEqual([true, true])
  })

  it('learns it and goes on polling, which brings it nothing and hurts nobody', async () => {
    const { network, phone, link, poll } = await createLinkedDevices()
    const laptop = await link()
    const id = deviceIdOf(laptop)
    const before = laptop.history.accountKeys.list().length
    unwrap(await network.settle(phone.messenger.devices.remove(id)))
    expect(await poll(laptop)).toContainEqual({ kind: 'this_device', became: 'removed' })
    const boxes = groupBoxesOf(network, phone)
    const outbox = outboxesOf(network, phone)
    for (let round = 0; round < 3; round++) {
      await network.clock.advance(13 * HOUR_MS)
      expect(await poll(laptop)).toEqual([])
    }
    expect(groupBoxesOf(network, phone)).toEqual(boxes)
    expect(outboxesOf(network, phone)).toEqual(outbox)
    expect(laptop.history.accountKeys.list()).toHaveLength(before)
    expect(membershipOf(laptop)).toBe('removed')
    expect(laptop.messenger.protections.status().isOn).toBe(false)
    expect(await poll(phone)).toContainEqual({ kind: 'device_removed', device: id })
  })

  it('comes back under another name only, after a person has compared again', async () => {
    const { network, phone, friend, link, poll, say } = await createLinkedDevices()
    const laptop = await link()
    const id = deviceIdOf(laptop)
    unwrap(await network.settle(phone.messenger.devices.remove(id)))
    await poll(phone, laptop)
    unwrap(await network.settle(laptop.messenger.devices.renew()))
    const asked = unwrap(await network.settle(laptop.messenger.devices.requestLink()))
    await poll(phone)
    const [request] = phone.messenger.devices.list().requests
    expect(request?.emoji).toBe(asked.emoji)
    expect(request?.device).not.toBe(id)
    unwrap(await network.settle(phone.messenger.devices.confirm(request?.request)))
    unwrap(await network.settle(laptop.messenger.devices.confirm()))
    await poll(phone, laptop)
    await say(friend, phone, 'to both again')
    await poll(phone, laptop)
    expect(laptop.allTexts()).toEqual(['to both again'])
  })
})

describe('a device that leaves', () => {
  it('takes no key along, and the others get a new one', async () => {
    const { network, phone, link, poll } = await createLinkedDevices()
    const laptop = await link()
    const id = deviceIdOf(laptop)
    const before = phone.history.accountKeys.list().length
    unwrap(await network.settle(laptop.messenger.devices.leave()))
    expect(laptop.history.accountKeys.list()).toEqual([])
    expect(await poll(phone)).toContainEqual({ kind: 'device_left', device: id })
    expect(phone.history.accountKeys.list().length).toBeGreaterThan(before)
    await poll(phone, laptop)
    expect(phone.messenger.devices.list().devices).toHaveLength(1)
    expect(membershipOf(laptop)).toBe('groups-visible')
  })

  it('says its last word later when the network is away', async () => {
    const { network, phone, link, poll } = await createLinkedDevices()
    const laptop = await link()
    const id = deviceIdOf(laptop)
    for (const { faults } of network.nodes)
      faults.answer = (request, honest) =>
        request.method === 'store' ? { status: 500, body: 'no' } : honest()
    await network.settle(laptop.messenger.devices.leave())
    await network.clock.advance(MINUTE_MS)
    await poll(phone)
    expect(phone.messenger.devices.list().devices).toHaveLength(2)
    for (const { faults } of network.nodes) delete faults.answer
    await network.clock.advance(MINUTE_MS)
    unwrap(await network.settle(laptop.restart().poll()))
    expect(await poll(phone)).toContainEqual({ kind: 'device_left', device: id })
  })
})

describe('a copy of a device', () => {
  it('finds itself displaced once the other copy has new device keys', async () => {
    const { network, phone, link, poll } = await createLinkedDevices()
    const laptop = await link()
    const copy = createPerson(network, 'bob')
    const state = laptop.history.deviceGroup.find()
    if (state === undefined) throw new Error('a state')
    copy.history.deviceGroup.put(state)
    for (const key of laptop.history.accountKeys.list()) copy.history.accountKeys.put(key)
    new DeviceSettings(copy.history.state).update({ forwardSecrecy: true })
    await poll(copy)
    // Until then nothing tells them apart.
    expect(membershipOf(copy)).toBe('in-group')
    // After 8.4 days the laptop has replaced its device keys for certain.
    await network.clock.advance(9 * DAY_MS)
    await poll(laptop, phone, laptop)
    await network.clock.advance(10 * MINUTE_MS)
    phone.messenger.protections.rotate()
    await poll(phone, laptop)
    const events = await poll(copy)
    expect(events).toContainEqual({ kind: 'this_device', became: 'displaced' })
    const before = groupBoxesOf(network, phone)
    await poll(copy)
    expect(groupBoxesOf(network, phone)).toEqual(before)
    expect(membershipOf(laptop)).toBe('in-group')
    expect(copy.messenger.protections.status().isOn).toBe(false)
  })
})

describe('two devices that replace the account key in the same moment', () => {
  it('agree on one, and read what is sealed to either', async () => {
    const { network, phone, friend, link, poll, say } = await createLinkedDevices()
    const laptop = await link()
    phone.messenger.protections.rotate()
    laptop.messenger.protections.rotate()
    await Promise.all([poll(phone), poll(laptop)])
    friend.messenger.protections.forgetKeysOf(idOf(phone))
    await say(friend, phone, 'to one of them')
    for (let round = 0; round < 3; round++) await poll(phone, laptop)
    friend.messenger.protections.forgetKeysOf(idOf(phone))
    await network.clock.advance(1000)
    await say(friend, phone, 'to the one that stays')
    await poll(phone, laptop)
    for (const device of [phone, laptop]) {
      expect(device.allTexts()).toEqual(['to one of them', 'to the one that stays'])
      const { isContested, isPublished } = device.messenger.protections.status()
      expect({ isContested, isPublished }).toEqual({ isContested: false, isPublished: true })
    }
  })

  it('do so by their own clocks too, and never alarm anybody, also two hours off', async () => {
    const network = new SimulatedNetwork()
    for (const { faults } of network.nodes) faults.skewMs = 2 * HOUR_MS
    const { phone, friend, link, poll, say } = await createLinkedDevices(network)
    const laptop = await link()
    for (let step = 0; step < 6; step++) {
      await network.clock.advance(7 * HOUR_MS)
      const events = await poll(phone, laptop, friend)
      expect(events.filter(({ kind }) => kind === 'foreign_key')).toEqual([])
    }
    await say(friend, phone, 'after two days')
    await poll(phone, laptop)
    expect([phone.allTexts(), laptop.allTexts()]).toEqual([['after two days'], ['after two days']])
  })
})
