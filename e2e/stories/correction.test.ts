/** Alice cannot spell today, and corrects herself twice. */
import { expect, it } from 'vitest'
import { Cast, must } from '../cluster/cast.ts'

it('shows the last text in the place of the first, everywhere', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const name = await cast.say('alice', 'bob', 'see yuo at fuor')
  await cast.say('alice', 'bob', 'bring cake')
  await cast.sync()
  must(await cast.of('alice').edit(name, 'see you at fuor'))
  must(await cast.of('alice', 1).edit(name, 'see you at four'))
  await cast.sync()
  expect(cast.texts('bob', cast.id('alice')).slice(-2)).toEqual(['see you at four', 'bring cake'])
  cast.expectEqualDevices()
})
