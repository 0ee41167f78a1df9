/** Bob changes the same contact on phone and tablet in the same moment. */
import { expect, it } from 'vitest'
import { Cast } from '../cluster/cast.ts'

it('keeps both changes, on both devices', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  await Promise.all([
    cast.of('bob').contacts.change(cast.id('alice'), { nickname: 'A.' }),
    cast.of('bob', 1).contacts.change(cast.id('alice'), { priority: 1 }),
  ])
  await cast.sync()
  for (const { contacts } of cast.devicesOf('bob'))
    expect(contacts.find(cast.id('alice'))).toMatchObject({ nickname: 'A.', priority: 1 })
  cast.expectEqualDevices()
})
