/** Bob answers the first of two questions. */
import { expect, it } from 'vitest'
import { Cast, listMessages, must } from '../cluster/cast.ts'

it('names what it answers, on every device', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const first = await cast.say('alice', 'bob', 'tea or coffee?')
  await cast.say('alice', 'bob', 'and when?')
  await cast.sync()
  const quote = { author: first.author, sentAtMs: first.sentAtMs }
  must(await cast.of('bob').send({ to: cast.id('alice'), text: 'tea', quote }))
  await cast.sync()
  for (const messenger of cast.devicesOf('alice'))
    expect(listMessages(messenger, cast.id('bob')).at(-1)).toMatchObject({
      text: 'tea',
      details: { quote },
    })
  cast.expectEqualDevices()
})
