/** Invitations that are answered while others are still being sent. */
import type { AccountId } from '@sotto/crypto/identity'
import { describe, expect, it } from 'vitest'
import { createGroupDevice } from '../../../test/group-device.ts'
import { GroupStory } from '../../../test/group-story.ts'
import { createAccount, unwrap } from '../../../test/simulated-person.ts'
import { zstdCompression } from '../../../test/zstd-compression.ts'
import type { ContentToSend } from '../sending/sender.ts'
import { GroupActions } from './index.ts'

/** Alice’s groups, with something to do whenever an invitation went out. */
function createActions(story: GroupStory, afterSending: (to: AccountId) => Promise<void>) {
  const { alice, network } = story
  const { account, history, configs, client } = alice
  const { swarms, swarmCaller, time } = client
  const sent: AccountId[] = []
  const send = async (content: ContentToSend) => {
    const result = await alice.sender.send(content)
    sent.push(content.to)
    await afterSending(content.to)
    return result
  }
  const actions = new GroupActions({
    account,
    history,
    configs,
    compression: zstdCompression,
    swarms,
    swarmCaller,
    time,
    randomness: network.randomness,
    sender: { send },
  })
  return { actions, sent }
}

describe('an answer', () => {
  it('that comes before all invitations are out is not forgotten over them', async () => {
    const story = new GroupStory('quick answer')
    const { alice, bob, carol } = story
    const { actions } = createActions(story, async (to) => {
      if (to !== bob.id) return
      await bob.sync()
      for (const id of actions.list()) await actions.poll(id, 2)
    })
    const members = [bob.id, carol.id]
    const id = unwrap(await story.settle(actions.create({ name: 'Hikers', members })))
    const standings = new Map(actions.describe(id)?.members.map(([who, one]) => [who, one.invite]))
    expect(standings.get(bob.id)).toBe('accepted')
    expect(standings.get(carol.id)).toBe('sent')
    await story.syncAll(2)
    expect(alice.groups.describe(id)?.members).toHaveLength(3)
  })
})

describe('many invitations', () => {
  it('go out some at a time, and each goes out once', async () => {
    const story = new GroupStory('many')
    let open = 0
    let most = 0
    const { actions, sent } = createActions(story, async () => {
      open += 1
      most = Math.max(most, open)
      await Promise.resolve()
      open -= 1
    })
    const members = Array.from({ length: 20 }, (_, index) => createAccount(`g${index}`).accountId)
    unwrap(await story.settle(actions.create({ name: 'Choir', members })))
    expect(sent.toSorted()).toEqual(members.toSorted())
    expect(most).toBeLessThanOrEqual(6)
  })

  it('that fail for some do not keep the others from going out', async () => {
    const story = new GroupStory('some fail')
    const { alice, bob, carol, network } = story
    for (const node of network.nodes)
      node.faults.answer = (request, honest) =>
        request.method === 'store' &&
        request.params.namespace === 0 &&
        request.params.account.every((byte, index) => byte === carol.accountBytes[index])
          ? { status: 500, body: 'no' }
          : honest()
    const made = alice.groups.create({ name: 'Hikers', members: [carol.id, bob.id] })
    const id = unwrap(await story.settle(made))
    const standings = new Map(
      alice.groups.describe(id)?.members.map(([who, one]) => [who, one.invite]),
    )
    expect(standings.get(carol.id)).toBe('failed')
    expect(standings.get(bob.id)).toBe('sent')
    const again = createGroupDevice(network, alice.account, alice.history)
    expect(again.groups.describe(id)?.members).toEqual(alice.groups.describe(id)?.members)
  })
})
