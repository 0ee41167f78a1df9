/** Alice keeps two conversations apart. */
import { expect, it } from 'vitest'
import { Cast } from '../cluster/cast.ts'

it('never mixes what Bob and Carol said', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  await cast.befriend('alice', 'carol')
  await Promise.all([
    cast.say('bob', 'alice', 'from Bob'),
    cast.say('carol', 'alice', 'from Carol'),
    cast.say('alice', 'bob', 'to Bob'),
    cast.say('alice', 'carol', 'to Carol'),
  ])
  await cast.sync()
  expect(cast.texts('alice', cast.id('bob')).slice(2).toSorted()).toEqual(['from Bob', 'to Bob'])
  expect(cast.texts('alice', cast.id('carol')).slice(2).toSorted()).toEqual([
    'from Carol',
    'to Carol',
  ])
  expect(cast.texts('carol', cast.id('bob'))).toEqual([])
  cast.expectEqualDevices()
})
