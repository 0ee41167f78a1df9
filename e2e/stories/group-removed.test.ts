/** Carol is taken out of the group. */
import { expect, it } from 'vitest'
import { Cast, must } from '../cluster/cast.ts'

it('reads nothing that follows, and the others go on with a new key', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  await cast.befriend('alice', 'carol')
  const members = [cast.id('bob'), cast.id('carol')]
  const group = must(await cast.of('alice').groups.create({ name: 'Hikers', members }))
  await cast.sync()
  const wish = { members: [cast.id('carol')], deletesMessages: false }
  must(await cast.of('alice').groups.remove(group, wish))
  await cast.sync()
  must(await cast.of('bob').send({ to: group, text: 'just us' }))
  await cast.sync()
  expect(cast.of('carol').groups.list()).toEqual([])
  expect(cast.texts('carol', group)).toEqual([])
  expect(cast.texts('alice', group)).toEqual(['just us'])
  const late = await cast.of('carol').send({ to: group, text: 'let me in' })
  expect(late.ok).toBe(false)
  cast.expectEqualDevices()
})
