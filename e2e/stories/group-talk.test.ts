/** In the group people react, correct themselves and take things back. */
import { expect, it } from 'vitest'
import { Cast, listMessages, must } from '../cluster/cast.ts'

it('shows the same to everybody', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const members = [cast.id('bob')]
  const group = must(await cast.of('alice').groups.create({ name: 'Hikers', members }))
  await cast.sync()
  const say = async (text: string) => {
    const { sentAtMs } = must(await cast.of('alice').send({ to: group, text }))
    return { conversation: group, author: cast.id('alice'), sentAtMs }
  }
  const [typo, oops] = [await say('Satuday'), await say('oops')]
  await cast.sync()
  must(await cast.of('bob').react({ target: typo, emoji: '🥾' }))
  must(await cast.of('alice').edit(typo, 'Saturday'))
  must(await cast.of('alice').takeBack(oops))
  await cast.sync()
  for (const name of ['alice', 'bob'] as const)
    for (const messenger of cast.devicesOf(name)) {
      expect(listMessages(messenger, group).map(({ text }) => text)).toEqual(['Saturday'])
      expect(messenger.conversations.reactions(typo)).toMatchObject([{ emoji: '🥾' }])
    }
  cast.expectEqualDevices()
})
