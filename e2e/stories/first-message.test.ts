/** Carol writes to Alice, whom she met yesterday. */
import { expect, it } from 'vitest'
import { Cast } from '../cluster/cast.ts'

it('is a request on both of Alice’s devices, and she can answer', async () => {
  await using cast = new Cast()
  await cast.say('carol', 'alice', 'we met yesterday')
  await cast.sync()
  for (const { conversations } of cast.devicesOf('alice'))
    expect(conversations.list()).toMatchObject([
      { id: cast.id('carol'), isRequest: true, unread: 1 },
    ])
  expect(cast.of('carol').contacts.find(cast.id('alice'))).toMatchObject({
    isApproved: true,
    hasApprovedMe: false,
  })
  await cast.say('alice', 'carol', 'I remember')
  await cast.sync()
  for (const { conversations } of cast.devicesOf('alice'))
    expect(conversations.list()).toMatchObject([{ isRequest: false }])
  expect(cast.of('carol').contacts.find(cast.id('alice'))?.hasApprovedMe).toBe(true)
  cast.expectEqualDevices()
})
