/** What an account decides about others holds on all of its devices, and nobody else is told more than they must be. */
import { describe, expect, it } from 'vitest'
import { createCircle, createFriends, textsWith } from '../../test/circle.ts'
import { codeOf, unwrap } from '../../test/simulated-person.ts'

describe('a request', () => {
  it('shows as one until it is accepted; then both know', async () => {
    const { network, alice, bob, aliceId, bobId, write, sync } = createCircle()
    await write(alice, bob, 'hello')
    await sync()
    expect(bob.messenger.conversations.list()).toMatchObject([{ id: aliceId, isRequest: true }])
    expect(await network.settle(bob.messenger.contacts.accept(aliceId))).toBeUndefined()
    await sync()
    expect(bob.messenger.conversations.list()).toMatchObject([{ id: aliceId, isRequest: false }])
    expect(alice.messenger.contacts.find(bobId)?.hasApprovedMe).toBe(true)
  })

  it('that is declined goes from all devices and from the swarm, and whoever made it is not told', async () => {
    const { network, alice, tablet, bob, aliceId, bobId, write, sync } = createCircle()
    await write(bob, alice, 'hello')
    await sync()
    expect(textsWith(tablet, bobId)).toEqual(['hello'])
    const before = network
      .swarmOf(bob.accountBytes)
      .map(({ store }) => store.boxOf(bob.accountBytes).length)
    expect(await network.settle(alice.messenger.contacts.decline(bobId))).toBeUndefined()
    await sync()
    for (const person of [alice, tablet]) expect(textsWith(person, bobId)).toEqual([])
    const swarm = network.swarmOf(alice.accountBytes)
    expect(swarm.map(({ store }) => store.boxOf(alice.accountBytes).length)).toEqual(
      swarm.map(() => 0),
    )
    const after = network
      .swarmOf(bob.accountBytes)
      .map(({ store }) => store.boxOf(bob.accountBytes).length)
    expect(after).toEqual(before)
    expect(bob.messenger.contacts.find(aliceId)?.hasApprovedMe).toBe(false)
  })

  it('comes again when they write again', async () => {
    const { network, alice, bob, bobId, write, sync } = createCircle()
    await write(bob, alice, 'hello')
    await sync()
    await network.settle(alice.messenger.contacts.decline(bobId))
    await write(bob, alice, 'please')
    await sync()
    expect(textsWith(alice, bobId)).toEqual(['please'])
    const [conversation] = alice.messenger.conversations.list()
    expect(conversation).toMatchObject({ isRequest: true, isHidden: false })
  })

  it('is dropped by who wants only people they know', async () => {
    const { alice, bob, bobId, write, sync } = createCircle()
    alice.messenger.settings.update({ knownContactsOnly: true })
    await write(bob, alice, 'hello')
    await sync()
    expect(textsWith(alice, bobId)).toEqual([])
  })
})

