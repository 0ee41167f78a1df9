/** Dora, whose client others wrote, and Alice have an opinion on what the other said. */
import { expect, it } from 'vitest'
import { Cast, idOf, must } from '../cluster/cast.ts'
import { REACT, REMOVE } from '../foreign/foreign-content.ts'

it('stands at our message, and goes when it is taken away', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  const { sentAtMs } = must(await cast.of('alice').send({ to: idOf(dora), text: 'cake at four' }))
  const react = (emoji: string, action: number): Promise<number> =>
    dora.send(cast.id('alice'), {
      dataMessage: { reaction: { id: sentAtMs, author: cast.id('alice'), emoji, action } },
    })
  await react('🎂', REACT)
  await react('❤️', REACT)
  await react('🎂', REMOVE)
  await cast.sync()
  const name = { conversation: idOf(dora), author: cast.id('alice'), sentAtMs }
  for (const { conversations } of cast.devicesOf('alice'))
    expect(conversations.reactions(name)).toEqual([{ reactor: dora.id, emoji: '❤️' }])
  expect(cast.texts('alice', idOf(dora))).toEqual(['hello', 'hello, alice', 'cake at four'])
  cast.expectEqualDevices()
})

it('is told of what we put on its message, and of what we take away', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  const sentAtMs = await dora.send(cast.id('alice'), { dataMessage: { body: 'cake at five' } })
  await cast.sync()
  const target = { conversation: idOf(dora), author: idOf(dora), sentAtMs }
  must(await cast.of('alice').react({ target, emoji: '🎉' }))
  must(await cast.of('alice', 1).react({ target, emoji: '🎉', isRemoved: true }))
  const told = await dora.receive()
  const reaction = { id: sentAtMs, author: dora.id, emoji: '🎉' }
  expect(told.map(({ content }) => content['dataMessage'])).toEqual([
    { reaction: { ...reaction, action: REACT } },
    { reaction: { ...reaction, action: REMOVE } },
  ])
  expect(told.map(({ sender }) => sender)).toEqual([cast.id('alice'), cast.id('alice')])
  await cast.sync()
  expect(cast.of('alice').conversations.reactions(target)).toEqual([])
  cast.expectEqualDevices()
})
