/** Alice sorts what she has: one on top, one silent, one out of sight. */
import { expect, it } from 'vitest'
import { Cast } from '../cluster/cast.ts'

it('is the same on both devices, and what is new comes back into sight', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  await cast.befriend('alice', 'carol')
  await cast.of('alice').contacts.change(cast.id('bob'), { priority: 1, notify: 'disabled' })
  await cast.of('alice', 1).contacts.change(cast.id('carol'), { priority: -1 })
  await cast.sync()
  for (const { conversations } of cast.devicesOf('alice'))
    expect(conversations.list()).toMatchObject([
      { id: cast.id('bob'), isPinned: true, isMuted: true },
      { id: cast.id('carol'), isHidden: true },
    ])
  await cast.say('carol', 'alice', 'still there?')
  await cast.sync()
  for (const { conversations } of cast.devicesOf('alice'))
    expect(conversations.list()[1]).toMatchObject({ id: cast.id('carol'), isHidden: false })
  cast.expectEqualDevices()
})
