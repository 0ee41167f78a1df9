/** Alice makes Bob an admin, and both change the group at once. */
import { expect, it } from 'vitest'
import { Cast, must } from '../cluster/cast.ts'

it('ends with both changes on all devices', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const members = [cast.id('bob')]
  const group = must(await cast.of('alice').groups.create({ name: 'Hikers', members }))
  await cast.sync()
  must(await cast.of('alice').groups.promote(group, members))
  await cast.sync()
  await Promise.all([
    cast.of('alice').groups.rename(group, 'Climbers').then(must),
    cast.of('bob').groups.setDescription(group, 'every Saturday').then(must),
  ])
  await cast.sync()
  await cast.sync()
  for (const name of ['alice', 'bob'] as const)
    for (const { groups } of cast.devicesOf(name))
      expect(groups.describe(group)?.info).toMatchObject({
        name: 'Climbers',
        description: 'every Saturday',
      })
})
