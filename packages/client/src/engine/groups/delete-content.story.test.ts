/** Taking messages of a group back: one's own, anybody's, and all up to a moment. */
import type { GroupId } from '@sotto/protocol/config'
import { createGroupNotice } from '@sotto/protocol/group'
import type { MessageRef } from '@sotto/protocol/session'
import { describe, expect, it } from 'vitest'
import type { GroupDevice } from '../../../test/group-device.ts'
import { placeUpdate, stealKey } from '../../../test/group-forgery.ts'
import { GroupStory } from '../../../test/group-story.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'

const MESSAGES = 11

async function createGroup(name: string): Promise<{ story: GroupStory; id: GroupId }> {
  const story = new GroupStory(name)
  const id = await story.createGroup()
  for (const device of story.devices) await device.say(id, `by ${story.devices.indexOf(device)}`)
  await story.syncAll()
  await story.network.clock.advance(1000)
  return { story, id }
}

function refsOf({ history }: GroupDevice, id: GroupId, text: string): readonly MessageRef[] {
  return history.messages
    .list(id, { limit: 100 })
    .filter((message) => message.text === text)
    .map(({ author, sentAtMs }) => ({ author, sentAtMs }))
}

function hashesIn(story: GroupStory, id: GroupId): readonly string[] {
  return story.stored(id, MESSAGES).map(({ hash }) => hash)
}

describe('a member', () => {
  it('takes back its own, and an admin clears it from the swarm', async () => {
    const { story, id } = await createGroup('own')
    const { alice, bob, carol } = story
    const messages = refsOf(bob, id, 'by 1')
    const [named] = messages
    const hash = named && bob.history.messages.find({ ...named, conversation: id })?.hash
    expect(hashesIn(story, id)).toContain(hash)
    const { events } = unwrap(await story.settle(bob.groups.deleteContent(id, { messages })))
    expect(events).toEqual([{ kind: 'erased', name: { ...named, conversation: id } }])
    expect(bob.textsWith(id)).not.toContain('by 1')
    const seen = await carol.sync()
    expect(seen.map(({ kind }) => kind)).toEqual(['erased', 'group_notice'])
    expect(carol.textsWith(id)).not.toContain('by 1')
    expect(hashesIn(story, id)).toContain(hash)
    await alice.sync()
    expect(hashesIn(story, id)).not.toContain(hash)
  })

  it('takes back nobody else’s', async () => {
    const { story, id } = await createGroup('foreign')
    const { bob, carol } = story
    const messages = refsOf(bob, id, 'by 2')
    for (const what of [{ messages }, { members: [carol.id] }])
      expect(codeOf(await story.settle(bob.groups.deleteContent(id, what)))).toBe('group_not_admin')
    expect(bob.textsWith(id)).toContain('by 2')
  })

  it('is told when the message is none that this device has', async () => {
    const { story, id } = await createGroup('unknown')
    const messages = [{ author: story.bob.id, sentAtMs: 5 }]
    const deleted = await story.settle(story.bob.groups.deleteContent(id, { messages }))
    expect(codeOf(deleted)).toBe('message_unknown')
  })

  it('keeps what it could not take back', async () => {
    const { story, id } = await createGroup('offline')
    const { bob } = story
    story.network.isOffline = true
    const messages = refsOf(bob, id, 'by 1')
    expect((await story.settle(bob.groups.deleteContent(id, { messages }))).ok).toBe(false)
    expect(bob.textsWith(id)).toContain('by 1')
  })
})

