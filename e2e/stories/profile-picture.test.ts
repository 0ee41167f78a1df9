/** Alice shows a picture of herself; those whom she writes to see it, without where it was taken. */
import { expect, it } from 'vitest'
import { Cast, must } from '../cluster/cast.ts'

const PLACE = 'taken at 47.11, 8.15'

/** Four pixels by three, and a comment. */
function createGif(): Uint8Array {
  const comment = [0x21, 0xfe, PLACE.length, ...Buffer.from(PLACE), 0]
  const pixels = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 1, 0, 0]
  const head = [...Buffer.from('GIF89a'), 4, 0, 3, 0, 0, 0, 0]
  return Uint8Array.from([...head, ...comment, ...pixels, 0x3b])
}

it('is seen by Bob and by her other device', async () => {
  await using cast = new Cast()
  const alice = cast.of('alice')
  const picture = must(await alice.files.uploadPicture(createGif()))
  expect(await alice.updateProfile({ name: 'Alice', picture })).toBeUndefined()
  await cast.befriend('alice', 'bob')
  const shown = cast.of('bob').contacts.find(cast.id('alice'))?.picture
  const own = cast.of('alice', 1).profile.picture
  for (const [messenger, each] of [
    [cast.of('bob'), shown],
    [cast.of('alice', 1), own],
  ] as const) {
    if (each === undefined || each === null) throw new Error('no picture')
    const bytes = must(await messenger.files.fetchPicture(each))
    expect(Buffer.from(bytes).toString('latin1')).toMatch(/^GIF89a/)
    expect(Buffer.from(bytes).toString('latin1')).not.toContain(PLACE)
  }
  cast.expectEqualDevices()
})
