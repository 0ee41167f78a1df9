/** Alice ends the group for everybody. */
import { expect, it } from 'vitest'
import { Cast, must } from '../cluster/cast.ts'

it('is over on all devices of all members', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const members = [cast.id('bob')]
  const group = must(await cast.of('alice').groups.create({ name: 'Hikers', members }))
  await cast.sync()
  must(await cast.of('alice').groups.destroy(group))
  await cast.sync()
  for (const name of ['alice', 'bob'] as const)
    for (const { groups } of cast.devicesOf(name)) expect(groups.list()).toEqual([])
  expect((await cast.of('bob').send({ to: group, text: 'hello?' })).ok).toBe(false)
})
