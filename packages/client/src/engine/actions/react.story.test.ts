/** Reactions and taking back: the same on all devices, and only for whom it is allowed. */
import { describe, expect, it } from 'vitest'
import { createFriends, seenFrom, textsWith } from '../../../test/circle.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'

describe('a reaction', () => {
  it('stands at its message on every device, until it is taken away', async () => {
    const { network, alice, tablet, bob, bobId, write, sync } = await createFriends()
    const name = await write(alice, bob, 'cake?')
    await sync()
    const target = seenFrom(name)
    unwrap(await network.settle(bob.messenger.react({ target, emoji: '🎂' })))
    await sync()
    for (const { messenger } of [alice, tablet])
      expect(messenger.conversations.reactions(name)).toEqual([{ reactor: bobId, emoji: '🎂' }])
    await network.clock.advance(1000)
    unwrap(await network.settle(bob.messenger.react({ target, emoji: '🎂', isRemoved: true })))
    await sync()
    for (const { messenger } of [alice, tablet])
      expect(messenger.conversations.reactions(name)).toEqual([])
  })

  it.each(['', 'cake', '🎂🎂', '\u202E'])('of %j is no emoji and is refused', async (emoji) => {
    const { network, alice, bob, write } = await createFriends()
    const target = await write(alice, bob, 'cake?')
    const sent = await network.settle(alice.messenger.react({ target, emoji }))
    expect(codeOf(sent)).toBe('emoji_invalid')
  })

  it('to a message that is not here is refused', async () => {
    const { network, alice, bob, write } = await createFriends()
    const name = await write(alice, bob, 'cake?')
    const target = { ...name, sentAtMs: 1 }
    const sent = await network.settle(alice.messenger.react({ target, emoji: '🎂' }))
    expect(codeOf(sent)).toBe('message_unknown')
  })
})

describe('taking back', () => {
  it('erases the message everywhere, and from the swarms of both', async () => {
    const { network, alice, tablet, bob, aliceId, bobId, write, sync } = await createFriends()
    const name = await write(alice, bob, 'oops')
    await sync()
    expect(textsWith(bob, aliceId)).toContain('oops')
    const kept = bob.history.messages.find(seenFrom(name))?.hash
    unwrap(await network.settle(alice.messenger.takeBack(name)))
    await sync()
    for (const [person, id] of [
      [alice, bobId],
      [tablet, bobId],
      [bob, aliceId],
    ] as const)
      expect(textsWith(person, id)).toEqual(['hello'])
    const swarm = network.swarmOf(bob.accountBytes)
    const hashes = swarm.flatMap(({ store }) =>
      store.boxOf(bob.accountBytes).map(({ hash }) => hash),
    )
    expect(kept).toBeDefined()
    expect(hashes).not.toContain(kept)
  })

  it('of somebody else’s message is refused', async () => {
    const { network, alice, bob, write, sync } = await createFriends()
    const name = await write(bob, alice, 'mine')
    await sync()
    const sent = await network.settle(alice.messenger.takeBack(seenFrom(name)))
    expect(codeOf(sent)).toBe('message_unknown')
  })
})
