/** Alice has a client of ours on her phone and laptop, and one that others wrote on her tablet. */
import { expect, it } from 'vitest'
import { Cast, idOf, listMessages, must, seenByOther } from '../cluster/cast.ts'
import { REACT } from '../foreign/foreign-content.ts'

it('shows on the other client what ours sent, and to whom, without the profile', async () => {
  await using cast = new Cast()
  await cast.of('alice').updateProfile({ name: 'Alice' })
  await cast.befriend('alice', 'bob')
  const tablet = await cast.addForeignDevice('alice')
  await tablet.receive()
  const { sentAtMs, ...name } = await cast.say('alice', 'bob', 'from my phone')
  must(await cast.of('alice').react({ target: { ...name, sentAtMs }, emoji: '👍' }))
  must(await cast.of('alice').send({ to: cast.id('alice'), text: 'buy milk' }))
  const [said, reacted, noted] = await tablet.receive()
  expect(said).toMatchObject({ sender: cast.id('alice'), timestamp: sentAtMs })
  expect(said?.content['dataMessage']).toEqual({
    body: 'from my phone',
    syncTarget: cast.id('bob'),
  })
  expect(reacted?.content['dataMessage']).toEqual({
    reaction: { id: sentAtMs, author: cast.id('alice'), emoji: '👍', action: REACT },
    syncTarget: cast.id('bob'),
  })
  expect(noted?.content['dataMessage']).toEqual({
    body: 'buy milk',
    syncTarget: cast.id('alice'),
  })
})

it('shows as ours on our devices what the other client sent, until it is taken back', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const tablet = await cast.addForeignDevice('alice')
  const sentAtMs = await tablet.send(cast.id('bob'), {
    dataMessage: { body: 'from my tablet', profile: { displayName: 'Alice' } },
  })
  const noted = await tablet.send(tablet.id, { dataMessage: { body: 'buy milk' } })
  await cast.sync()
  const name = { conversation: cast.id('bob'), author: cast.id('alice'), sentAtMs }
  for (const device of cast.devicesOf('alice')) {
    expect(device.conversations.find(name)).toMatchObject({ text: 'from my tablet', state: 'sent' })
    expect(listMessages(device, cast.id('alice'))).toMatchObject([
      { text: 'buy milk', sentAtMs: noted, state: 'sent' },
    ])
  }
  const seen = seenByOther(name)
  expect(cast.of('bob').conversations.find(seen)).toMatchObject({ state: 'received' })
  cast.expectEqualDevices()
  const unsendRequest = { timestamp: sentAtMs, author: cast.id('alice') }
  for (const to of [cast.id('bob'), tablet.id]) await tablet.send(to, { unsendRequest })
  await cast.sync()
  expect(cast.of('bob').conversations.find(seen)).toBeUndefined()
  for (const { conversations } of cast.devicesOf('alice'))
    expect(conversations.find(name)).toBeUndefined()
  cast.expectEqualDevices()
})

it('is not ours when somebody else says so', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  const dataMessage = { body: 'I owe you money', syncTarget: dora.id }
  await dora.send(cast.id('alice'), { dataMessage })
  await cast.sync()
  expect(cast.texts('alice', idOf(dora))).toEqual(['hello', 'hello, alice'])
  expect(cast.of('alice').conversations.list()).toHaveLength(1)
  cast.expectEqualDevices()
})
