/** Coming into a group: invitations, answers, what newcomers may read, and becoming an admin. */
import { describe, expect, it } from 'vitest'
import { createGroupDevice } from '../../../test/group-device.ts'
import { GroupStory, membersOf } from '../../../test/group-story.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'

const KEYS = 12

describe('an invitation', () => {
  it('from somebody who was never accepted waits for an answer', async () => {
    const story = new GroupStory('stranger')
    const { alice, bob } = story
    bob.configs.contacts.erase(alice.id)
    const id = await story.createGroup([bob.id])
    expect(bob.groups.list()).toEqual([])
    expect(bob.configs.groups.groups.find(id)).toMatchObject({
      name: 'Hikers',
      isInvitePending: true,
    })
    expect(codeOf(await bob.groups.poll(id, 1))).toBe('group_unknown')
    unwrap(bob.groups.acceptInvite(id))
    expect(codeOf(bob.groups.acceptInvite(id))).toBe('group_unknown')
    await story.syncAll(2)
    expect(bob.groups.describe(id)?.info.name).toBe('Hikers')
    const own = alice.groups.describe(id)?.members.find(([member]) => member === bob.id)
    expect(own?.[1].invite).toBe('accepted')
  })

  it('that is declined is gone, and nobody is told', async () => {
    const story = new GroupStory('declined')
    const { alice, bob } = story
    bob.configs.contacts.erase(alice.id)
    const id = await story.createGroup([bob.id])
    const before = story.stored(id, 11).length
    unwrap(bob.groups.declineInvite(id))
    await story.syncAll(2)
    expect(bob.configs.groups.groups.find(id)).toBeUndefined()
    expect(story.stored(id, 11)).toHaveLength(before)
    const standing = alice.groups.describe(id)?.members.find(([member]) => member === bob.id)
    expect(standing?.[1].invite).toBe('sent')
  })

  it('from somebody who is blocked is not even there', async () => {
    const story = new GroupStory('blocked')
    const { alice, bob } = story
    bob.configs.contacts.update(alice.id, { isBlocked: true })
    const id = await story.createGroup([bob.id])
    expect(bob.configs.groups.groups.find(id)).toBeUndefined()
  })

  it('is deleted from the own swarm once it is acted on', async () => {
    const story = new GroupStory('obsolete')
    const { alice, bob } = story
    await bob.sync()
    const made = alice.groups.create({ name: 'X', members: [bob.id] })
    unwrap(await story.settle(made))
    const { obsoleteHashes } = unwrap(await story.settle(bob.poller.poll(1)))
    expect(obsoleteHashes).toHaveLength(1)
  })

  it('that did not go out stands as failed, and can be repeated', async () => {
    const story = new GroupStory('failed invite')
    const { alice, bob } = story
    for (const node of story.network.nodes)
      node.faults.answer = (request, honest) =>
        request.method === 'store' && request.params.namespace === 0
          ? { status: 500, body: 'no' }
          : honest()
    const id = unwrap(
      await story.settle(alice.groups.create({ name: 'Hikers', members: [bob.id] })),
    )
    const standing = () =>
      alice.groups.describe(id)?.members.find(([member]) => member === bob.id)?.[1].invite
    expect(standing()).toBe('failed')
    for (const node of story.network.nodes) delete node.faults.answer
    const wish = { members: [bob.id], sharesHistory: true }
    unwrap(await story.settle(alice.groups.invite(id, wish)))
    expect(standing()).toBe('sent')
    await story.syncAll(2)
    await alice.sync()
    expect(standing()).toBe('accepted')
    unwrap(await story.settle(alice.groups.invite(id, wish)))
    expect(membersOf(alice, id)).toHaveLength(2)
  })

  it('comes to devices that the account adds later, by its configuration', async () => {
    const story = new GroupStory('later device')
    const id = await story.createGroup()
    await story.alice.say(id, 'before')
    await story.syncAll()
    const bobToo = createGroupDevice(story.network, 'bob')
    await bobToo.sync()
    expect(bobToo.groups.list()).toEqual([id])
    expect(bobToo.textsWith(id)).toEqual(['before'])
    await bobToo.say(id, 'from the new one')
    await story.syncAll()
    expect(story.carol.textsWith(id)).toEqual(['before', 'from the new one'])
  })
})

