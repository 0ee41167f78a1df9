/** Alice takes back what she should not have said. */
import { expect, it } from 'vitest'
import { Cast, listMessages, must } from '../cluster/cast.ts'

it('is gone everywhere, and nothing brings it back', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const name = await cast.say('alice', 'bob', 'I quit')
  await cast.sync()
  expect(cast.texts('bob', cast.id('alice'))).toContain('I quit')
  must(await cast.of('alice', 1).takeBack(name))
  await cast.sync()
  const late = cast.addDevice('bob')
  must(await late.poll({ members: 5 }))
  expect(cast.texts('bob', cast.id('alice'))).not.toContain('I quit')
  expect(listMessages(late, cast.id('alice')).map(({ text }) => text)).not.toContain('I quit')
  cast.expectEqualDevices()
})
