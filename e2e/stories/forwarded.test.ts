/** Bob passes on to Carol what Alice told him. */
import { expect, it } from 'vitest'
import { Cast, listMessages, must, seenByOther } from '../cluster/cast.ts'

it('comes from Bob, and does not say who said it first', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const name = seenByOther(await cast.say('alice', 'bob', 'the key is under the mat'))
  await cast.sync()
  must(await cast.of('bob').forward(name, cast.id('carol')))
  await cast.sync()
  expect(listMessages(cast.of('carol'), cast.id('bob'))).toMatchObject([
    { text: 'the key is under the mat', author: cast.id('bob'), details: {} },
  ])
  cast.expectEqualDevices()
})
