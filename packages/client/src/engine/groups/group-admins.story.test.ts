/** Several admins at once: whatever each does, all devices end with the same group. */
import type { GroupId } from '@sotto/protocol/config'
import { describe, expect, it } from 'vitest'
import type { GroupDevice } from '../../../test/group-device.ts'
import { GroupStory, membersOf } from '../../../test/group-story.ts'
import { unwrap } from '../../../test/simulated-person.ts'
import { zstdCompression } from '../../../test/zstd-compression.ts'
import { OpenGroups } from './open-groups.ts'
import { changeGroup } from './push-group.ts'

const KEYS = 12

/** Alice and Bob lead, Carol is a member. */
async function createLed(name: string): Promise<{ story: GroupStory; id: GroupId }> {
  const story = new GroupStory(name)
  const id = await story.createGroup()
  unwrap(await story.settle(story.alice.groups.promote(id, [story.bob.id])))
  await story.syncAll(2)
  expect(story.bob.groups.describe(id)?.isAdmin).toBe(true)
  return { story, id }
}

function viewsOf({ devices }: GroupStory, id: GroupId): readonly string[] {
  return devices.map(({ groups }) => {
    const view = groups.describe(id)
    return JSON.stringify({ info: view?.info, members: view?.members })
  })
}

/** The name of the same key on all of them. */
async function expectToTalk(devices: readonly GroupDevice[], id: GroupId): Promise<void> {
  for (const [index, device] of devices.entries()) await device.say(id, `word ${index}`)
  for (const device of devices) await device.sync()
  for (const device of devices)
    for (const index of devices.keys()) expect(device.textsWith(id)).toContain(`word ${index}`)
}

describe('two admins', () => {
  it('who rename at the same time agree on one of the names', async () => {
    const { story, id } = await createLed('rename')
    const { alice, bob } = story
    const both = [alice.groups.rename(id, 'Alice’s'), bob.groups.rename(id, 'Bob’s')]
    for (const result of await story.settle(Promise.all(both))) unwrap(result)
    await story.syncAll(3)
    expect(new Set(viewsOf(story, id)).size).toBe(1)
    expect(['Alice’s', 'Bob’s']).toContain(story.carol.groups.describe(id)?.info.name)
    expect(await story.syncAll()).toEqual([])
  })

  it('who change different things keep both', async () => {
    const { story, id } = await createLed('different')
    const { alice, bob, carol } = story
    const both = [alice.groups.setTimer(id, 86_400), bob.groups.setDescription(id, 'Sundays')]
    for (const result of await story.settle(Promise.all(both))) unwrap(result)
    await story.syncAll(3)
    expect(carol.groups.describe(id)?.info).toMatchObject({
      expirySeconds: 86_400,
      description: 'Sundays',
    })
    expect(new Set(viewsOf(story, id)).size).toBe(1)
  })

  it('who remove the same member at the same time make one key', async () => {
    const { story, id } = await createLed('same removal')
    const { alice, bob, carol } = story
    const before = story.stored(id, KEYS).length
    const wish = { members: [carol.id], deletesMessages: false }
    const both = [alice.groups.remove(id, wish), bob.groups.remove(id, wish)]
    for (const result of await story.settle(Promise.all(both))) unwrap(result)
    expect(story.stored(id, KEYS)).toHaveLength(before + 1)
    await story.syncAll(3)
    expect(carol.groups.list()).toEqual([])
    expect(membersOf(alice, id)).toEqual(membersOf(bob, id))
    await expectToTalk([alice, bob], id)
  })

  it('who remove different members at the same time settle on a key for those who are left', async () => {
    const { story, id } = await createLed('different removals')
    const { alice, bob, carol, network } = story
    const dave = story.addDevice('dave')
    dave.configs.contacts.update(alice.id, { isApproved: true })
    story.devices.push(dave)
    unwrap(await story.settle(alice.groups.invite(id, { members: [dave.id], sharesHistory: true })))
    await story.syncAll(2)
    const before = story.stored(id, KEYS).length
    const both = [
      alice.groups.remove(id, { members: [carol.id], deletesMessages: false }),
      bob.groups.remove(id, { members: [dave.id], deletesMessages: false }),
    ]
    for (const result of await story.settle(Promise.all(both))) unwrap(result)
    expect(story.stored(id, KEYS)).toHaveLength(before + 2)
    await network.clock.advance(1000)
    await story.syncAll(4)
    expect(carol.groups.list()).toEqual([])
    expect(dave.groups.list()).toEqual([])
    expect(membersOf(alice, id)).toEqual([alice.id, bob.id].toSorted())
    expect(membersOf(bob, id)).toEqual([alice.id, bob.id].toSorted())
    // One generation more than the two that were for different members.
    expect(story.stored(id, KEYS)).toHaveLength(before + 3)
    await expectToTalk([alice, bob], id)
    expect(await story.syncAll()).toEqual([])
  })

  it('of whom one renames while the other gives a new key lose nothing', async () => {
    const { story, id } = await createLed('rename and rekey')
    const { alice, bob, carol } = story
    const dave = story.addDevice('dave')
    dave.configs.contacts.update(alice.id, { isApproved: true })
    const both = [
      bob.groups.rename(id, 'Renamed'),
      alice.groups.invite(id, { members: [dave.id], sharesHistory: false }),
    ]
    for (const result of await story.settle(Promise.all(both))) unwrap(result)
    story.devices.push(dave)
    await story.syncAll(4)
    for (const { groups } of story.devices) {
      expect(groups.describe(id)?.info.name).toBe('Renamed')
      expect(groups.describe(id)?.members).toHaveLength(4)
    }
    await expectToTalk([alice, bob, carol, dave], id)
  })

  it('of whom one reads that somebody leaves take him out for both', async () => {
    const { story, id } = await createLed('leaving')
    const { alice, bob, carol } = story
    unwrap(await story.settle(carol.groups.leave(id)))
    await bob.sync()
    await bob.sync()
    await alice.sync()
    expect(membersOf(alice, id)).toEqual([alice.id, bob.id].toSorted())
    expect(membersOf(bob, id)).toEqual([alice.id, bob.id].toSorted())
  })
})

