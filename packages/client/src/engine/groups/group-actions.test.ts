/** A group of two, on both back ends; longer stories are in the files beside this one. */
import { describe, expect, it } from 'vitest'
import { GroupStory, membersOf } from '../../../test/group-story.ts'
import { unwrap } from '../../../test/simulated-person.ts'

describe('a group of two', () => {
  it('is made, answered, talked in, and ends with one', async () => {
    const story = new GroupStory('two')
    const { alice, bob, network } = story
    const id = unwrap(await story.settle(alice.groups.create({ name: 'Two', members: [bob.id] })))
    await bob.sync()
    expect(bob.groups.describe(id)).toMatchObject({ isAdmin: false, isReady: true })
    await bob.say(id, 'hello alice')
    await alice.sync()
    expect(alice.textsWith(id)).toEqual(['hello alice'])
    await alice.say(id, 'hello bob')
    await network.clock.advance(1000)
    const wish = { members: [bob.id], deletesMessages: false }
    unwrap(await story.settle(alice.groups.remove(id, wish)))
    await alice.say(id, 'alone')
    expect(membersOf(alice, id)).toEqual([alice.id])
    await bob.sync()
    expect(bob.groups.list()).toEqual([])
    expect(bob.textsWith(id)).toEqual(['hello alice'])
  })
})
