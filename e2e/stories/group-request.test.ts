/** Carol, a stranger, invites Bob into a group. */
import { expect, it } from 'vitest'
import { Cast, must } from '../cluster/cast.ts'

it('asks him first, and he may say no', async () => {
  await using cast = new Cast()
  const members = [cast.id('bob')]
  const group = must(await cast.of('carol').groups.create({ name: 'Boats', members }))
  await cast.sync()
  expect(cast.of('bob').conversations.list()).toMatchObject([{ id: group, isRequest: true }])
  must(await cast.of('bob', 1).groups.declineInvite(group))
  await cast.sync()
  expect(cast.of('bob').groups.list()).toEqual([])
  cast.expectEqualDevices()
})
