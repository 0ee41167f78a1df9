/** Carol forgets Bob altogether. */
import { expect, it } from 'vitest'
import { Cast, must } from '../cluster/cast.ts'

it('leaves nothing of him on her side, and everything on his', async () => {
  await using cast = new Cast()
  await cast.befriend('bob', 'carol')
  expect(await cast.of('carol').contacts.forget(cast.id('bob'))).toBeUndefined()
  await cast.sync()
  const late = cast.addDevice('carol')
  must(await late.poll({ members: 5 }))
  for (const { conversations, contacts } of cast.devicesOf('carol')) {
    expect(conversations.list()).toEqual([])
    expect(contacts.find(cast.id('bob'))).toBeUndefined()
  }
  expect(cast.texts('bob', cast.id('carol'))).toEqual(['hello, carol', 'hello, bob'])
  await cast.sync()
  cast.expectEqualDevices()
})
