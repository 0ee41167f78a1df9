/** People write in every script there is. */
import { expect, it } from 'vitest'
import { Cast } from '../cluster/cast.ts'

const TEXTS = [
  'שָׁלוֹם עֲלֵיכֶם',
  'مرحبا بالعالم',
  '👩‍👩‍👧‍👦 🏳️‍🌈 🇺🇦',
  'line one\nline two\ttab',
  'nul \u0000 and bell \u0007',
  'ё'.repeat(10_000),
  '  spaces around  ',
]

it('arrives as it was written, on every device', async () => {
  await using cast = new Cast()
  for (const text of TEXTS) await cast.say('alice', 'carol', text)
  await cast.sync()
  expect(cast.texts('carol', cast.id('alice'))).toEqual(TEXTS)
  cast.expectEqualDevices()
})
