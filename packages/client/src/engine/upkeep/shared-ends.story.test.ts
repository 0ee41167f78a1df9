/** All devices end a message that was to be read at the end that the first reader's swarm has. */
import { describe, expect, it } from 'vitest'
import { createFriends, listWith, seenFrom, type Circle } from '../../../test/circle.ts'
import { unwrap } from '../../../test/simulated-person.ts'
import type { HistoryMessage } from '../../storage/history-message.ts'

const TIMER = { mode: 'after_read', seconds: 300 } as const

async function receiveSecret(circle: Circle): Promise<HistoryMessage> {
  const { network, alice, bob, bobId, write, sync } = circle
  unwrap(await network.settle(alice.messenger.contacts.setTimer(bobId, TIMER)))
  await sync()
  const name = seenFrom(await write(bob, alice, 'secret'))
  await sync()
  const message = alice.history.messages.find(name)
  if (message === undefined) throw new Error('a message')
  return message
}

function expiriesIn({ network, alice }: Circle, hash: string | undefined): readonly number[] {
  return network
    .swarmOf(alice.accountBytes)
    .flatMap(({ store }) => store.boxOf(alice.accountBytes))
    .filter((kept) => kept.hash === hash)
    .map(({ expiryMs }) => expiryMs)
}

describe('reading a message with a timer', () => {
  it('shortens its life in our swarm to its end here, on every member', async () => {
    const circle = await createFriends()
    const { hash, sentAtMs, conversation } = await receiveSecret(circle)
    const { network, alice } = circle
    await network.settle(alice.messenger.conversations.markRead(conversation, sentAtMs))
    const end = alice.messenger.conversations.find({
      conversation,
      author: circle.bobId,
      sentAtMs,
    })?.expiresAtMs
    expect(end).toBeDefined()
    expect(new Set(expiriesIn(circle, hash))).toEqual(new Set([end]))
  })

  it('changes nothing in the swarm for what has no timer', async () => {
    const circle = await createFriends()
    const { network, alice, bob, bobId, write, sync } = circle
    const name = seenFrom(await write(bob, alice, 'plain'))
    await sync()
    const hash = alice.history.messages.find(name)?.hash
    const before = expiriesIn(circle, hash)
    await network.settle(alice.messenger.conversations.markRead(bobId, name.sentAtMs))
    expect(expiriesIn(circle, hash)).toEqual(before)
  })

  it('ends it at once on a device that learns late, when no swarm has it any more', async () => {
    const circle = await createFriends()
    const { hash, sentAtMs, conversation } = await receiveSecret(circle)
    const { network, alice, tablet, bobId } = circle
    await network.settle(alice.messenger.conversations.markRead(conversation, sentAtMs))
    for (const { store } of network.swarmOf(alice.accountBytes)) {
      const box = store.boxOf(alice.accountBytes)
      box.splice(0, box.length, ...box.filter((kept) => kept.hash !== hash))
    }
    unwrap(await network.settle(tablet.messenger.poll({ members: 3 })))
    expect(listWith(tablet, bobId).map(({ text }) => text)).not.toContain('secret')
  })

  it('runs here from the reading when no member answers about its end', async () => {
    const circle = await createFriends()
    const { sentAtMs, conversation } = await receiveSecret(circle)
    const { network, alice, tablet, bobId } = circle
    for (const { faults } of network.nodes)
      faults.answer = (request, honest) =>
        request.method === 'get_expiries' || request.method === 'expire'
          ? { status: 500, body: 'no' }
          : honest()
    await network.settle(alice.messenger.conversations.markRead(conversation, sentAtMs))
    unwrap(await network.settle(tablet.messenger.poll({ members: 3 })))
    const secret = listWith(tablet, bobId).find(({ text }) => text === 'secret')
    expect(secret?.expiresAtMs).toBeGreaterThan(network.clock.now() + 200_000)
    expect(secret?.expiresAtMs).toBeLessThan(network.clock.now() + 301_000)
  })
})
