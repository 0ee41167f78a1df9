/** Alice does not want to hear from Carol. */
import { expect, it } from 'vitest'
import { Cast } from '../cluster/cast.ts'

it('is gone from both devices, nobody is told, and it may be tried again', async () => {
  await using cast = new Cast()
  await cast.say('carol', 'alice', 'buy my boat')
  await cast.sync()
  expect(await cast.of('alice').contacts.decline(cast.id('carol'))).toBeUndefined()
  await cast.sync()
  for (const { conversations } of cast.devicesOf('alice'))
    expect(conversations.messages(cast.id('carol'), { limit: 9 })).toEqual([])
  expect(cast.of('carol').contacts.find(cast.id('alice'))?.hasApprovedMe).toBe(false)
  await cast.say('carol', 'alice', 'or my car')
  await cast.sync()
  expect(cast.texts('alice', cast.id('carol'))).toEqual(['or my car'])
  cast.expectEqualDevices()
})
