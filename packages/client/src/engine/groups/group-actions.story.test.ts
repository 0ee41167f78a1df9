/** Groups from the first day to the last: made, changed, ended, and what happens when the swarm does not answer. */
import { describe, expect, it } from 'vitest'
import { createGroupDevice } from '../../../test/group-device.ts'
import { GroupStory, membersOf } from '../../../test/group-story.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'

const KEYS = 12

describe('the life of a group', () => {
  it('goes from its making to its end on five devices of three people', async () => {
    const story = new GroupStory('life')
    const { alice, bob, carol } = story
    const [aliceToo, bobToo] = [story.addDevice('alice'), story.addDevice('bob')]
    story.devices.push(aliceToo, bobToo)
    const id = await story.createGroup()
    await story.syncAll()
    for (const { groups } of story.devices) {
      const view = groups.describe(id)
      expect(view?.info.name).toBe('Hikers')
      expect(view?.members.map(([, { invite }]) => invite)).toEqual(Array(3).fill('accepted'))
    }
    const leads = story.devices.map(({ groups }) => groups.describe(id)?.isAdmin)
    expect(leads).toEqual([true, false, false, true, false])

    await alice.say(id, 'from alice')
    await bobToo.say(id, 'from bob')
    await carol.say(id, 'from carol')
    await story.syncAll()
    for (const device of story.devices)
      expect(device.textsWith(id).toSorted()).toEqual(['from alice', 'from bob', 'from carol'])

    unwrap(await story.settle(aliceToo.groups.promote(id, [bob.id])))
    await story.syncAll(2)
    expect(bob.groups.describe(id)?.isAdmin).toBe(true)
    expect(bobToo.groups.describe(id)?.isAdmin).toBe(true)

    const renamed = [alice.groups.rename(id, 'Walkers'), bob.groups.setDescription(id, 'Sundays')]
    for (const result of await story.settle(Promise.all(renamed))) unwrap(result)
    await story.syncAll(3)
    for (const { groups } of story.devices)
      expect(groups.describe(id)?.info).toMatchObject({ name: 'Walkers', description: 'Sundays' })

    const wish = { members: [carol.id], deletesMessages: false }
    unwrap(await story.settle(bob.groups.remove(id, wish)))
    await bob.say(id, 'without carol')
    await story.syncAll(2)
    expect(carol.groups.list()).toEqual([])
    expect(carol.configs.groups.groups.find(id)?.removed).toBe('kicked')
    expect(carol.textsWith(id)).not.toContain('without carol')
    expect(aliceToo.textsWith(id)).toContain('without carol')
    expect(membersOf(bobToo, id)).toEqual([alice.id, bob.id].toSorted())

    unwrap(await story.settle(bob.groups.leave(id)))
    await story.syncAll(2)
    expect(membersOf(alice, id)).toEqual([alice.id])
    expect(bobToo.groups.list()).toEqual([])

    unwrap(await story.settle(alice.groups.destroy(id)))
    await story.syncAll()
    for (const { groups } of story.devices) expect(groups.list()).toEqual([])
    expect(aliceToo.configs.groups.groups.find(id)?.removed).toBe('destroyed')
  })
})

describe('making a group', () => {
  it('stores one key and one revision of each configuration, and says who was invited', async () => {
    const story = new GroupStory('made')
    const { alice, bob, carol } = story
    const members = [bob.id, carol.id, alice.id]
    const id = unwrap(await story.settle(alice.groups.create({ name: 'Two', members })))
    expect(story.stored(id, KEYS)).toHaveLength(1)
    expect(story.stored(id, 13)).toHaveLength(1)
    expect(story.stored(id, 14)).toHaveLength(1)
    const view = alice.groups.describe(id)
    expect(view?.members.find(([member]) => member === bob.id)?.[1].invite).toBe('sent')
    expect(view?.members.find(([member]) => member === alice.id)?.[1]).toMatchObject({
      isAdmin: true,
      invite: 'accepted',
      promotion: 'accepted',
    })
  })

  it('leaves nothing behind when the swarm cannot be reached', async () => {
    const story = new GroupStory('offline')
    await story.syncAll()
    story.network.isOffline = true
    const { alice, bob } = story
    const created = await story.settle(alice.groups.create({ name: 'No', members: [bob.id] }))
    expect(created.ok).toBe(false)
    expect(alice.groups.list()).toEqual([])
    expect(alice.configs.groups.groups.list()).toEqual([])
  })

  it('refuses an empty name and a hundred others', async () => {
    const story = new GroupStory('refusals')
    const { groups } = story.alice
    const members = Array.from({ length: 100 }, (_, index) => story.addDevice(`guest ${index}`).id)
    expect(codeOf(await groups.create({ name: '  ', members: [] }))).toBe('text_empty')
    expect(codeOf(await groups.create({ name: 'Many', members }))).toBe('group_full')
    expect(story.network.packets).toEqual([])
  })

  it('survives a restart of the device that made it', async () => {
    const story = new GroupStory('restart')
    const id = await story.createGroup()
    const { alice, network } = story
    const again = createGroupDevice(network, alice.account, alice.history)
    expect(again.groups.list()).toEqual([id])
    expect(again.groups.describe(id)).toEqual(alice.groups.describe(id))
    await story.bob.say(id, 'are you back?')
    await again.sync()
    expect(again.textsWith(id)).toEqual(['are you back?'])
    unwrap(await story.settle(again.groups.rename(id, 'Back')))
    await story.bob.sync()
    expect(story.bob.groups.describe(id)?.info.name).toBe('Back')
  })
})

