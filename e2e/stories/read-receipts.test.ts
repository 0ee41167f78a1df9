/** Bob lets others know what he has read; Alice does not. */
import { expect, it } from 'vitest'
import { Cast } from '../cluster/cast.ts'

it('tells Alice on both devices, and tells Bob nothing', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  cast.of('bob').settings.update({ sendsReadReceipts: true })
  const asked = await cast.say('alice', 'bob', 'seen?')
  const answer = await cast.say('bob', 'alice', 'and mine?')
  await cast.sync()
  await cast.of('bob').conversations.markRead(cast.id('alice'), asked.sentAtMs)
  await cast.of('alice').conversations.markRead(cast.id('bob'), answer.sentAtMs)
  await cast.sync()
  for (const { conversations } of cast.devicesOf('alice'))
    expect(conversations.find(asked)?.isReadByThem).toBe(true)
  expect(cast.of('bob').conversations.find(answer)?.isReadByThem).toBe(false)
  cast.expectEqualDevices()
})