describe('a contact', () => {
  it('that is blocked on one device is blocked on the other, until it is not', async () => {
    const { network, alice, tablet, bob, bobId, write, sync } = await createFriends()
    await network.settle(alice.messenger.contacts.change(bobId, { isBlocked: true }))
    await sync()
    await write(bob, alice, 'unheard')
    await sync()
    for (const person of [alice, tablet]) expect(textsWith(person, bobId)).toEqual(['hello'])
    await network.settle(tablet.messenger.contacts.change(bobId, { isBlocked: false }))
    await sync()
    await write(bob, alice, 'heard')
    await sync()
    for (const person of [alice, tablet])
      expect(textsWith(person, bobId)).toEqual(['hello', 'heard'])
  })

  it('has a nickname, a pin and a mute that all of our devices know', async () => {
    const { network, alice, tablet, bobId, sync } = await createFriends()
    const changes = { nickname: 'B.', priority: 1, notify: 'disabled' } as const
    await network.settle(alice.messenger.contacts.change(bobId, changes))
    await sync()
    const [conversation] = tablet.messenger.conversations.list()
    expect(conversation).toMatchObject({ name: 'B.', isPinned: true, isMuted: true })
  })

  it('that is archived is hidden until something new comes', async () => {
    const { network, alice, tablet, bob, bobId, write, sync } = await createFriends()
    await network.settle(alice.messenger.contacts.change(bobId, { priority: -1 }))
    await sync()
    expect(tablet.messenger.conversations.list()[0]?.isHidden).toBe(true)
    await write(bob, alice, 'news')
    await sync()
    for (const { messenger } of [alice, tablet])
      expect(messenger.conversations.list()[0]?.isHidden).toBe(false)
    expect(textsWith(tablet, bobId)).toEqual(['hello', 'news'])
  })

  it('that is forgotten is gone from all devices', async () => {
    const { network, alice, tablet, bobId, sync } = await createFriends()
    await network.settle(alice.messenger.contacts.forget(bobId))
    await sync()
    expect(alice.messenger.conversations.list()).toEqual([])
    expect(tablet.messenger.contacts.find(bobId)).toBeUndefined()
  })

  it('is changed by two programs on one device without a loss', async () => {
    const { network, alice, bobId } = await createFriends()
    const other = alice.restart()
    await network.settle(alice.messenger.contacts.change(bobId, { nickname: 'B.' }))
    await network.settle(other.contacts.change(bobId, { priority: 1 }))
    expect(alice.restart().contacts.find(bobId)).toMatchObject({ nickname: 'B.', priority: 1 })
  })

  it('is changed on two devices at once, and both end with the same', async () => {
    const { network, alice, tablet, bobId, sync } = await createFriends()
    await Promise.all([
      network.settle(alice.messenger.contacts.change(bobId, { nickname: 'B.' })),
      network.settle(tablet.messenger.contacts.change(bobId, { priority: 1 })),
    ])
    await sync()
    await sync()
    for (const { messenger } of [alice, tablet])
      expect(messenger.contacts.find(bobId)).toMatchObject({ nickname: 'B.', priority: 1 })
  })

  it('that cannot be shared now is changed here, and shared later', async () => {
    const { network, alice, tablet, bobId, sync } = await createFriends()
    network.isOffline = true
    const failure = await network.settle(alice.messenger.contacts.change(bobId, { nickname: 'B.' }))
    expect(failure?.isRetryable).toBe(true)
    expect(alice.messenger.contacts.find(bobId)?.nickname).toBe('B.')
    network.isOffline = false
    await sync()
    expect(tablet.messenger.contacts.find(bobId)?.nickname).toBe('B.')
  })
})

describe('a timer', () => {
  it('holds for both sides and all devices, and shows who set it', async () => {
    const { network, alice, tablet, bob, aliceId, bobId, sync } = await createFriends()
    const timer = { mode: 'after_send', seconds: 3600 } as const
    unwrap(await network.settle(alice.messenger.contacts.setTimer(bobId, timer)))
    await sync()
    expect(tablet.messenger.contacts.findTimer(bobId)).toEqual(timer)
    expect(bob.messenger.contacts.findTimer(aliceId)).toEqual(timer)
    expect(bob.messenger.conversations.messages(aliceId, { limit: 1 })).toMatchObject([
      { kind: 'timer', author: aliceId, timer },
    ])
  })

  it('of notes runs from when they were written, and no other is possible', async () => {
    const { network, alice, tablet, aliceId, sync } = await createFriends()
    const set = (mode: 'after_read' | 'after_send', seconds: number) =>
      network.settle(alice.messenger.contacts.setTimer(aliceId, { mode, seconds }))
    expect(codeOf(await set('after_read', 60))).toBe('timer_invalid')
    expect(codeOf(await set('after_send', 0))).toBe('timer_invalid')
    expect(codeOf(await set('after_send', 1e9))).toBe('timer_invalid')
    unwrap(await set('after_send', 60))
    await sync()
    expect(tablet.messenger.contacts.findTimer(aliceId)).toEqual({
      mode: 'after_send',
      seconds: 60,
    })
  })
})
