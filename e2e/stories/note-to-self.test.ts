/** Alice writes down what she must not forget. */
import { expect, it } from 'vitest'
import { Cast, listMessages } from '../cluster/cast.ts'

it('is on both of her devices, once, and nobody else has it', async () => {
  await using cast = new Cast()
  await cast.say('alice', 'alice', 'milk')
  await cast.sync()
  for (const messenger of cast.devicesOf('alice')) {
    expect(messenger.conversations.list()).toMatchObject([{ kind: 'note', unread: 0 }])
    expect(listMessages(messenger, cast.id('alice')).map(({ text }) => text)).toEqual(['milk'])
  }
  cast.expectEqualDevices()
})
