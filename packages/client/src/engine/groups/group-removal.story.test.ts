/** Ways out of a group: removed, left, destroyed, and come back. */
import { describe, expect, it } from 'vitest'
import { createGroupDevice } from '../../../test/group-device.ts'
import { GroupStory, membersOf } from '../../../test/group-story.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'

const [MESSAGES, KEYS, KICKED] = [11, 12, -11]

function remove(story: GroupStory, id: Parameters<typeof membersOf>[1], deletesMessages = false) {
  const wish = { members: [story.carol.id], deletesMessages }
  return story.settle(story.alice.groups.remove(id, wish))
}

describe('who is removed', () => {
  it('learns it although the swarm refuses its token, and forgets seed, grant and keys', async () => {
    const story = new GroupStory('kicked')
    const { carol } = story
    const id = await story.createGroup()
    unwrap(await remove(story, id))
    expect(story.stored(id, KICKED)).toHaveLength(1)
    await carol.sync()
    expect(carol.groups.list()).toEqual([])
    expect(carol.configs.groups.groups.find(id)).toMatchObject({
      removed: 'kicked',
      name: 'Hikers',
      adminSeed: null,
      memberAuth: null,
    })
    for (const namespace of [MESSAGES, KEYS, 13, 14])
      expect(carol.history.configs.find(id, namespace)).toBeUndefined()
  })

  it('cannot read what follows with anything it has, even if a node gives it everything (TM-GM2)', async () => {
    const story = new GroupStory('forward')
    const { alice, bob, carol } = story
    const id = await story.createGroup()
    const group = carol.configs.groups.groups.find(id)
    unwrap(await remove(story, id))
    await alice.say(id, 'not for carol')
    await bob.sync()
    expect(bob.textsWith(id)).toEqual(['not for carol'])
    const account = toAccountBytes(id)
    for (const { store } of story.network.swarmOf(account))
      store.unrevoke({ account, tokens: store.listRevoked(account), timestampMs: 0 })
    // As if it had never heard of it: a new device that has the old grant, on nodes that keep the notice from it.
    for (const { store } of story.network.swarmOf(account)) store.boxOf(account, KICKED).length = 0
    const thief = createGroupDevice(story.network, 'carol')
    if (group !== undefined) thief.configs.groups.groups.update(id, group)
    await story.settle(thief.groups.poll(id, 2))
    const view = thief.groups.describe(id)
    expect(view).toMatchObject({ isReady: true, members: [] })
    expect(view?.info.name).toBe('')
    expect(thief.textsWith(id)).toEqual([])
  })

  it('finds its requests refused', async () => {
    const story = new GroupStory('revoked')
    const { carol } = story
    const id = await story.createGroup()
    unwrap(await remove(story, id))
    const before = story.stored(id, MESSAGES).length
    await expect(carol.say(id, 'still here')).rejects.toMatchObject({ code: 'unauthorized' })
    expect(story.stored(id, MESSAGES)).toHaveLength(before)
  })

  it('is gone from the others, who have a new key for whom alone it is', async () => {
    const story = new GroupStory('others')
    const { alice, bob, carol } = story
    const id = await story.createGroup()
    unwrap(await remove(story, id))
    await bob.sync()
    expect(membersOf(bob, id)).toEqual([alice.id, bob.id].toSorted())
    expect(story.stored(id, KEYS)).toHaveLength(2)
    await bob.say(id, 'still us')
    await alice.sync()
    expect(alice.textsWith(id)).toEqual(['still us'])
    expect(membersOf(alice, id)).not.toContain(carol.id)
  })

  it('takes its messages along if an admin wants that, from devices and from the swarm', async () => {
    const story = new GroupStory('wiped')
    const { alice, bob, carol } = story
    const id = await story.createGroup()
    const hash = await carol.say(id, 'something bad')
    await bob.say(id, 'something good')
    await story.syncAll()
    expect(bob.textsWith(id)).toHaveLength(2)
    unwrap(await remove(story, id, true))
    await story.syncAll()
    expect(alice.textsWith(id)).toEqual(['something good'])
    expect(bob.textsWith(id)).toEqual(['something good'])
    expect(story.stored(id, MESSAGES).map((message) => message.hash)).not.toContain(hash)
  })

  it('is heard with what it wrote before, also by who reads it only afterwards', async () => {
    const story = new GroupStory('last words')
    const { alice, bob, carol } = story
    const id = await story.createGroup()
    await carol.say(id, 'farewell')
    await story.network.clock.advance(1000)
    unwrap(await remove(story, id))
    for (const device of [alice, bob]) {
      await device.sync()
      expect(device.textsWith(id)).toEqual(['farewell'])
    }
  })

  it('comes back with a new invitation, and reads on from there', async () => {
    const story = new GroupStory('again')
    const { alice, bob, carol } = story
    const id = await story.createGroup()
    await story.network.clock.advance(5000)
    unwrap(await remove(story, id))
    await story.syncAll()
    expect(carol.groups.list()).toEqual([])
    await alice.say(id, 'while carol was away')
    await story.network.clock.advance(5000)
    const wish = { members: [carol.id], sharesHistory: false }
    unwrap(await story.settle(alice.groups.invite(id, wish)))
    await alice.say(id, 'welcome back')
    await story.syncAll(2)
    expect(carol.groups.list()).toEqual([id])
    expect(carol.textsWith(id)).toEqual(['welcome back'])
    await carol.say(id, 'thanks')
    await bob.sync()
    expect(bob.textsWith(id)).toContain('thanks')
  })

  it('stays a member when the swarm was not reached, until a later round', async () => {
    const story = new GroupStory('removal later')
    const { alice, bob, carol } = story
    const id = await story.createGroup()
    story.network.isOffline = true
    expect((await remove(story, id)).ok).toBe(false)
    expect(membersOf(alice, id)).toContain(carol.id)
    story.network.isOffline = false
    const again = createGroupDevice(story.network, alice.account, alice.history)
    await again.sync()
    await bob.sync()
    expect(membersOf(bob, id)).toEqual([alice.id, bob.id].toSorted())
    await carol.sync()
    expect(carol.groups.list()).toEqual([])
  })

  it('is never an admin: nothing takes the seed back', async () => {
    const story = new GroupStory('admins stay')
    const { alice, bob } = story
    const id = await story.createGroup()
    unwrap(await story.settle(alice.groups.promote(id, [bob.id])))
    for (const members of [[bob.id], [alice.id], []]) {
      const wish = { members, deletesMessages: false }
      expect(codeOf(await story.settle(alice.groups.remove(id, wish)))).toBe('group_member_unknown')
    }
    expect(membersOf(alice, id)).toHaveLength(3)
  })
})

