/** What Alice decides on a tablet with a client that others wrote holds on her phone, and the other way round. */
import { expect, it } from 'vitest'
import { Cast } from '../cluster/cast.ts'
import { changeEntry, findEntry } from '../foreign/foreign-contacts.ts'

const text = (value: string): Buffer => Buffer.from(value)

it('has the same name and picture on both', async () => {
  await using cast = new Cast()
  const tablet = await cast.addForeignDevice('alice')
  const picture = { url: 'http://filev2.getsession.org/file/1', key: new Uint8Array(32).fill(7) }
  await cast.of('alice').updateProfile({ name: 'Alice', picture })
  await tablet.receive()
  const { seqno, data } = tablet.config('UserProfile')
  expect(data.get('n')).toEqual(text('Alice'))
  expect(data.get('p')).toEqual(text(picture.url))
  expect(data.get('q')).toEqual(Buffer.from(picture.key))
  const renamed = 'Alice of the tablet, who has a long name '.repeat(2)
  await tablet.pushConfig('UserProfile', (old) => new Map([...old, ['n', text(renamed)]]))
  expect(tablet.config('UserProfile').seqno).toBe(seqno + 1)
  await cast.sync()
  for (const { profile } of cast.devicesOf('alice'))
    expect(profile).toMatchObject({ name: renamed, picture: { url: picture.url } })
  await cast.of('alice', 1).updateProfile({ name: 'Alice III' })
  await tablet.receive()
  expect(tablet.config('UserProfile').data.get('n')).toEqual(text('Alice III'))
  await cast.sync()
  cast.expectEqualDevices()
})

it('is agreed on when both changed something at once', async () => {
  await using cast = new Cast()
  const tablet = await cast.addForeignDevice('alice')
  await cast.of('alice').updateProfile({ name: 'Alice' })
  await tablet.receive()
  await cast.of('alice').updateProfile({ name: 'Alice II' })
  await tablet.pushConfig('UserProfile', (old) => new Map([...old, ['+', 5]]))
  await cast.sync()
  await tablet.receive()
  const { data } = tablet.config('UserProfile')
  expect([data.get('n'), data.get('+')]).toEqual([text('Alice II'), 5])
  expect(cast.of('alice').profile).toMatchObject({ name: 'Alice II', notePriority: 5 })
  cast.expectEqualDevices()
})

it('has the same contacts on both, whoever accepted or named them', async () => {
  await using cast = new Cast()
  const tablet = await cast.addForeignDevice('alice')
  await cast.befriend('alice', 'bob')
  await cast.say('carol', 'alice', 'may I?')
  await cast.sync()
  await tablet.receive()
  const bob = findEntry(tablet.config('Contacts').data, 'c', cast.id('bob'))
  expect([bob.get('a'), bob.get('A'), bob.has('n')]).toEqual([1, 1, true])
  await tablet.pushConfig('Contacts', (data) =>
    changeEntry(data, { list: 'c', id: cast.id('carol') }, { n: text(''), N: text('C.'), a: 1 }),
  )
  await cast.sync()
  for (const { contacts } of cast.devicesOf('alice'))
    expect(contacts.find(cast.id('carol'))).toMatchObject({ isApproved: true, nickname: 'C.' })
  await cast.of('alice', 1).contacts.change(cast.id('bob'), { nickname: 'B.', isBlocked: true })
  await tablet.receive()
  const changed = findEntry(tablet.config('Contacts').data, 'c', cast.id('bob'))
  expect([changed.get('N'), changed.get('b'), changed.get('a')]).toEqual([text('B.'), 1, 1])
  await cast.sync()
  cast.expectEqualDevices()
})

it('has read the same on both', async () => {
  await using cast = new Cast()
  const tablet = await cast.addForeignDevice('alice')
  await cast.befriend('alice', 'bob')
  const read = await cast.say('bob', 'alice', 'seen on the tablet?')
  await cast.sync()
  await tablet.receive()
  const place = { list: '1', id: cast.id('bob') } as const
  await tablet.pushConfig('ConvoInfoVolatile', (data) =>
    changeEntry(data, place, { r: read.sentAtMs }),
  )
  await cast.sync()
  for (const { conversations } of cast.devicesOf('alice'))
    expect(conversations.list()).toMatchObject([{ id: cast.id('bob'), unread: 0 }])
  const next = await cast.say('bob', 'alice', 'and on the phone?')
  await cast.sync()
  await cast.of('alice').conversations.markRead(cast.id('bob'), next.sentAtMs)
  await tablet.receive()
  const info = findEntry(tablet.config('ConvoInfoVolatile').data, '1', cast.id('bob'))
  expect(info.get('r')).toBe(next.sentAtMs)
  await cast.sync()
  cast.expectEqualDevices()
})
