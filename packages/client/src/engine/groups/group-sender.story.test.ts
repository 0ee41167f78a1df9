/** What is written in a group: sealed, kept, sent again, and ended by the group's timer. */
import type { GroupId } from '@sotto/protocol/config'
import { createMessageContent, createReactionContent } from '@sotto/protocol/session'
import { describe, expect, it } from 'vitest'
import { composeText, createGroupDevice, type GroupDevice } from '../../../test/group-device.ts'
import { GroupStory } from '../../../test/group-story.ts'
import { codeOf, createAccount, unwrap } from '../../../test/simulated-person.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'

const MESSAGES = 11
const HOUR_SECONDS = 3600

async function createGroup(name: string): Promise<{ story: GroupStory; id: GroupId }> {
  const story = new GroupStory(name)
  return { story, id: await story.createGroup() }
}

function lastOf({ history }: GroupDevice, id: GroupId) {
  return history.messages.list(id, { limit: 1 })[0]
}

describe('a message', () => {
  it('is sent when members of the swarm proved that they keep it', async () => {
    const { story, id } = await createGroup('proved')
    const { alice } = story
    const sent = unwrap(await story.settle(alice.groups.send(composeText(alice, id, 'hello'))))
    expect(sent.storedOn.length).toBeGreaterThanOrEqual(2)
    expect(sent.path).toHaveLength(3)
    expect(lastOf(alice, id)).toMatchObject({ state: 'sent', hash: sent.messageHash })
    expect(story.stored(id, MESSAGES).at(-1)?.hash).toBe(sent.messageHash)
    expect(await alice.sync()).toEqual([])
  })

  it('is not sent as long as nobody proves it (TM-S4)', async () => {
    const { story, id } = await createGroup('unproved')
    const { alice } = story
    for (const node of story.network.nodes) node.faults.signsWrong = true
    const sent = await story.settle(alice.groups.send(composeText(alice, id, 'hello')))
    expect(codeOf(sent)).toBe('not_stored')
    expect(lastOf(alice, id)?.state).toBe('failed')
  })

  it('is offered to three members when only one proves it, and then that has to do', async () => {
    const { story, id } = await createGroup('one proof')
    const { alice } = story
    const nodes = story.network.swarmOf(toAccountBytes(id))
    for (const { faults } of nodes.slice(1)) faults.signsWrong = true
    const countStores = () =>
      nodes.flatMap(({ executed }) => executed).filter((name) => name === 'store').length
    const before = countStores()
    const sent = unwrap(await story.settle(alice.groups.send(composeText(alice, id, 'hello'))))
    expect(sent.storedOn).toEqual([nodes[0]?.id])
    expect(countStores() - before).toBe(3)
    expect(lastOf(alice, id)?.state).toBe('sent')
  })

  it('has lengths in steps, so that nodes learn little of it', async () => {
    const { story, id } = await createGroup('steps')
    await story.alice.say(id, 'a')
    await story.alice.say(id, 'b'.repeat(40))
    const lengths = story.stored(id, MESSAGES).map(({ data }) => data.length)
    expect(lengths.every((length) => length % 256 === 0)).toBe(true)
  })

  it('cannot be composed for a group without a key, nor for none', async () => {
    const story = new GroupStory('no key')
    const { alice, bob } = story
    const id = unwrap(
      await story.settle(alice.groups.create({ name: 'Hikers', members: [bob.id] })),
    )
    unwrap(await story.settle(bob.poller.poll(1)))
    expect(bob.groups.describe(id)?.isReady).toBe(false)
    const early = await story.settle(bob.groups.send(composeText(bob, id, 'early')))
    expect(codeOf(early)).toBe('group_key_missing')
    expect(lastOf(bob, id)).toBeUndefined()
    const foreign = await story.settle(story.carol.groups.send(composeText(story.carol, id, 'x')))
    expect(codeOf(foreign)).toBe('group_unknown')
  })

  it('that is too large for a swarm is refused before anything is kept', async () => {
    const { story, id } = await createGroup('too large')
    const { alice, network } = story
    const text = Array.from({ length: 9000 }, () =>
      String.fromCodePoint(0x4e00 + (network.randomness.bytes(2)[0] ?? 0) * 70),
    ).join('')
    const content = unwrap(createMessageContent({ text }))
    const compose = () => ({
      ...content,
      dataMessage: content.dataMessage && {
        ...content.dataMessage,
        profileKey: network.randomness.bytes(76_800),
      },
    })
    const sent = await story.settle(alice.groups.send({ to: id, compose: () => compose() }))
    expect(codeOf(sent)).toBe('message_too_large')
    expect(alice.history.outbox.listWaitingInGroups()).toEqual([])
  })

  it('carries reactions, quotes and edits as between two', async () => {
    const { story, id } = await createGroup('reactions')
    const { alice, bob } = story
    await alice.say(id, 'shall we?')
    await bob.sync()
    const asked = lastOf(bob, id)
    if (asked === undefined) throw new Error('the question')
    const target = { author: asked.author, sentAtMs: asked.sentAtMs }
    const reaction = unwrap(createReactionContent({ target, emoji: '👍' }))
    unwrap(await story.settle(bob.groups.send({ to: id, compose: () => reaction })))
    const answer = unwrap(createMessageContent({ text: 'yes', quote: target }))
    unwrap(await story.settle(bob.groups.send({ to: id, compose: () => answer })))
    const edit = unwrap(createMessageContent({ text: 'shall we go?', quote: target, isEdit: true }))
    unwrap(await story.settle(alice.groups.send({ to: id, compose: () => edit })))
    await story.syncAll(2)
    const { history } = story.carol
    expect(story.carol.textsWith(id)).toEqual(['shall we go?', 'yes'])
    expect(history.messages.list(id, { limit: 1 })[0]?.details.quote).toEqual(target)
    expect(history.reactions.list({ ...target, conversation: id })).toMatchObject([
      { reactor: bob.id, emoji: '👍' },
    ])
  })
})

