/** Alice lets Bob see that she is writing. */
import { expect, it } from 'vitest'
import { Cast, must } from '../cluster/cast.ts'

it('is told while it lasts, only if she wants that, and leaves no trace', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  expect(await cast.of('alice').setTyping(cast.id('bob'), true)).toBe(false)
  cast.of('alice').settings.update({ sendsTyping: true })
  expect(await cast.of('alice').setTyping(cast.id('bob'), true)).toBe(true)
  const events = must(await cast.of('bob').poll({ members: 3 }))
  expect(events).toEqual([{ kind: 'typing', conversation: cast.id('alice'), isTyping: true }])
  await cast.sync()
  cast.expectEqualDevices()
})
