/** Carol wants to hear only from people she knows. */
import { expect, it } from 'vitest'
import { Cast } from '../cluster/cast.ts'

it('drops strangers and lets friends through', async () => {
  await using cast = new Cast()
  await cast.befriend('bob', 'carol')
  cast.of('carol').settings.update({ knownContactsOnly: true })
  await cast.say('alice', 'carol', 'hello, stranger')
  await cast.say('bob', 'carol', 'hello, friend')
  await cast.sync()
  expect(cast.texts('carol', cast.id('alice'))).toEqual([])
  expect(cast.texts('carol', cast.id('bob'))).toContain('hello, friend')
  cast.expectEqualDevices()
})
