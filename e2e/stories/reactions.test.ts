/** Everybody has an opinion, and some change it. */
import { expect, it } from 'vitest'
import { Cast, must, seenByOther } from '../cluster/cast.ts'

it('stands at its message on all devices, and goes when it is taken away', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const name = await cast.say('alice', 'bob', 'cake at four')
  await cast.sync()
  const target = seenByOther(name)
  for (const emoji of ['🎂', '❤️']) must(await cast.of('bob').react({ target, emoji }))
  must(await cast.of('bob', 1).react({ target, emoji: '🎂', isRemoved: true }))
  await cast.sync()
  for (const { conversations } of cast.devicesOf('alice'))
    expect(conversations.reactions(name)).toEqual([{ reactor: cast.id('bob'), emoji: '❤️' }])
  cast.expectEqualDevices()
})
