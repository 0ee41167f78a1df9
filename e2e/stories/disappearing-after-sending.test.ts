/** Alice and Bob keep what they say for a few seconds. */
import { expect, it } from 'vitest'
import { Cast, must, readTimeMs } from '../cluster/cast.ts'

it('is gone from all devices when its time is over', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const timer = { mode: 'after_send', seconds: 10 } as const
  must(await cast.of('alice').contacts.setTimer(cast.id('bob'), timer))
  await cast.sync()
  expect(cast.of('bob', 1).contacts.findTimer(cast.id('alice'))).toEqual(timer)
  const name = await cast.say('bob', 'alice', 'for ten seconds')
  await cast.sync()
  expect(cast.texts('alice', cast.id('bob'))).toContain('for ten seconds')
  await expect
    .poll(() => readTimeMs() > name.sentAtMs + 11_000, { timeout: 30_000, interval: 200 })
    .toBe(true)
  await cast.sync()
  for (const person of ['alice', 'bob'] as const)
    for (const { conversations } of cast.devicesOf(person))
      expect(conversations.search({ words: 'ten seconds', limit: 9 })).toEqual([])
  cast.expectEqualDevices()
})
