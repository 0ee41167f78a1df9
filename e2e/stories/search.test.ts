/** Alice looks for where they wanted to meet. */
import { expect, it } from 'vitest'
import { Cast } from '../cluster/cast.ts'

it('is found on each device, in what others wrote and in what she wrote', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  await cast.say('alice', 'bob', 'Shall we meet at the Café Zażółć?')
  await cast.say('bob', 'alice', 'The café it is')
  await cast.sync()
  for (const { conversations } of cast.devicesOf('alice')) {
    expect(conversations.search({ words: 'cafe', limit: 9 })).toHaveLength(2)
    expect(conversations.search({ words: 'zażółć meet', limit: 9 })).toHaveLength(1)
    expect(
      conversations.search({ words: 'the ca', conversation: cast.id('bob'), limit: 9 }),
    ).toHaveLength(2)
  }
  cast.expectEqualDevices()
})
