/** Reading, on several devices: what was read, what ends, what is deleted, and who is told. */
import { deriveAccount } from '@sotto/crypto/identity'
import { describe, expect, it } from 'vitest'
import { createFriends, listWith, seenFrom, textsWith } from '../../test/circle.ts'
import { unwrap } from '../../test/simulated-person.ts'

describe('what was read', () => {
  it('is read on all devices, and nobody else learns it', async () => {
    const { network, alice, tablet, bob, aliceId, bobId, write, sync } = await createFriends()
    const name = await write(bob, alice, 'read me')
    await sync()
    expect(tablet.messenger.conversations.list()[0]?.unread).toBe(1)
    await network.settle(alice.messenger.conversations.markRead(bobId, name.sentAtMs))
    await sync()
    expect(tablet.messenger.conversations.list()[0]?.unread).toBe(0)
    expect(listWith(bob, aliceId).at(-1)?.isReadByThem).toBe(false)
  })

  it('is told to whom wrote it when the person wants that, and only to people they accepted', async () => {
    const { network, alice, bob, aliceId, bobId, write, sync } = await createFriends()
    alice.messenger.settings.update({ sendsReadReceipts: true })
    const name = await write(bob, alice, 'read me')
    await sync()
    await network.settle(alice.messenger.conversations.markRead(bobId, name.sentAtMs))
    await sync()
    expect(listWith(bob, aliceId).at(-1)?.isReadByThem).toBe(true)
  })

  it('can be marked as unread, for all devices', async () => {
    const { network, alice, tablet, bob, bobId, write, sync } = await createFriends()
    const name = await write(bob, alice, 'later')
    await sync()
    const { conversations } = alice.messenger
    await network.settle(conversations.markRead(bobId, name.sentAtMs))
    await network.settle(conversations.markUnread(bobId))
    await sync()
    expect(tablet.messenger.conversations.list()[0]).toMatchObject({ isMarkedUnread: true })
    await network.settle(tablet.messenger.conversations.markRead(bobId, name.sentAtMs))
    await sync()
    expect(conversations.list()[0]).toMatchObject({ isMarkedUnread: false })
  })
})

describe('typing', () => {
  it('is told only when the person wants that', async () => {
    const { network, alice, bob, aliceId, bobId } = await createFriends()
    expect(await network.settle(alice.messenger.setTyping(bobId, true))).toBe(false)
    alice.messenger.settings.update({ sendsTyping: true })
    expect(await network.settle(alice.messenger.setTyping(bobId, true))).toBe(true)
    const events = unwrap(await network.settle(bob.messenger.poll({ members: 3 })))
    expect(events).toContainEqual({ kind: 'typing', conversation: aliceId, isTyping: true })
  })
})

describe('what is kept outside of the conversation', () => {
  it('is told only when the person wants that, and shows where it was kept from', async () => {
    const { network, alice, bob, aliceId, bobId, sync } = await createFriends()
    const tell = () => network.settle(alice.messenger.tellExtraction(bobId, 'media_saved'))
    expect(await tell()).toBe(false)
    alice.messenger.settings.update({ sendsExtractionNotices: true })
    expect(await tell()).toBe(true)
    await sync()
    expect(listWith(bob, aliceId).at(-1)).toMatchObject({ kind: 'media_saved', author: aliceId })
  })

  it('is never told to a stranger, or to oneself', async () => {
    const { network, alice, aliceId } = await createFriends()
    alice.messenger.settings.update({ sendsExtractionNotices: true })
    for (const id of [aliceId, deriveAccount(new Uint8Array(16).fill(77)).accountId])
      expect(await network.settle(alice.messenger.tellExtraction(id, 'screenshot'))).toBe(false)
  })
})

describe('what disappears', () => {
  it('after it was sent goes from every device at the same time', async () => {
    const { network, alice, tablet, bob, aliceId, bobId, write, sync } = await createFriends()
    const timer = { mode: 'after_send', seconds: 3600 } as const
    unwrap(await network.settle(alice.messenger.contacts.setTimer(bobId, timer)))
    const name = await write(alice, bob, 'an hour')
    await sync()
    const devices = [
      [alice, bobId],
      [tablet, bobId],
      [bob, aliceId],
    ] as const
    for (const [person, id] of devices) expect(textsWith(person, id)).toContain('an hour')
    const ends = devices.map(([person, id]) => listWith(person, id).at(-1)?.expiresAtMs ?? 0)
    for (const end of ends) expect(Math.abs(end - name.sentAtMs - 3_600_000)).toBeLessThan(5000)
    await network.clock.advance(3_700_000)
    await sync()
    for (const [person, id] of devices) expect(textsWith(person, id)).not.toContain('an hour')
  })

  it('after it was read begins when it is read, on all devices of the reader', async () => {
    const { network, alice, tablet, bob, bobId, write, sync } = await createFriends()
    const timer = { mode: 'after_read', seconds: 300 } as const
    unwrap(await network.settle(alice.messenger.contacts.setTimer(bobId, timer)))
    await sync()
    const name = seenFrom(await write(bob, alice, 'five minutes'))
    await sync()
    await network.clock.advance(3_600_000)
    await sync()
    expect(textsWith(tablet, bobId)).toContain('five minutes')
    await network.settle(alice.messenger.conversations.markRead(bobId, name.sentAtMs))
    await network.clock.advance(60_000)
    await sync()
    const ends = [alice, tablet].map(({ history }) => history.messages.find(name)?.expiresAtMs)
    expect(ends[0]).toBeDefined()
    expect(ends[1]).toBe(ends[0])
    await network.clock.advance(300_000)
    await sync()
    for (const person of [alice, tablet])
      expect(textsWith(person, bobId)).not.toContain('five minutes')
  })
})

describe('deleting for oneself', () => {
  it('takes it from the device and the swarm, and from nobody else', async () => {
    const { network, alice, bob, aliceId, bobId, write, sync } = await createFriends()
    const name = seenFrom(await write(bob, alice, 'gone'))
    await sync()
    expect(await network.settle(alice.messenger.conversations.deleteHere([name]))).toBeUndefined()
    await sync()
    expect(textsWith(alice, bobId)).toEqual(['hello'])
    expect(textsWith(bob, aliceId)).toContain('gone')
    const kept = network
      .swarmOf(alice.accountBytes)
      .flatMap(({ store }) => store.boxOf(alice.accountBytes))
    const hash = bob.history.messages.find(name)?.hash
    expect(kept.some((message) => message.hash === hash)).toBe(false)
  })
})

describe('finding', () => {
  it('searches all conversations or one, by words and beginnings', async () => {
    const { alice, bob, bobId, write } = await createFriends()
    await write(alice, bob, 'the quick brown fox')
    const { conversations } = alice.messenger
    expect(conversations.search({ words: 'bro quick', limit: 9 })).toHaveLength(0)
    expect(conversations.search({ words: 'quick bro', limit: 9 })).toHaveLength(1)
    expect(conversations.search({ words: 'fox', conversation: bobId, limit: 9 })).toHaveLength(1)
  })

  it('names a message by its time or its hash', async () => {
    const { alice, bob, write, sync } = await createFriends()
    const name = await write(bob, alice, 'here')
    await sync()
    const { conversations } = alice.messenger
    const [found] = conversations.findAll(name.sentAtMs)
    expect(found?.text).toBe('here')
    expect(conversations.findAll(found?.hash ?? '')).toEqual([found])
    expect(conversations.findAll(1)).toEqual([])
  })
})
