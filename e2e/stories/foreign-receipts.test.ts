/** Dora, whose client others wrote, and Alice tell each other what they have read. */
import { expect, it } from 'vitest'
import { Cast, idOf, must } from '../cluster/cast.ts'
import { DELIVERED, READ } from '../foreign/foreign-content.ts'

it('is told of all that we read at once, when we want that', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  const { conversations, settings } = cast.of('alice')
  await conversations.markRead(idOf(dora), dora.takeTimeMs())
  expect(await dora.receive()).toEqual([])
  const first = await dora.send(cast.id('alice'), { dataMessage: { body: 'seen?' } })
  const second = await dora.send(cast.id('alice'), { dataMessage: { body: 'and this?' } })
  await cast.sync()
  settings.update({ sendsReadReceipts: true })
  await conversations.markRead(idOf(dora), second)
  const [receipt, ...others] = await dora.receive()
  expect(others).toEqual([])
  expect(receipt).toMatchObject({ sender: cast.id('alice'), content: { receiptMessage: {} } })
  expect(receipt?.content['receiptMessage']).toEqual({ type: READ, timestamp: [first, second] })
})

it('marks ours as read on all devices, and for no other receipt', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  const say = async (text: string): Promise<number> =>
    must(await cast.of('alice').send({ to: idOf(dora), text })).sentAtMs
  const [delivered, first, second] = [await say('one'), await say('two'), await say('three')]
  await cast.sync()
  const tell = (type: number, timestamp: readonly number[]): Promise<number> =>
    dora.send(cast.id('alice'), { receiptMessage: { type, timestamp } })
  await tell(DELIVERED, [delivered])
  await tell(READ, [first, second, 1])
  await cast.sync()
  const base = { conversation: idOf(dora), author: cast.id('alice') }
  for (const { conversations } of cast.devicesOf('alice'))
    expect(
      [delivered, first, second].map(
        (sentAtMs) => conversations.find({ ...base, sentAtMs })?.isReadByThem,
      ),
    ).toEqual([false, true, true])
  cast.expectEqualDevices()
})
