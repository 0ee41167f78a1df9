/** Groups as a messenger has them: whatever changes which groups an account is in, all of its devices learn. */
import { describe, expect, it } from 'vitest'
import { createFriends, listWith, type Circle } from '../../test/circle.ts'
import { codeOf, unwrap } from '../../test/simulated-person.ts'

async function createGroup({ network, alice, bobId, sync }: Circle) {
  const wish = { name: 'Hikers', members: [bobId], description: 'every Saturday' }
  const group = unwrap(await network.settle(alice.messenger.groups.create(wish)))
  await sync()
  return group
}

describe('a group', () => {
  it('is on all devices of whoever made it, and of whom a friend invited', async () => {
    const circle = await createFriends()
    const group = await createGroup(circle)
    for (const { messenger } of [circle.alice, circle.tablet, circle.bob])
      expect(messenger.groups.describe(group)).toMatchObject({
        info: { name: 'Hikers', description: 'every Saturday' },
        isReady: true,
      })
    expect(circle.bob.messenger.groups.describe(group)?.isAdmin).toBe(false)
    expect(circle.tablet.messenger.groups.describe(group)?.isAdmin).toBe(true)
  })

  it('is a conversation like any other', async () => {
    const circle = await createFriends()
    const { network, alice, tablet, bob, sync, bobId } = circle
    const group = await createGroup(circle)
    unwrap(await network.settle(bob.messenger.send({ to: group, text: 'boots?' })))
    await sync()
    const [conversation] = alice.messenger.conversations.list()
    expect(conversation).toMatchObject({ id: group, kind: 'group', name: 'Hikers', unread: 1 })
    const [message] = alice.messenger.conversations.messages(group, { limit: 1 })
    expect(message).toMatchObject({ author: bobId, text: 'boots?' })
    const { sentAtMs = 0 } = message ?? {}
    await network.settle(alice.messenger.conversations.markRead(group, sentAtMs))
    await sync()
    expect(tablet.messenger.conversations.list()[0]?.unread).toBe(0)
    expect(listWith(bob, circle.aliceId).some(({ isReadByThem }) => isReadByThem)).toBe(false)
  })

  it('is left on all devices at once', async () => {
    const circle = await createFriends()
    const { network, alice, bob, aliceId, sync } = circle
    const group = await createGroup(circle)
    unwrap(await network.settle(bob.messenger.groups.leave(group)))
    await sync()
    await sync()
    expect(bob.messenger.groups.list()).toEqual([])
    const members = alice.messenger.groups.describe(group)?.members.map(([id]) => id)
    expect(members).toEqual([aliceId])
  })

  it('that one was never in takes nothing', async () => {
    const { network, alice } = await createFriends()
    const group = `03${'0'.repeat(64)}` as const
    const sent = await network.settle(alice.messenger.send({ to: group, text: 'hello?' }))
    expect(codeOf(sent)).toBe('group_unknown')
    expect(codeOf(await network.settle(alice.messenger.groups.rename(group, 'x')))).toBe(
      'group_unknown',
    )
    expect(codeOf(await network.settle(alice.messenger.groups.acceptInvite(group)))).toBe(
      'group_unknown',
    )
  })

  it('is changed only by those who lead it', async () => {
    const circle = await createFriends()
    const { network, bob, sync } = circle
    const group = await createGroup(circle)
    const renamed = await network.settle(bob.messenger.groups.rename(group, 'Climbers'))
    expect(codeOf(renamed)).toBe('group_not_admin')
    await sync()
    expect(bob.messenger.groups.describe(group)?.info.name).toBe('Hikers')
  })

  it('takes back what was said, for everybody', async () => {
    const circle = await createFriends()
    const { network, alice, bob, aliceId, sync } = circle
    const group = await createGroup(circle)
    const sent = unwrap(await network.settle(alice.messenger.send({ to: group, text: 'oops' })))
    await sync()
    const name = { conversation: group, author: aliceId, sentAtMs: sent.sentAtMs }
    expect(bob.messenger.conversations.find(name)?.text).toBe('oops')
    unwrap(await network.settle(alice.messenger.takeBack(name)))
    await sync()
    for (const { messenger } of [alice, bob])
      expect(messenger.conversations.messages(group, { limit: 9 })).toEqual([])
  })

  it('is declined without anybody being told, and forgotten on all devices', async () => {
    const circle = await createFriends()
    const { network, alice, bob, tablet, bobId, aliceId, sync } = circle
    await network.settle(bob.messenger.contacts.forget(aliceId))
    const wish = { name: 'Boats', members: [bobId] }
    const group = unwrap(await network.settle(alice.messenger.groups.create(wish)))
    await sync()
    const [request] = bob.messenger.conversations.list()
    expect(request).toMatchObject({ id: group, isRequest: true })
    unwrap(await network.settle(bob.messenger.groups.declineInvite(group)))
    await sync()
    expect(bob.messenger.conversations.list().map(({ id }) => id)).not.toContain(group)
    expect(tablet.messenger.groups.list()).toEqual([group])
  })
})
