/** Dora, whose client others wrote, and Alice choose how they are shown. */
import { expect, it } from 'vitest'
import { Cast, idOf, must } from '../cluster/cast.ts'
import type { ForeignDevice } from '../foreign/foreign-device.ts'

const PICTURE_URL = 'http://filev2.getsession.org/file/1234'
const KEY = Buffer.alloc(32, 7)

function introduce(
  dora: ForeignDevice,
  to: string,
  { name, at, hasPicture = false }: { name: string; at: number; hasPicture?: boolean },
): Promise<number> {
  return dora.send(to, {
    dataMessage: {
      body: `call me ${name}`,
      ...(hasPicture && { profileKey: KEY }),
      profile: {
        displayName: name,
        ...(hasPicture && { profilePicture: PICTURE_URL }),
        lastProfileUpdateSeconds: at,
      },
    },
  })
}

it('shows what she chose last, whatever came last', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  const now = Math.floor(dora.takeTimeMs() / 1000)
  await introduce(dora, cast.id('alice'), { name: 'Dora 🎈', at: now - 10, hasPicture: true })
  await introduce(dora, cast.id('alice'), { name: 'Dorothy', at: now - 20 })
  await cast.sync()
  for (const { contacts } of cast.devicesOf('alice')) {
    const contact = contacts.find(idOf(dora))
    expect(contact).toMatchObject({ name: 'Dora 🎈', picture: { url: PICTURE_URL } })
    expect(contact?.picture?.key).toEqual(Uint8Array.from(KEY))
  }
  await introduce(dora, cast.id('alice'), { name: 'D.', at: now - 5 })
  await cast.sync()
  for (const { contacts } of cast.devicesOf('alice'))
    expect(contacts.find(idOf(dora))).toMatchObject({ name: 'D.', picture: null })
  cast.expectEqualDevices()
})

it('is shown our name, our picture with its key, and when we chose them', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  const alice = cast.of('alice')
  const before = Math.floor(dora.takeTimeMs() / 1000)
  const picture = { url: PICTURE_URL, key: Uint8Array.from(KEY) }
  await alice.updateProfile({ name: 'Alice 🎈', picture })
  must(await alice.send({ to: idOf(dora), text: 'I have a name now' }))
  const [message] = await dora.receive()
  expect(message?.content['dataMessage']).toMatchObject({
    body: 'I have a name now',
    profileKey: KEY,
    profile: { displayName: 'Alice 🎈', profilePicture: PICTURE_URL },
  })
  expect(message?.content).toHaveProperty(
    'dataMessage.profile.lastProfileUpdateSeconds',
    expect.toSatisfy((at: number) => at >= before && at <= dora.takeTimeMs() / 1000),
  )
  await alice.updateProfile({ picture: null })
  must(await alice.send({ to: idOf(dora), text: 'and no face' }))
  const [bare] = await dora.receive()
  expect(bare?.content).not.toHaveProperty('dataMessage.profileKey')
  expect(bare?.content).not.toHaveProperty('dataMessage.profile.profilePicture')
})
