/** What Bob wrote waits until Alice has read it. */
import { expect, it } from 'vitest'
import { Cast, must, readTimeMs, seenByOther } from '../cluster/cast.ts'

it('ends on both of her devices at the same moment', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const timer = { mode: 'after_read', seconds: 300 } as const
  must(await cast.of('alice').contacts.setTimer(cast.id('bob'), timer))
  await cast.sync()
  const name = seenByOther(await cast.say('bob', 'alice', 'burn after reading'))
  await cast.sync()
  for (const { conversations } of cast.devicesOf('alice'))
    expect(conversations.find(name)?.expiresAtMs).toBeUndefined()
  await cast.of('alice', 1).conversations.markRead(cast.id('bob'), name.sentAtMs)
  await cast.sync()
  const ends = cast
    .devicesOf('alice')
    .map(({ conversations }) => conversations.find(name)?.expiresAtMs)
  expect(ends[0]).toBeGreaterThan(readTimeMs() + 200_000)
  expect(ends[1]).toBe(ends[0])
  cast.expectEqualDevices()
})