describe('a removal that another client began', () => {
  it('is finished by any admin who reads of it', async () => {
    const { story, id } = await createLed('begun')
    const { alice, bob, carol, network } = story
    const { account, history, configs, sender, client } = alice
    const { swarms, swarmCaller, time } = client
    const { randomness } = network
    const parts = { account, history, configs, sender, swarms, swarmCaller, time, randomness }
    const context = { ...parts, compression: zstdCompression }
    const groups = new OpenGroups(context)
    const group = groups.find(id)
    if (group === undefined) throw new Error('a group')
    // Only the mark, as other clients store it first, and the device is never seen again.
    const marked = changeGroup(group, { parts: context, groups }, () => {
      group.configs.members.update(carol.id, { removal: 'member' })
      return {}
    })
    unwrap(await story.settle(marked))
    await bob.sync()
    await carol.sync()
    expect(carol.groups.list()).toEqual([])
    expect(membersOf(bob, id)).toEqual([alice.id, bob.id].toSorted())
  })
})

describe('many devices of admins', () => {
  it('come to rest: after a while nobody stores anything any more', async () => {
    const { story, id } = await createLed('rest')
    const [aliceToo, bobToo] = [story.addDevice('alice'), story.addDevice('bob')]
    story.devices.push(aliceToo, bobToo)
    await story.syncAll()
    const changes = [
      story.alice.groups.rename(id, 'A'),
      story.bob.groups.rename(id, 'B'),
      aliceToo.groups.setTimer(id, 60),
      bobToo.groups.setDescription(id, 'C'),
    ]
    for (const result of await story.settle(Promise.all(changes))) unwrap(result)
    await story.syncAll(4)
    const stores = () =>
      story.network.nodes.flatMap(({ executed }) => executed).filter((name) => name === 'store')
    const before = stores().length
    await story.syncAll(2)
    expect(stores()).toHaveLength(before)
    expect(new Set(viewsOf(story, id)).size).toBe(1)
    expect(story.carol.groups.describe(id)?.info).toMatchObject({
      expirySeconds: 60,
      description: 'C',
    })
  })
})