describe('an admin', () => {
  it('takes back anybody’s, from devices and from the swarm at once', async () => {
    const { story, id } = await createGroup('any')
    const { alice, bob, carol } = story
    const messages = [...refsOf(alice, id, 'by 1'), ...refsOf(alice, id, 'by 2')]
    const before = hashesIn(story, id).length
    unwrap(await story.settle(alice.groups.deleteContent(id, { messages })))
    // Two are gone, and the notice has come.
    expect(hashesIn(story, id)).toHaveLength(before - 2 + 1)
    await story.syncAll()
    for (const device of [alice, bob, carol]) expect(device.textsWith(id)).toEqual(['by 0'])
  })

  it('takes back all that somebody wrote so far, and nothing that comes after', async () => {
    const { story, id } = await createGroup('so far')
    const { alice, bob, carol } = story
    await carol.say(id, 'again by 2')
    await story.syncAll()
    await story.network.clock.advance(1000)
    unwrap(await story.settle(alice.groups.deleteContent(id, { members: [carol.id] })))
    await story.network.clock.advance(1000)
    await carol.say(id, 'but this stays')
    await story.syncAll()
    for (const device of [alice, bob, carol])
      expect(device.textsWith(id).toSorted()).toEqual(['but this stays', 'by 0', 'by 1'])
  })

  it('lets everything go up to a moment, also what comes late', async () => {
    const { story, id } = await createGroup('moment')
    const { alice, bob, carol } = story
    const late = story.stored(id, MESSAGES)
    await story.network.clock.advance(5000)
    const beforeSeconds = Math.floor(story.network.clock.now() / 1000)
    await story.network.clock.advance(2000)
    unwrap(await story.settle(alice.groups.deleteBefore(id, beforeSeconds)))
    await carol.say(id, 'a new start')
    await story.syncAll()
    for (const device of [alice, bob, carol]) expect(device.textsWith(id)).toEqual(['a new start'])
    const fresh = story.addDevice('bob')
    expect(late.length).toBeGreaterThan(0)
    await fresh.sync()
    expect(fresh.textsWith(id)).toEqual(['a new start'])
  })
})

describe('a deletion that comes before its message', () => {
  it('holds when the author or an admin wrote it', async () => {
    for (const isByAdmin of [false, true]) {
      const { story, id } = await createGroup(`early ${isByAdmin}`)
      const { bob } = story
      const account = toAccountBytes(id)
      const [text] = refsOf(bob, id, 'by 1')
      const hash = text && bob.history.messages.find({ ...text, conversation: id })?.hash
      const boxes = story.network
        .swarmOf(account)
        .map(({ store }) => store.boxOf(account, MESSAGES))
      const [held] = boxes.map((box) => box.filter((message) => message.hash === hash))
      for (const box of boxes)
        box.splice(
          box.findIndex((message) => message.hash === hash),
          1,
        )
      const fresh = story.addDevice('carol')
      const by = isByAdmin ? story.alice : bob
      const hashes = hash === undefined ? [] : [hash]
      const admin = isByAdmin ? { admin: story.adminOf(story.alice, id) } : {}
      const sentAtMs = story.network.clock.now()
      const notice = { kind: 'deletion', members: [], hashes, isByAdmin } as const
      const update = createGroupNotice(notice, { ...admin, sentAtMs })
      placeUpdate(story, id, { author: by.account, secret: stealKey(bob, id), update, sentAtMs })
      await fresh.sync()
      for (const box of boxes) box.push(...(held ?? []))
      await fresh.sync()
      expect(fresh.textsWith(id).toSorted()).toEqual(['by 0', 'by 2'])
    }
  })

  it('says nothing when somebody else wrote it', async () => {
    const { story, id } = await createGroup('early foreign')
    const { bob, carol } = story
    const fresh = story.addDevice('alice')
    const [text] = refsOf(bob, id, 'by 1')
    const hash = (text && bob.history.messages.find({ ...text, conversation: id })?.hash) ?? ''
    const account = toAccountBytes(id)
    const boxes = story.network.swarmOf(account).map(({ store }) => store.boxOf(account, MESSAGES))
    const held = boxes[0]?.filter((message) => message.hash === hash) ?? []
    for (const box of boxes)
      box.splice(
        box.findIndex((message) => message.hash === hash),
        1,
      )
    const sentAtMs = story.network.clock.now()
    const notice = { kind: 'deletion', members: [], hashes: [hash], isByAdmin: false } as const
    const update = createGroupNotice(notice, { sentAtMs })
    placeUpdate(story, id, { author: carol.account, secret: stealKey(bob, id), update, sentAtMs })
    await fresh.sync()
    for (const box of boxes) box.push(...held)
    await fresh.sync()
    expect(fresh.textsWith(id).toSorted()).toEqual(['by 0', 'by 1', 'by 2'])
  })
})
