/** Whatever admins and members do, and whoever reads when: in the end all devices have the same group. */
import type { GroupId } from '@sotto/protocol/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GroupDevice } from '../../../test/group-device.ts'
import { GroupStory } from '../../../test/group-story.ts'
import { unwrap } from '../../../test/simulated-person.ts'

/** Each is a network with hundreds of onions. */
const RUNS = 6
const TIMEOUT_MS = 120_000

const arbitraryDeed = fc.record({
  /** Alice and Bob lead, Carol does not. */
  who: fc.nat(2),
  what: fc.constantFrom('rename', 'describe', 'time', 'rekey', 'say', 'read', 'two at once'),
})
type Deed = typeof arbitraryDeed extends fc.Arbitrary<infer D> ? D : never

async function createLed(name: string): Promise<{ story: GroupStory; id: GroupId }> {
  const story = new GroupStory(name)
  const id = await story.createGroup()
  unwrap(await story.settle(story.alice.groups.promote(id, [story.bob.id])))
  await story.syncAll(2)
  return { story, id }
}

/** What this one may do, named by its number; what is refused changes nothing. */
async function act(story: GroupStory, id: GroupId, deed: Deed & { readonly number: number }) {
  const { who, what, number } = deed
  const device = story.devices[who] ?? story.alice
  const { groups } = device
  const name = `${what} ${number}`
  switch (what) {
    case 'rename':
      return void (await story.settle(groups.rename(id, name)))
    case 'describe':
      return void (await story.settle(groups.setDescription(id, name)))
    case 'time':
      return void (await story.settle(groups.setTimer(id, 60 + number)))
    case 'rekey':
      return void (await story.settle(inviteSomebody(story, device, { id, number })))
    case 'say':
      return void (await device.say(id, name))
    case 'read':
      return void (await device.sync())
    case 'two at once': {
      const both = [story.alice.groups.rename(id, name), story.bob.groups.setTimer(id, 90 + number)]
      return void (await story.settle(Promise.all(both)))
    }
  }
}

function inviteSomebody(
  story: GroupStory,
  { groups }: GroupDevice,
  { id, number }: { readonly id: GroupId; readonly number: number },
) {
  const members = [story.addDevice(`guest ${number}`).id]
  return groups.invite(id, { members, sharesHistory: number % 2 === 0 })
}

function viewsOf({ devices }: GroupStory, id: GroupId): readonly string[] {
  return devices.map(({ groups }) => {
    const { info, members } = groups.describe(id) ?? {}
    return JSON.stringify({ info, members })
  })
}

describe('a group with several admins', () => {
  it(
    'is the same for all in the end, everybody reads everything, and nobody goes on storing',
    async () => {
      let run = 0
      await fc.assert(
        fc.asyncProperty(
          fc.array(arbitraryDeed, { minLength: 4, maxLength: 12 }),
          async (deeds) => {
            run += 1
            const { story, id } = await createLed(`convergence ${run}`)
            for (const [number, deed] of deeds.entries()) await act(story, id, { ...deed, number })
            await story.syncAll(5)
            expect(new Set(viewsOf(story, id)).size).toBe(1)
            const said = deeds.flatMap(({ what }, number) =>
              what === 'say' ? [`say ${number}`] : [],
            )
            for (const device of story.devices)
              expect(device.textsWith(id).toSorted()).toEqual(said.toSorted())
            expect(await story.syncAll()).toEqual([])
            for (const device of story.devices) await device.say(id, `and ${device.id}`)
            await story.syncAll()
            for (const device of story.devices)
              expect(device.textsWith(id)).toHaveLength(said.length + 3)
          },
        ),
        { numRuns: RUNS, endOnFailure: true },
      )
    },
    TIMEOUT_MS,
  )
})
