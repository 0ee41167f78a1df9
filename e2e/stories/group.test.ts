/** Alice makes a group with Bob and Carol. */
import { expect, it } from 'vitest'
import { Cast, listMessages, must } from '../cluster/cast.ts'

it('is joined by both, and what one says all devices show', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  await cast.befriend('alice', 'carol')
  const members = [cast.id('bob'), cast.id('carol')]
  const group = must(await cast.of('alice').groups.create({ name: 'Hikers', members }))
  await cast.sync()
  must(await cast.of('alice', 1).send({ to: group, text: 'Saturday at eight' }))
  must(await cast.of('carol').send({ to: group, text: 'I bring cake' }))
  await cast.sync()
  for (const name of ['alice', 'bob', 'carol'] as const)
    for (const messenger of cast.devicesOf(name)) {
      const texts = listMessages(messenger, group).map(({ text }) => text)
      expect(texts.toSorted()).toEqual(['I bring cake', 'Saturday at eight'])
    }
  cast.expectEqualDevices()
})
