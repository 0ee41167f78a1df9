/** Carol and Alice have keys that live for half a day; Bob has two devices and no keys; Dora’s client knows of no such thing. */
import { expect, it } from 'vitest'
import { Cast, idOf, listMessages, must } from '../cluster/cast.ts'

/** Whoever publishes keys has one device. */
const DEVICES = { alice: 1, bob: 2, carol: 1 } as const

async function publish(cast: Cast, ...names: readonly ('alice' | 'carol')[]): Promise<void> {
  for (const name of names) {
    const { settings, protections } = cast.of(name)
    settings.update({ forwardSecrecy: true })
    must(await cast.of(name).poll())
    expect(protections.status()).toMatchObject({ isOn: true, isPublished: true, keysHeld: 1 })
  }
}

it('is between two people who both want it, over new keys, cached or fetched', async () => {
  await using cast = new Cast(DEVICES)
  await publish(cast, 'alice', 'carol')
  await cast.befriend('alice', 'carol')
  expect(cast.of('alice').protections.of(cast.id('carol'))).toMatchObject({
    confidentiality: 'pq-hybrid',
    reason: 'both_directions',
  })
  expect(cast.of('carol').protections.rotate()).toBe(true)
  // Alice has the key that was replaced just now.
  await cast.say('alice', 'carol', 'under the old key')
  await cast.sync()
  expect(cast.of('carol').protections.status()).toMatchObject({ isPublished: true, keysHeld: 2 })
  // As if two days had passed.
  cast.of('alice').protections.forgetKeysOf(cast.id('carol'))
  await cast.say('alice', 'carol', 'under the new key')
  await cast.say('carol', 'alice', 'I read both')
  await cast.sync()
  expect(cast.texts('carol', cast.id('alice'))).toEqual([
    'hello, carol',
    'hello, alice',
    'under the old key',
    'under the new key',
    'I read both',
  ])
  expect(cast.texts('alice', cast.id('carol'))).toEqual(cast.texts('carol', cast.id('alice')))
  expect(cast.of('alice').protections.of(cast.id('carol')).confidentiality).toBe('pq-hybrid')
})

it('keeps nobody out who does not have it: another client, and somebody with two devices', async () => {
  await using cast = new Cast(DEVICES)
  await publish(cast, 'carol')
  const dora = await cast.befriendForeigner('carol')
  await cast.befriend('bob', 'carol')
  await dora.send(cast.id('carol'), { dataMessage: { body: 'from another client' } })
  must(await cast.of('carol').send({ to: idOf(dora), text: 'to another client' }))
  await cast.say('bob', 'carol', 'from one of two devices')
  await cast.say('carol', 'bob', 'to both devices')
  await cast.sync()
  const received = await dora.receive()
  expect(received.map(({ content }) => content['dataMessage'])).toMatchObject([
    { body: 'to another client' },
  ])
  expect(cast.texts('carol', idOf(dora))).toEqual([
    'hello',
    'hello, carol',
    'from another client',
    'to another client',
  ])
  const both = ['hello, carol', 'hello, bob', 'from one of two devices', 'to both devices']
  for (const device of cast.devicesOf('bob'))
    expect(listMessages(device, cast.id('carol')).map(({ text }) => text)).toEqual(both)
  expect(cast.of('carol').protections.of(cast.id('bob'))).toMatchObject({
    confidentiality: 'classical',
    reason: 'peer_has_no_keys',
  })
  cast.expectEqualDevices()
})
