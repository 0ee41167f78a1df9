/** Dora, whose client others wrote, has kept more of Alice's words than her memory. */
import { expect, it } from 'vitest'
import { Cast, idOf, listMessages } from '../cluster/cast.ts'
import { MEDIA_SAVED, SCREENSHOT } from '../foreign/foreign-content.ts'

it('is told when we keep hers, if we want that', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  const alice = cast.of('alice')
  expect(await alice.tellExtraction(idOf(dora), 'media_saved')).toBe(false)
  alice.settings.update({ sendsExtractionNotices: true })
  expect(await alice.tellExtraction(idOf(dora), 'media_saved')).toBe(true)
  expect(await alice.tellExtraction(idOf(dora), 'screenshot')).toBe(true)
  const told = await dora.receive()
  expect(told.map(({ content }) => content['dataExtractionNotification'])).toEqual(
    [MEDIA_SAVED, SCREENSHOT].map((type, index) => ({ type, timestamp: told[index]?.timestamp })),
  )
})

it('shows in the conversation, in its order', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  for (const type of [SCREENSHOT, MEDIA_SAVED])
    await dora.send(cast.id('alice'), {
      dataExtractionNotification: { type, timestamp: dora.takeTimeMs() },
    })
  await cast.sync()
  for (const device of cast.devicesOf('alice'))
    expect(listMessages(device, idOf(dora)).slice(-2)).toMatchObject([
      { author: dora.id, kind: 'screenshot', text: '' },
      { author: dora.id, kind: 'media_saved', text: '' },
    ])
  cast.expectEqualDevices()
})
