/** They talk all evening, from all of their devices. */
import { expect, it } from 'vitest'
import { Cast, must } from '../cluster/cast.ts'

it('is in the same order on all devices, with nothing lost or doubled', async () => {
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  for (let turn = 0; turn < 6; turn++) {
    const texts = [0, 1, 2].map((number) => `turn ${turn}, ${number}`)
    const [from, to] = turn % 2 === 0 ? (['alice', 'bob'] as const) : (['bob', 'alice'] as const)
    const device = cast.of(from, turn % 4 < 2 ? 0 : 1)
    for (const text of texts) must(await device.send({ to: cast.id(to), text }))
    await cast.sync()
  }
  const said = cast.texts('alice', cast.id('bob')).slice(2)
  expect(said).toEqual(
    Array.from({ length: 18 }, (_, index) => `turn ${Math.floor(index / 3)}, ${index % 3}`),
  )
  expect(cast.texts('bob', cast.id('alice')).slice(2)).toEqual(said)
  cast.expectEqualDevices()
})
