/** A message that claims a time in the future is read like any other, and takes nothing that comes later with it. */
import { describe, expect, it } from 'vitest'
import { createFriends } from '../../../test/circle.ts'
import { createTextMessage, place } from '../../../test/inbox-fixtures.ts'
import type { SimulatedPerson } from '../../../test/simulated-person.ts'
import { zstdCompression } from '../../../test/zstd-compression.ts'
import { AccountConfigs } from '../configs/account-configs.ts'

const FAR_MS = Date.UTC(9999, 0)

function openConfigs({ account, history }: SimulatedPerson): AccountConfigs {
  return new AccountConfigs({ account, history, compression: zstdCompression })
}

async function readTheFuture() {
  const friends = await createFriends()
  const { network, alice, bob, aliceId, bobId, sync } = friends
  const future = { sender: bob.account, to: aliceId, text: 'from the future', sentAtMs: FAR_MS }
  const stored = createTextMessage(future, network.randomness)
  const message = { ...stored, expiryMs: network.clock.now() + 86_400_000 }
  place(network.swarmOf(alice.accountBytes), aliceId, [message])
  await sync()
  const unread = (person: typeof alice): number | undefined =>
    person.messenger.conversations.list().find(({ id }) => id === bobId)?.unread
  expect(unread(alice)).toBe(1)
  await network.settle(alice.messenger.conversations.markRead(bobId, FAR_MS))
  await sync()
  return { ...friends, unread }
}

describe('a read position in the future, of a device that does not know better', () => {
  it('reads nothing, and gives way to the first that is possible', async () => {
    const { network, alice, tablet, bob, bobId, write, sync } = await createFriends()
    const name = await write(bob, alice, 'read me')
    await sync()
    const configs = openConfigs(tablet)
    configs.transact(() => {
      configs.convoInfo.accounts.update(bobId, { lastReadMs: FAR_MS })
    })
    await sync()
    expect(openConfigs(alice).convoInfo.accounts.find(bobId)?.lastReadMs).toBe(FAR_MS)
    const [conversation] = alice.messenger.conversations.list()
    expect(conversation?.unread).toBe(1)
    await network.settle(alice.messenger.conversations.markRead(bobId, name.sentAtMs))
    await sync()
    expect(openConfigs(tablet).convoInfo.accounts.find(bobId)?.lastReadMs).toBe(name.sentAtMs)
  })
})

describe('reading a message from the future', () => {
  it('reads it here', async () => {
    const { alice, unread } = await readTheFuture()
    expect(unread(alice)).toBe(0)
  })

  it('does not read on other devices what comes after', async () => {
    const { network, alice, tablet, bob, bobId, write, sync, unread } = await readTheFuture()
    await write(bob, alice, 'read me')
    await sync()
    const before = unread(tablet)
    await network.settle(alice.messenger.conversations.markUnread(bobId))
    await sync()
    expect(unread(tablet)).toBe(before)
    expect(unread(alice)).toBe(1)
  })

  it('does not keep later readings from other devices', async () => {
    const { network, alice, tablet, bob, bobId, write, sync, unread } = await readTheFuture()
    const name = await write(bob, alice, 'read me')
    await sync()
    const before = unread(tablet) ?? 0
    await network.settle(alice.messenger.conversations.markRead(bobId, name.sentAtMs))
    await sync()
    expect(unread(tablet)).toBe(before - 1)
  })
})
