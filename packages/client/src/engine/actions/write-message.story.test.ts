/** What a person says reaches the other side and all devices, and what cannot be said is refused before a packet leaves. */
import { describe, expect, it } from 'vitest'
import { createCircle, createFriends, listWith, seenFrom, textsWith } from '../../../test/circle.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'

describe('a message', () => {
  it('that answers another names it on every device', async () => {
    const { network, alice, tablet, bob, aliceId, bobId, write, sync } = await createFriends()
    const question = await write(bob, alice, 'when?')
    await sync()
    const quote = { author: question.author, sentAtMs: question.sentAtMs }
    const answer = { to: bobId, text: 'at eight', quote }
    unwrap(await network.settle(alice.messenger.send(answer)))
    await sync()
    for (const [person, id] of [
      [alice, bobId],
      [tablet, bobId],
      [bob, aliceId],
    ] as const)
      expect(listWith(person, id).at(-1)).toMatchObject({ text: 'at eight', details: { quote } })
  })

  it('shows the name that its author chose', async () => {
    const { network, alice, bob, aliceId, write, sync } = await createFriends()
    await network.settle(alice.messenger.updateProfile({ name: 'Alice 🎈' }))
    await write(alice, bob, 'it is me')
    await sync()
    expect(bob.messenger.contacts.find(aliceId)?.name).toBe('Alice 🎈')
    const [conversation] = bob.messenger.conversations.list()
    expect(conversation?.name).toBe('Alice 🎈')
  })

  it('accepts whom it goes to, on all devices', async () => {
    const { alice, tablet, bob, bobId, write, sync } = createCircle()
    await write(alice, bob, 'hello')
    await sync()
    for (const { messenger } of [alice, tablet]) {
      expect(messenger.contacts.find(bobId)).toMatchObject({
        isApproved: true,
        hasApprovedMe: false,
      })
    }
  })

  it('that answers a request accepts it, and whoever asked learns it', async () => {
    const { alice, bob, aliceId, bobId, write, sync } = createCircle()
    await write(alice, bob, 'hello')
    await sync()
    await write(bob, alice, 'hello yourself')
    await sync()
    expect(alice.messenger.contacts.find(bobId)?.hasApprovedMe).toBe(true)
    expect(bob.messenger.contacts.find(aliceId)).toMatchObject({
      isApproved: true,
      hasApprovedMe: true,
    })
  })

  it('erases the draft that it was', async () => {
    const { alice, bob, bobId, write } = await createFriends()
    alice.messenger.conversations.setDraft(bobId, 'unfinished')
    expect(alice.messenger.conversations.list()[0]?.draft).toBe('unfinished')
    await write(alice, bob, 'finished')
    expect(alice.messenger.conversations.list()[0]?.draft).toBe('')
  })

  it.each([
    ['', 'text_empty'],
    ['x'.repeat(10_001), 'text_too_long'],
  ])('without a text, or with too much, is refused before a packet leaves', async (text, code) => {
    const { network, alice, bobId } = createCircle()
    expect(codeOf(await network.settle(alice.messenger.send({ to: bobId, text })))).toBe(code)
    expect(network.packets).toEqual([])
  })
})

describe('an edit', () => {
  it('changes the text on every device, in its place, and says so', async () => {
    const { network, alice, tablet, bob, aliceId, bobId, write, sync } = await createFriends()
    const name = await write(alice, bob, 'teh first')
    await write(alice, bob, 'second')
    unwrap(await network.settle(alice.messenger.edit(name, 'the first')))
    await sync()
    for (const [person, id] of [
      [alice, bobId],
      [tablet, bobId],
      [bob, aliceId],
    ] as const) {
      expect(textsWith(person, id)).toEqual(['hello', 'the first', 'second'])
      expect(listWith(person, id)[1]?.editedAtMs).toBeGreaterThan(name.sentAtMs)
    }
  })

  it('of somebody else’s message, of none, and to nothing is refused', async () => {
    const { network, alice, bob, write, sync } = await createFriends()
    const name = await write(bob, alice, 'mine')
    await sync()
    const edit = async (target: typeof name, text: string) =>
      codeOf(await network.settle(alice.messenger.edit(target, text)))
    expect(await edit(seenFrom(name), 'yours')).toBe('message_unknown')
    expect(await edit({ ...name, sentAtMs: 1 }, 'x')).toBe('message_unknown')
    expect(await edit(seenFrom(name), '')).toBe('text_empty')
  })
})

describe('forwarding', () => {
  it('sends the text on, without who wrote it', async () => {
    const { network, alice, bob, aliceId, write, sync } = await createFriends()
    const name = await write(bob, alice, 'a secret of Bob’s')
    await sync()
    unwrap(await network.settle(alice.messenger.forward(seenFrom(name), aliceId)))
    expect(listWith(alice, aliceId)).toMatchObject([
      { text: 'a secret of Bob’s', author: aliceId, details: {} },
    ])
  })
})
