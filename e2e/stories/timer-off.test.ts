/** They change their minds about disappearing. */
import { expect, it } from 'vitest'
import { Cast, listMessages, must } from '../cluster/cast.ts'

it('is off for both, and what comes then stays', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const set = (mode: 'after_send' | 'off', seconds: number) =>
    cast.of('alice').contacts.setTimer(cast.id('bob'), { mode, seconds })
  must(await set('after_send', 3600))
  await cast.sync()
  must(await set('off', 0))
  await cast.sync()
  expect(cast.of('bob').contacts.findTimer(cast.id('alice')).mode).toBe('off')
  await cast.say('bob', 'alice', 'for good')
  await cast.sync()
  expect(listMessages(cast.of('alice'), cast.id('bob')).at(-1)?.expiresAtMs).toBeUndefined()
  cast.expectEqualDevices()
})
