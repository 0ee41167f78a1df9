/** Bob has had enough of the group. */
import { expect, it } from 'vitest'
import { Cast, must } from '../cluster/cast.ts'

it('is gone from his devices, and the others know that he left', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const members = [cast.id('bob')]
  const group = must(await cast.of('alice').groups.create({ name: 'Hikers', members }))
  await cast.sync()
  must(await cast.of('bob').groups.leave(group))
  await cast.sync()
  await cast.sync()
  for (const { groups } of cast.devicesOf('bob')) expect(groups.list()).toEqual([])
  const left = cast
    .of('alice')
    .groups.describe(group)
    ?.members.map(([id]) => id)
  expect(left).toEqual([cast.id('alice')])
  cast.expectEqualDevices()
})
