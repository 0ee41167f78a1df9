/** Bob reads on the train and wants to answer at home. */
import { expect, it } from 'vitest'
import { Cast } from '../cluster/cast.ts'

it('is unread again on both devices, until it is read on one', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const { sentAtMs } = await cast.say('alice', 'bob', 'what do you think?')
  await cast.sync()
  const { conversations } = cast.of('bob')
  await conversations.markRead(cast.id('alice'), sentAtMs)
  await conversations.markUnread(cast.id('alice'))
  await cast.sync()
  expect(cast.of('bob', 1).conversations.list()[0]).toMatchObject({
    unread: 0,
    isMarkedUnread: true,
  })
  await cast.of('bob', 1).conversations.markRead(cast.id('alice'), sentAtMs)
  await cast.sync()
  expect(conversations.list()[0]).toMatchObject({ isMarkedUnread: false })
  cast.expectEqualDevices()
})
