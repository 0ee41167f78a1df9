/** A group as large as it may be. */
import { describe, expect, it } from 'vitest'
import { GroupStory, membersOf } from '../../../test/group-story.ts'
import { codeOf, createAccount, unwrap } from '../../../test/simulated-person.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'

const [KEYS, MEMBERS, KICKED] = [12, 14, -11]
const STORED_BYTES_MAX = 76_800
/** A machine with other work must pass as well; what it takes alone is in the report of the tests. */
const PATIENCE_MS = 15_000

function createCrowd(count: number) {
  return Array.from({ length: count }, (_, index) => createAccount(`guest ${index}`).accountId)
}

describe('a hundred members', () => {
  it('are invited, read, written to and shrunk to a few within seconds', async () => {
    const startedAt = performance.now()
    const story = new GroupStory('hundred')
    const { alice, bob, network } = story
    const crowd = [bob.id, ...createCrowd(98)]
    const id = unwrap(await story.settle(alice.groups.create({ name: 'Choir', members: crowd })))
    const view = alice.groups.describe(id)
    expect(view?.members).toHaveLength(100)
    expect(view?.members.filter(([, { invite }]) => invite === 'sent')).toHaveLength(99)
    for (const namespace of [KEYS, MEMBERS])
      for (const { data } of story.stored(id, namespace))
        expect(data.length).toBeLessThan(STORED_BYTES_MAX)

    await bob.sync()
    await alice.say(id, 'all together')
    await bob.sync()
    expect(bob.textsWith(id)).toEqual(['all together'])
    expect(membersOf(bob, id)).toHaveLength(100)

    const members = [createAccount('one too many').accountId]
    const more = await alice.groups.invite(id, { members, sharesHistory: true })
    expect(codeOf(more)).toBe('group_full')

    await network.clock.advance(1000)
    const removed = crowd.slice(1, 71)
    const wish = { members: removed, deletesMessages: true }
    unwrap(await story.settle(alice.groups.remove(id, wish)))
    expect(story.stored(id, KICKED)).toHaveLength(1)
    const account = toAccountBytes(id)
    // Of more than fifty revocations nodes forget the oldest (spec 03 §4.10).
    expect(network.swarmOf(account)[0]?.store.listRevoked(account)).toHaveLength(50)
    await bob.sync()
    expect(membersOf(bob, id)).toHaveLength(30)
    expect(performance.now() - startedAt).toBeLessThan(PATIENCE_MS)
  })

  it('get the keys of the past in as few messages as hold them', async () => {
    const story = new GroupStory('supplements')
    const { alice } = story
    const id = unwrap(await story.settle(alice.groups.create({ name: 'Choir', members: [] })))
    const first = createCrowd(12)
    // Thirteen generations, each with the time of its message.
    for (const member of first) {
      await story.network.clock.advance(1000)
      const wish = { members: [member], sharesHistory: false }
      unwrap(await story.settle(alice.groups.invite(id, wish)))
    }
    const before = story.stored(id, KEYS).length
    expect(before).toBe(13)
    const members = createCrowd(99).slice(12)
    unwrap(await story.settle(alice.groups.invite(id, { members, sharesHistory: true })))
    const added = story.stored(id, KEYS).slice(before)
    expect(added.length).toBeLessThan(4)
    for (const { data } of added) expect(data.length).toBeLessThan(STORED_BYTES_MAX)
    expect(alice.groups.describe(id)?.members).toHaveLength(100)
  })
})
