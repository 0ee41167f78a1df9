/** Bob accepts on his tablet before he has read anything. */
import { expect, it } from 'vitest'
import { Cast } from '../cluster/cast.ts'

it('is accepted on all devices, and Carol learns it', async () => {
  await using cast = new Cast()
  await cast.say('carol', 'bob', 'may I?')
  await cast.sync()
  expect(await cast.of('bob', 1).contacts.accept(cast.id('carol'))).toBeUndefined()
  await cast.sync()
  for (const { contacts } of cast.devicesOf('bob'))
    expect(contacts.find(cast.id('carol'))).toMatchObject({ isApproved: true, hasApprovedMe: true })
  expect(cast.of('carol').contacts.find(cast.id('bob'))?.hasApprovedMe).toBe(true)
  cast.expectEqualDevices()
})
