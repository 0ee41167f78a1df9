/** Bob tidies up; Alice keeps hers. */
import { expect, it } from 'vitest'
import { Cast, listMessages, must, seenByOther } from '../cluster/cast.ts'

it('is gone from where it was deleted and from the swarm, and Alice still has it', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const name = seenByOther(await cast.say('alice', 'bob', 'shopping list'))
  await cast.sync()
  for (const { conversations } of cast.devicesOf('bob'))
    expect(await conversations.deleteHere([name])).toBeUndefined()
  await cast.sync()
  const late = cast.addDevice('bob')
  must(await late.poll({ members: 5 }))
  expect(listMessages(late, cast.id('alice')).map(({ text }) => text)).not.toContain(
    'shopping list',
  )
  expect(cast.texts('alice', cast.id('bob'))).toContain('shopping list')
  await cast.sync()
  cast.expectEqualDevices()
})
