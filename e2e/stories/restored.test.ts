/** Alice loses both devices in a river and types her recovery phrase. */
import { expect, it } from 'vitest'
import { Cast } from '../cluster/cast.ts'

it('has her name, her friends and what the swarm still holds', async () => {
  await using cast = new Cast()
  await cast.of('alice').updateProfile({ name: 'Alice' })
  await cast.befriend('alice', 'bob')
  await cast.of('alice').contacts.change(cast.id('bob'), { nickname: 'B.' })
  await cast.say('bob', 'alice', 'are you all right?')
  await cast.sync()
  cast.addDevice('alice')
  await cast.sync()
  expect(cast.of('alice', 2).profile.name).toBe('Alice')
  expect(cast.of('alice', 2).contacts.find(cast.id('bob'))).toMatchObject({
    nickname: 'B.',
    isApproved: true,
  })
  cast.expectEqualDevices()
})