describe('the group’s timer', () => {
  it('stands in every message, and ends it everywhere at the same time', async () => {
    const { story, id } = await createGroup('timer')
    const { alice, bob } = story
    unwrap(await story.settle(alice.groups.setTimer(id, HOUR_SECONDS)))
    await story.syncAll()
    await story.network.clock.advance(1000)
    await bob.say(id, 'for an hour')
    await story.syncAll()
    const [kept] = story.stored(id, MESSAGES).slice(-1)
    const [atBob, atAlice] = [lastOf(bob, id), lastOf(alice, id)]
    expect((kept?.expiryMs ?? 0) - (kept?.timestampMs ?? 0)).toBe(HOUR_SECONDS * 1000)
    expect(atAlice?.timer).toEqual({ mode: 'after_send', seconds: HOUR_SECONDS })
    expect(atBob?.expiresAtMs).toBe(atAlice?.expiresAtMs)
  })
})

describe('after a crash', () => {
  it('the same bytes go out again, and the swarm has one message', async () => {
    const { story, id } = await createGroup('crash')
    const { alice, bob, network } = story
    network.isOffline = true
    const sent = await story.settle(alice.groups.send(composeText(alice, id, 'hello')))
    expect(sent.ok).toBe(false)
    const [failed] = alice.history.outbox.listOf(lastOf(alice, id)?.sentAtMs ?? 0)
    if (failed === undefined) throw new Error('an entry')
    // As the crash would have left it: nobody noted how it ended.
    alice.history.outbox.setState(failed.hash, 'sending')
    network.isOffline = false
    const again = createGroupDevice(network, alice.account, alice.history)
    expect(await story.settle(again.sender.resume())).toBe(0)
    expect(await story.settle(again.groups.resume())).toBe(1)
    expect(await story.settle(again.groups.resume())).toBe(0)
    expect(story.stored(id, MESSAGES).at(-1)?.hash).toBe(failed.hash)
    expect(story.stored(id, 0)).toEqual([])
    await bob.sync()
    expect(bob.textsWith(id)).toEqual(['hello'])
    expect(lastOf(again, id)?.state).toBe('sent')
  })

  it('what cannot go out waits, and what has no group any more ends', async () => {
    const { story, id } = await createGroup('waiting')
    const { carol, alice, network } = story
    await carol.say(id, 'first')
    const entry = {
      hash: 'x'.repeat(43),
      account: id,
      data: new Uint8Array(256),
      sentAtMs: network.clock.now(),
      ttlMs: 86_400_000,
      state: 'queued' as const,
    }
    carol.history.outbox.add(entry)
    network.isOffline = true
    expect(await story.settle(carol.groups.resume())).toBe(0)
    expect(carol.history.outbox.listWaitingInGroups()).toHaveLength(1)
    network.isOffline = false
    const wish = { members: [carol.id], deletesMessages: false }
    unwrap(await story.settle(alice.groups.remove(id, wish)))
    await carol.sync()
    expect(await story.settle(carol.groups.resume())).toBe(0)
    expect(carol.history.outbox.listWaitingInGroups()).toEqual([])
  })
})

describe('a node of the swarm', () => {
  it('that fails is passed over', async () => {
    const { story, id } = await createGroup('failing node')
    const { alice, bob } = story
    const nodes = story.network.swarmOf(toAccountBytes(id))
    for (const node of nodes.slice(0, 2)) node.faults.whole = { status: 500, body: 'no' }
    await alice.say(id, 'in spite of them')
    for (const node of nodes) delete node.faults.whole
    await bob.sync()
    expect(bob.textsWith(id)).toEqual(['in spite of them'])
  })

  it('learns neither names nor authors: what it has says nothing of them', async () => {
    const { story, id } = await createGroup('learns')
    await story.bob.say(id, 'a secret sentence')
    const [node] = story.network.swarmOf(toAccountBytes(id))
    const everything = [MESSAGES, 12, 13, 14].flatMap((namespace) =>
      (node?.store.boxOf(toAccountBytes(id), namespace) ?? []).map(({ data }) =>
        Buffer.from(data).toString('latin1'),
      ),
    )
    const clear = ['a secret sentence', 'Hikers']
    const accounts = ['alice', 'bob', 'carol'].map((name) =>
      Buffer.from(createAccount(name).accountId.slice(2), 'hex').toString('latin1'),
    )
    for (const text of everything)
      for (const word of [...clear, ...accounts]) expect(text).not.toContain(word)
  })
})