describe('who leaves', () => {
  it('is taken out by an admin, with a new key for the others', async () => {
    const story = new GroupStory('leave')
    const { alice, bob, carol } = story
    const id = await story.createGroup()
    unwrap(await story.settle(carol.groups.leave(id)))
    expect(carol.groups.list()).toEqual([])
    expect(carol.configs.groups.groups.find(id)).toBeUndefined()
    const events = await bob.sync()
    expect(events).toContainEqual(
      expect.objectContaining({ author: carol.id, notice: { kind: 'left' } }),
    )
    await story.syncAll(2)
    expect(membersOf(alice, id)).toEqual([alice.id, bob.id].toSorted())
    expect(membersOf(bob, id)).toEqual([alice.id, bob.id].toSorted())
    expect(story.stored(id, KEYS)).toHaveLength(2)
  })

  it('comes back by an invitation, and its leaving of before is not done again', async () => {
    const story = new GroupStory('back again')
    const { alice, bob, carol, network } = story
    const aliceToo = story.addDevice('alice')
    const id = await story.createGroup()
    await aliceToo.sync()
    await network.clock.advance(2000)
    unwrap(await story.settle(carol.groups.leave(id)))
    await alice.sync()
    expect(membersOf(alice, id)).not.toContain(carol.id)
    await network.clock.advance(2000)
    const wish = { members: [carol.id], sharesHistory: true }
    unwrap(await story.settle(alice.groups.invite(id, wish)))
    // Before the answer, and after it, by an admin’s device that was away all the time.
    await aliceToo.sync()
    expect(membersOf(aliceToo, id)).toContain(carol.id)
    await network.clock.advance(2000)
    const late = createGroupDevice(network, 'alice')
    await carol.sync()
    await carol.sync()
    for (const device of [late, aliceToo, alice, bob]) {
      await device.sync()
      expect(membersOf(device, id)).toContain(carol.id)
    }
    expect(carol.groups.list()).toEqual([id])
    await carol.say(id, 'here I am')
    await story.syncAll()
    expect(bob.textsWith(id)).toContain('here I am')
  })

  it('has not left when the swarm was not reached', async () => {
    const story = new GroupStory('stay')
    const { carol } = story
    const id = await story.createGroup()
    story.network.isOffline = true
    expect((await story.settle(carol.groups.leave(id))).ok).toBe(false)
    story.network.isOffline = false
    expect(carol.groups.list()).toEqual([id])
  })

  it('leaves somebody behind who leads', async () => {
    const story = new GroupStory('last admin')
    const { alice, bob } = story
    const id = await story.createGroup()
    expect(codeOf(await story.settle(alice.groups.leave(id)))).toBe('group_last_admin')
    unwrap(await story.settle(alice.groups.promote(id, [bob.id])))
    await story.syncAll(2)
    unwrap(await story.settle(alice.groups.leave(id)))
    await story.syncAll(2)
    expect(membersOf(bob, id)).not.toContain(alice.id)
    expect(bob.groups.describe(id)?.isAdmin).toBe(true)
    expect(alice.groups.list()).toEqual([])
  })
})

describe('a destroyed group', () => {
  it('is left by everybody, and nobody comes back into it', async () => {
    const story = new GroupStory('destroyed')
    const { alice, bob, carol } = story
    const id = await story.createGroup()
    unwrap(await story.settle(alice.groups.destroy(id)))
    expect(alice.groups.list()).toEqual([])
    await story.syncAll()
    for (const { groups, configs, history } of [alice, bob, carol]) {
      expect(groups.list()).toEqual([])
      expect(configs.groups.groups.find(id)).toMatchObject({
        removed: 'destroyed',
        adminSeed: null,
        memberAuth: null,
      })
      expect(history.configs.find(id, KEYS)).toBeUndefined()
    }
    expect(codeOf(await bob.groups.poll(id, 1))).toBe('group_unknown')
  })
})
