/** Dora, whose client others wrote, and Alice take back what they should not have said. */
import { expect, it } from 'vitest'
import { Cast, idOf, must } from '../cluster/cast.ts'

it('is gone on all our devices when it is taken back, and ours stays whatever they ask', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  const timestamp = await dora.send(cast.id('alice'), { dataMessage: { body: 'I quit' } })
  const ours = must(await cast.of('alice').send({ to: idOf(dora), text: 'do you?' }))
  await cast.sync()
  expect(cast.texts('alice', idOf(dora))).toContain('I quit')
  const { sentAtMs } = ours
  await dora.send(cast.id('alice'), { unsendRequest: { timestamp, author: dora.id } })
  await dora.send(cast.id('alice'), {
    unsendRequest: { timestamp: sentAtMs, author: cast.id('alice') },
  })
  await dora.send(cast.id('alice'), { unsendRequest: { timestamp: sentAtMs, author: dora.id } })
  await cast.sync()
  expect(cast.texts('alice', idOf(dora))).toEqual(['hello', 'hello, alice', 'do you?'])
  cast.expectEqualDevices()
})

it('is told what we take back, by its time and by whose it is', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  const { sentAtMs } = must(await cast.of('alice').send({ to: idOf(dora), text: 'I quit' }))
  await cast.sync()
  const name = { conversation: idOf(dora), author: cast.id('alice'), sentAtMs }
  must(await cast.of('alice', 1).takeBack(name))
  expect(await dora.receive()).toMatchObject([
    { content: { dataMessage: { body: 'I quit' } } },
    {
      sender: cast.id('alice'),
      content: { unsendRequest: { timestamp: sentAtMs, author: cast.id('alice') } },
    },
  ])
  await cast.sync()
  expect(cast.texts('alice', idOf(dora))).not.toContain('I quit')
  cast.expectEqualDevices()
})
