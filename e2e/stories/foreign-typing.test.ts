/** Dora, whose client others wrote, and Alice let each other see that they are writing. */
import { expect, it } from 'vitest'
import { Cast, idOf, must } from '../cluster/cast.ts'
import { TYPING_STARTED, TYPING_STOPPED } from '../foreign/foreign-content.ts'

const TYPING_TTL_MS = 20_000

it('shows when she begins and when she ends, and leaves no trace', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  for (const [action, isTyping] of [
    [TYPING_STARTED, true],
    [TYPING_STOPPED, false],
  ] as const) {
    const sigTimestamp = dora.takeTimeMs()
    const typingMessage = { timestamp: sigTimestamp, action }
    await dora.send(cast.id('alice'), { typingMessage, sigTimestamp }, TYPING_TTL_MS)
    const events = must(await cast.of('alice').poll({ members: 3 }))
    expect(events).toEqual([{ kind: 'typing', conversation: dora.id, isTyping }])
  }
  await cast.sync()
  expect(cast.texts('alice', idOf(dora))).toEqual(['hello', 'hello, alice'])
  cast.expectEqualDevices()
})

it('does not show for a time that is not the one of its envelope', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  const sigTimestamp = dora.takeTimeMs()
  const typingMessage = { timestamp: sigTimestamp - 1, action: TYPING_STARTED }
  await dora.send(cast.id('alice'), { typingMessage, sigTimestamp }, TYPING_TTL_MS)
  expect(must(await cast.of('alice').poll({ members: 3 }))).toEqual([])
})

it('is told when we write, if we want that, with the time of the envelope', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  cast.of('alice').settings.update({ sendsTyping: true })
  expect(await cast.of('alice').setTyping(idOf(dora), true)).toBe(true)
  expect(await cast.of('alice').setTyping(idOf(dora), false)).toBe(true)
  const told = await dora.receive()
  expect(told.map(({ content }) => content['typingMessage'])).toEqual(
    [TYPING_STARTED, TYPING_STOPPED].map((action, index) => ({
      timestamp: told[index]?.timestamp,
      action,
    })),
  )
})