describe('who comes later', () => {
  it('reads what was written before if an admin shares it', async () => {
    const story = new GroupStory('shared')
    const { alice, bob, carol } = story
    const id = await story.createGroup([bob.id])
    await alice.say(id, 'early')
    const keys = story.stored(id, KEYS).length
    const wish = { members: [carol.id], sharesHistory: true }
    unwrap(await story.settle(alice.groups.invite(id, wish)))
    await story.syncAll(2)
    expect(story.stored(id, KEYS)).toHaveLength(keys + 1)
    expect(carol.textsWith(id)).toEqual(['early'])
    const added = alice.groups.describe(id)?.members.find(([member]) => member === carol.id)
    expect(added?.[1].hasSupplement).toBe(true)
  })

  it('reads nothing of it otherwise, because there is a new key', async () => {
    const story = new GroupStory('not shared')
    const { alice, bob, carol } = story
    const id = await story.createGroup([bob.id])
    await alice.say(id, 'early')
    const wish = { members: [carol.id], sharesHistory: false }
    unwrap(await story.settle(alice.groups.invite(id, wish)))
    await alice.say(id, 'late')
    await story.syncAll(2)
    expect(carol.textsWith(id)).toEqual(['late'])
    expect(bob.textsWith(id)).toEqual(['early', 'late'])
  })

  it('is announced to those who are there', async () => {
    const story = new GroupStory('announced')
    const { alice, bob, carol } = story
    const id = await story.createGroup([bob.id])
    await story.syncAll()
    const wish = { members: [carol.id], sharesHistory: true }
    unwrap(await story.settle(alice.groups.invite(id, wish)))
    const events = await bob.sync()
    const notices = events.flatMap((event) => (event.kind === 'group_notice' ? [event.notice] : []))
    expect(notices).toEqual([
      { kind: 'members_changed', change: 'added', members: [carol.id], isHistoryShared: true },
    ])
    await carol.sync()
    const answer = await bob.sync()
    expect(answer).toContainEqual(
      expect.objectContaining({ author: carol.id, notice: { kind: 'joined' } }),
    )
    await story.syncAll(2)
    expect(await story.syncAll(2)).toEqual([])
  })

  it('answers once, however often it reads', async () => {
    const story = new GroupStory('once')
    const { alice, bob } = story
    const id = unwrap(
      await story.settle(alice.groups.create({ name: 'Hikers', members: [bob.id] })),
    )
    const before = story.stored(id, 11).length
    for (let round = 0; round < 4; round++) await bob.sync()
    expect(story.stored(id, 11)).toHaveLength(before + 1)
  })
})

describe('a promotion', () => {
  it('makes a leader on all devices of the account', async () => {
    const story = new GroupStory('promotion')
    const { alice, bob, carol } = story
    const bobToo = story.addDevice('bob')
    const id = await story.createGroup()
    await bobToo.sync()
    unwrap(await story.settle(alice.groups.promote(id, [bob.id])))
    const standing = () =>
      carol.groups.describe(id)?.members.find(([member]) => member === bob.id)?.[1]
    await carol.sync()
    expect(standing()).toMatchObject({ isAdmin: true, promotion: 'sent' })
    await story.syncAll(2)
    await bobToo.sync()
    expect(standing()).toMatchObject({ isAdmin: true, promotion: 'accepted' })
    expect(bobToo.groups.describe(id)?.isAdmin).toBe(true)
    expect(bob.configs.groups.groups.find(id)?.memberAuth).toBeNull()
    unwrap(await story.settle(bobToo.groups.rename(id, 'By Bob')))
    await story.syncAll(2)
    for (const { groups } of story.devices) expect(groups.describe(id)?.info.name).toBe('By Bob')
  })

  it('is for members only, and not for who leads already', async () => {
    const story = new GroupStory('not promoted')
    const { alice, bob, carol } = story
    const id = await story.createGroup([bob.id])
    for (const members of [[], [carol.id], [alice.id], [bob.id, carol.id]])
      expect(codeOf(await story.settle(alice.groups.promote(id, members)))).toBe(
        'group_member_unknown',
      )
    expect(alice.groups.describe(id)?.members.filter(([, { isAdmin }]) => isAdmin)).toHaveLength(1)
  })

  it('can be repeated until it arrived', async () => {
    const story = new GroupStory('promotion again')
    const { alice, bob } = story
    const id = await story.createGroup([bob.id])
    for (const node of story.network.nodes)
      node.faults.answer = (request, honest) =>
        request.method === 'store' && request.params.namespace === 0
          ? { status: 500, body: 'no' }
          : honest()
    unwrap(await story.settle(alice.groups.promote(id, [bob.id])))
    const standing = () =>
      alice.groups.describe(id)?.members.find(([member]) => member === bob.id)?.[1].promotion
    expect(standing()).toBe('failed')
    for (const node of story.network.nodes) delete node.faults.answer
    unwrap(await story.settle(alice.groups.promote(id, [bob.id])))
    expect(standing()).toBe('sent')
    await story.syncAll(2)
    await alice.sync()
    expect(standing()).toBe('accepted')
    expect(bob.groups.describe(id)?.isAdmin).toBe(true)
  })
})