describe('an admin', () => {
  it('changes everything that the group is, and all see it', async () => {
    const story = new GroupStory('info')
    const id = await story.createGroup()
    const { alice, bob } = story
    const picture = { url: 'http://files.test/file/7', key: new Uint8Array(32).fill(7) }
    unwrap(await story.settle(alice.groups.rename(id, 'Walkers')))
    unwrap(await story.settle(alice.groups.setDescription(id, 'On Sundays')))
    unwrap(await story.settle(alice.groups.setTimer(id, 3600)))
    unwrap(await story.settle(alice.groups.setPicture(id, picture)))
    const events = await bob.sync()
    expect(bob.groups.describe(id)?.info).toMatchObject({
      name: 'Walkers',
      description: 'On Sundays',
      expirySeconds: 3600,
      picture,
    })
    expect(bob.groups.describe(id)?.timer).toEqual({ mode: 'after_send', seconds: 3600 })
    const notices = events.flatMap((event) => (event.kind === 'group_notice' ? [event] : []))
    expect(notices.map(({ notice }) => notice.kind)).toEqual([
      'name_changed',
      'expiry_changed',
      'picture_changed',
    ])
    expect(notices.every(({ author }) => author === alice.id)).toBe(true)
    expect(bob.configs.groups.groups.find(id)?.name).toBe('Walkers')
    unwrap(await story.settle(alice.groups.setPicture(id, null)))
    unwrap(await story.settle(alice.groups.setTimer(id, 0)))
    await bob.sync()
    expect(bob.groups.describe(id)?.info.picture).toBeNull()
    expect(bob.groups.describe(id)?.timer.mode).toBe('off')
  })

  it('is the only one who can', async () => {
    const story = new GroupStory('rights')
    const id = await story.createGroup()
    const { bob, carol } = story
    const { groups } = bob
    const refused = [
      groups.rename(id, 'Mine'),
      groups.setDescription(id, 'mine'),
      groups.setTimer(id, 60),
      groups.setPicture(id, null),
      groups.deleteBefore(id, 5),
      groups.invite(id, { members: [carol.id], sharesHistory: true }),
      groups.promote(id, [bob.id]),
      groups.remove(id, { members: [carol.id], deletesMessages: true }),
      groups.destroy(id),
    ]
    const before = story.network.packets.length
    for (const result of await Promise.all(refused)) expect(codeOf(result)).toBe('group_not_admin')
    expect(codeOf(await groups.rename(id, ' '))).toBe('text_empty')
    expect(story.network.packets).toHaveLength(before)
  })

  it('has changed nothing when the swarm was not reached', async () => {
    const story = new GroupStory('failing change')
    const id = await story.createGroup()
    const { alice, bob } = story
    story.network.isOffline = true
    expect((await story.settle(alice.groups.rename(id, 'Lost'))).ok).toBe(false)
    expect(alice.groups.describe(id)?.info.name).toBe('Hikers')
    story.network.isOffline = false
    await story.syncAll()
    expect(bob.groups.describe(id)?.info.name).toBe('Hikers')
    unwrap(await story.settle(alice.groups.rename(id, 'Found')))
    await bob.sync()
    expect(bob.groups.describe(id)?.info.name).toBe('Found')
  })

  it('learns of a change that arrived although its answer did not', async () => {
    const story = new GroupStory('lost answer')
    const id = await story.createGroup()
    const { alice, bob } = story
    for (const node of story.network.nodes)
      node.faults.answer = (request, honest) => {
        const answer = honest()
        return request.method === 'store' ? { status: 500, body: 'lost' } : answer
      }
    expect((await story.settle(alice.groups.setDescription(id, 'stored'))).ok).toBe(false)
    for (const node of story.network.nodes) delete node.faults.answer
    await story.syncAll(2)
    for (const { groups } of [alice, bob])
      expect(groups.describe(id)?.info.description).toBe('stored')
  })
})

describe('somebody who is in no such group', () => {
  it('is told so by everything', async () => {
    const story = new GroupStory('nobody')
    const other = new GroupStory('elsewhere')
    const id = unwrap(await other.settle(other.alice.groups.create({ name: 'X', members: [] })))
    const { groups } = story.bob
    const members = [story.carol.id]
    const refused = [
      groups.poll(id, 1),
      groups.leave(id),
      groups.rename(id, 'x'),
      groups.invite(id, { members, sharesHistory: false }),
      groups.deleteContent(id, { members }),
      Promise.resolve(groups.acceptInvite(id)),
      Promise.resolve(groups.declineInvite(id)),
    ]
    for (const result of await Promise.all<Awaited<(typeof refused)[number]>>(refused))
      expect(codeOf(result)).toBe('group_unknown')
    expect(groups.describe(id)).toBeUndefined()
  })
})
