/** Dora, whose client others wrote, and Alice agree how long their messages live. */
import { expect, it } from 'vitest'
import { Cast, idOf, listMessages, must } from '../cluster/cast.ts'
import {
  DELETE_AFTER_READ,
  DELETE_AFTER_SEND,
  EXPIRATION_TIMER_UPDATE,
} from '../foreign/foreign-content.ts'

const HOUR_S = 3600

it('is adopted when she sets it, and off when she turns it off', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  const alice = cast.of('alice')
  await dora.send(cast.id('alice'), {
    dataMessage: { flags: EXPIRATION_TIMER_UPDATE },
    expirationType: DELETE_AFTER_READ,
    expirationTimer: HOUR_S,
  })
  const sent = await dora.send(cast.id('alice'), {
    dataMessage: { body: 'read me' },
    expirationType: DELETE_AFTER_READ,
    expirationTimer: HOUR_S,
  })
  await cast.sync()
  const timer = { mode: 'after_read', seconds: HOUR_S }
  expect(cast.devicesOf('alice').map(({ contacts }) => contacts.findTimer(idOf(dora)))).toEqual([
    timer,
    timer,
  ])
  const shown = listMessages(alice, idOf(dora)).slice(-2)
  expect(shown).toMatchObject([
    { kind: 'timer', timer },
    { kind: 'message', text: 'read me', timer },
  ])
  expect(shown[1]?.expiresAtMs).toBeUndefined()
  await alice.conversations.markRead(idOf(dora), sent)
  const [read] = listMessages(alice, idOf(dora)).slice(-1)
  expect(read?.expiresAtMs).toBe((read?.readAtMs ?? 0) + HOUR_S * 1000)
  await dora.send(cast.id('alice'), { dataMessage: { flags: EXPIRATION_TIMER_UPDATE } })
  await cast.sync()
  expect(alice.contacts.findTimer(idOf(dora))).toEqual({ mode: 'off', seconds: 0 })
  cast.expectEqualDevices()
})

it('is told how long ours live, by the change and by each message', async () => {
  await using cast = new Cast()
  const dora = await cast.befriendForeigner('alice')
  const alice = cast.of('alice')
  must(await alice.contacts.setTimer(idOf(dora), { mode: 'after_send', seconds: HOUR_S }))
  must(await alice.send({ to: idOf(dora), text: 'soon gone' }))
  must(await alice.contacts.setTimer(idOf(dora), { mode: 'off', seconds: 0 }))
  const [set, said, off] = await dora.receive()
  const timer = { expirationType: DELETE_AFTER_SEND, expirationTimer: HOUR_S }
  expect(set?.content).toMatchObject({ ...timer, dataMessage: { flags: EXPIRATION_TIMER_UPDATE } })
  expect(said?.content).toMatchObject({ ...timer, dataMessage: { body: 'soon gone' } })
  expect(off?.content).toMatchObject({ dataMessage: { flags: EXPIRATION_TIMER_UPDATE } })
  expect(off?.content['expirationTimer'] ?? 0).toBe(0)
})
