/** Bob blocks Alice on his phone; his tablet obeys. */
import { expect, it } from 'vitest'
import { Cast } from '../cluster/cast.ts'

it('lets nothing through until it is lifted, on any device', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  await cast.of('bob').contacts.change(cast.id('alice'), { isBlocked: true })
  await cast.sync()
  await cast.say('alice', 'bob', 'unheard')
  await cast.sync()
  await cast.of('bob', 1).contacts.change(cast.id('alice'), { isBlocked: false })
  await cast.sync()
  await cast.say('alice', 'bob', 'heard')
  await cast.sync()
  expect(cast.texts('bob', cast.id('alice'))).toEqual(['hello, bob', 'hello, alice', 'heard'])
  cast.expectEqualDevices()
})
