/** Alice chooses a name, and Bob another one for her. */
import { expect, it } from 'vitest'
import { Cast } from '../cluster/cast.ts'

it('shows what each chose, on all devices', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  await cast.of('alice').updateProfile({ name: 'Alice 🎈' })
  await cast.say('alice', 'bob', 'I have a name now')
  await cast.sync()
  const nameOn = (device: number) =>
    cast
      .of('bob', device)
      .conversations.list()
      .find(({ id }) => id === cast.id('alice'))?.name
  expect([0, 1].map(nameOn)).toEqual(['Alice 🎈', 'Alice 🎈'])
  await cast.of('bob', 1).contacts.change(cast.id('alice'), { nickname: 'Lissy' })
  await cast.sync()
  expect([0, 1].map(nameOn)).toEqual(['Lissy', 'Lissy'])
  for (const { profile } of cast.devicesOf('alice')) expect(profile.name).toBe('Alice 🎈')
  cast.expectEqualDevices()
})
