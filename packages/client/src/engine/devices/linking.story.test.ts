/** Devices of one account find each other, and only those that a person has compared (spec 12 §6). */
import { describe, expect, it } from 'vitest'
import {
  createLinkedDevices,
  deviceIdOf,
  groupBoxesOf,
  membershipOf,
  MINUTE_MS,
} from '../../../test/linked-devices.ts'
import { idOf, outboxesOf, versionsFor } from '../../../test/secret-people.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'

describe('two devices that are linked', () => {
  it('both read what needs the account’s keys, and what the other one wrote', async () => {
    const { network, phone, friend, link, poll, say } = await createLinkedDevices()
    const laptop = await link()
    expect([membershipOf(phone), membershipOf(laptop)]).toEqual(['in-group', 'in-group'])
    await say(friend, phone, 'to both')
    await poll(phone, laptop)
    await say(laptop, friend, 'from the laptop')
    // Two messages of one account and one time are one.
    await network.clock.advance(1000)
    await say(phone, friend, 'from the phone')
    await poll(phone, laptop, friend)
    const both = ['to both', 'from the laptop', 'from the phone']
    expect(phone.allTexts()).toEqual(both)
    expect(laptop.allTexts()).toEqual(both)
    expect(new Set(versionsFor(network, phone))).toEqual(new Set([2]))
    expect(laptop.messenger.protections.of(idOf(friend)).reason).toBe('both_directions')
  })

  it('tell it to a person, once each', async () => {
    const { network, phone, restore, poll } = await createLinkedDevices()
    const laptop = restore()
    unwrap(await network.settle(laptop.messenger.devices.requestLink()))
    const added = await poll(phone)
    expect(added).toMatchObject([{ kind: 'link_request_added' }])
    const [request] = phone.messenger.devices.list().requests
    unwrap(await network.settle(laptop.messenger.devices.confirm()))
    unwrap(await network.settle(phone.messenger.devices.confirm(request?.request)))
    expect(await poll(phone)).toMatchObject([{ kind: 'link_request_ended', end: 'accepted' }])
    const events = await poll(laptop)
    expect(events).toContainEqual({ kind: 'this_device', became: 'linked' })
    expect(await poll(phone, laptop)).toEqual([])
    expect(laptop.messenger.devices.list().devices).toHaveLength(2)
  })

  it('read what was sealed to a key that the second one gets later', async () => {
    const { phone, friend, restore, link, poll, say } = await createLinkedDevices()
    const early = restore()
    await say(friend, phone, 'before the key')
    await poll(early)
    expect(early.messenger.protections.status()).toMatchObject({ unopened: 1, keysHeld: 0 })
    const laptop = await link()
    expect(laptop.allTexts()).toEqual(['before the key'])
  })

  it('leave one message of the group in the swarm, however often they write', async () => {
    const { network, phone, link, poll } = await createLinkedDevices()
    const laptop = await link()
    for (let round = 0; round < 3; round++) await poll(phone, laptop)
    for (const box of groupBoxesOf(network, phone)) {
      const groups = box.filter(({ data }) => data.length > 10_000)
      expect(groups.map(({ data }) => data.length)).toEqual([13_393])
    }
  })
})

describe('whoever has only the recovery phrase', () => {
  it('asks, and gets nothing until somebody says so on a device of the group', async () => {
    const { network, phone, friend, restore, poll, say } = await createLinkedDevices()
    const thief = restore()
    const asked = unwrap(await network.settle(thief.messenger.devices.requestLink()))
    unwrap(await network.settle(thief.messenger.devices.confirm()))
    await say(friend, phone, 'not for thieves')
    const events = await poll(phone)
    expect(events).toContainEqual(expect.objectContaining({ kind: 'link_request_added' }))
    expect(phone.messenger.devices.list().requests).toMatchObject([{ emoji: asked.emoji }])
    await poll(thief, phone, thief)
    expect(membershipOf(thief)).toBe('waiting')
    expect(thief.allTexts()).toEqual([])
    await network.clock.advance(11 * MINUTE_MS)
    const ended = await poll(phone, thief)
    expect(ended).toContainEqual(
      expect.objectContaining({ kind: 'link_request_ended', end: 'expired' }),
    )
    expect(membershipOf(thief)).toBe('groups-visible')
    expect(thief.history.accountKeys.list()).toEqual([])
  })

  it('publishes nothing beside the group, whatever it turns on', async () => {
    const { network, phone, restore, poll } = await createLinkedDevices()
    const before = outboxesOf(network, phone)
    const other = restore()
    other.messenger.settings.update({ forwardSecrecy: true })
    await poll(other, phone)
    expect(outboxesOf(network, phone)).toEqual(before)
    expect(other.messenger.protections.status()).toMatchObject({ isOn: false, keysHeld: 0 })
  })

  it('is told of by the others when it starts a group of its own', async () => {
    const { network, phone, restore, poll } = await createLinkedDevices()
    const thief = restore()
    await poll(thief)
    unwrap(await network.settle(thief.messenger.devices.start()))
    const events = await poll(phone)
    expect(events).toContainEqual(expect.objectContaining({ kind: 'foreign_group' }))
    const { membership, otherGroups } = phone.messenger.devices.list()
    expect(membership).toBe('in-group')
    expect(otherGroups).toHaveLength(1)
  })

  it('cannot have a new device believe its answer: the emoji never show on the real one', async () => {
    const { network, phone, restore, poll } = await createLinkedDevices()
    const [thief, laptop] = [restore(), restore()]
    await poll(thief)
    unwrap(await network.settle(thief.messenger.devices.start()))
    await poll(laptop)
    const fake = thief.messenger.devices.list().group?.group
    unwrap(await network.settle(laptop.messenger.devices.requestLink(fake)))
    await poll(thief, phone)
    expect(phone.messenger.devices.list().requests).toEqual([])
    const [request] = thief.messenger.devices.list().requests
    unwrap(await network.settle(thief.messenger.devices.confirm(request?.request)))
    await poll(laptop)
    // Held until the person answers, who has seen nothing to compare with.
    expect(laptop.messenger.devices.list()).toMatchObject({
      membership: 'waiting',
      ownRequest: { isAnswered: true, isConfirmed: false },
    })
    expect(laptop.history.accountKeys.list()).toEqual([])
  })
})

describe('orders that cannot be', () => {
  it('are refused, and change nothing', async () => {
    const { network, phone, restore } = await createLinkedDevices()
    const { devices } = phone.messenger
    const run = async (order: Promise<Parameters<typeof codeOf>[0]>): Promise<string> =>
      codeOf(await network.settle(order))
    expect(await run(devices.remove(deviceIdOf(phone)))).toBe('device_unknown')
    expect(await run(devices.remove('00'.repeat(32)))).toBe('device_unknown')
    expect(await run(devices.confirm(99))).toBe('link_request_unknown')
    expect(await run(devices.confirm())).toBe('link_request_unknown')
    expect(await run(devices.renew())).toBe('device_not_removed')
    expect(await run(devices.start())).toBe('device_linked')
    expect(await run(devices.requestLink())).toBe('device_group_unknown')
    const other = restore().messenger.devices
    expect(await run(other.leave())).toBe('device_not_linked')
    expect((await network.settle(devices.refuse(99)))?.code).toBe('link_request_unknown')
    expect(devices.list().devices).toHaveLength(1)
  })
})
