/** Dora, whose client others wrote, writes to Alice, who answers after a while. */
import { expect, it } from 'vitest'
import { Cast, idOf, listMessages, must } from '../cluster/cast.ts'

it.each(['newest', 'oldest'] as const)(
  'shows what was said in the %s dialect on both sides, and each learns to be accepted',
  async (dialect) => {
    await using cast = new Cast()
    const alice = cast.of('alice')
    const dora = await cast.meetForeigner({ dialect })
    const doraId = idOf(dora)
    const asked = await dora.send(cast.id('alice'), {
      dataMessage: { body: 'may I? 🙂', profile: { displayName: 'Dora' } },
    })
    await cast.sync()
    expect(alice.conversations.list()).toMatchObject([
      { id: doraId, name: 'Dora', isRequest: true, unread: 1 },
    ])
    expect(listMessages(alice, doraId)).toMatchObject([
      { author: doraId, sentAtMs: asked, text: 'may I? 🙂', state: 'received' },
    ])
    await alice.contacts.accept(doraId)
    const [accepted] = await dora.receive()
    expect(accepted).toMatchObject({
      sender: cast.id('alice'),
      content: { messageRequestResponse: { isApproved: true } },
    })
    const quote = { author: doraId, sentAtMs: asked }
    const answer = must(await alice.send({ to: doraId, text: 'of course', quote }))
    expect(await dora.receive()).toMatchObject([
      {
        sender: cast.id('alice'),
        timestamp: answer.sentAtMs,
        content: {
          sigTimestamp: answer.sentAtMs,
          dataMessage: { body: 'of course', quote: { id: asked, author: dora.id } },
        },
      },
    ])
    await dora.send(cast.id('alice'), {
      dataMessage: { body: 'good', quote: { id: answer.sentAtMs, author: cast.id('alice') } },
    })
    await cast.sync()
    expect(listMessages(alice, doraId).at(-1)).toMatchObject({
      text: 'good',
      details: { quote: { author: cast.id('alice'), sentAtMs: answer.sentAtMs } },
    })
    cast.expectEqualDevices()
  },
)

it('tells us that we are accepted, by a word to it or by an answer', async () => {
  await using cast = new Cast()
  const dora = await cast.meetForeigner()
  const eve = await cast.meetForeigner()
  for (const foreigner of [dora, eve])
    must(await cast.of('alice').send({ to: idOf(foreigner), text: 'may I?' }))
  for (const foreigner of [dora, eve])
    expect(await foreigner.receive()).toMatchObject([
      { sender: cast.id('alice'), content: { dataMessage: { body: 'may I?' } } },
    ])
  await dora.send(cast.id('alice'), {
    messageRequestResponse: { isApproved: true, profile: { displayName: 'Dora' } },
  })
  await eve.send(cast.id('alice'), { dataMessage: { body: 'you may' } })
  await cast.sync()
  for (const { contacts } of cast.devicesOf('alice'))
    for (const foreigner of [dora, eve])
      expect(contacts.find(idOf(foreigner))).toMatchObject({
        isApproved: true,
        hasApprovedMe: true,
      })
  expect(cast.of('alice').contacts.find(idOf(dora))?.name).toBe('Dora')
  cast.expectEqualDevices()
})
