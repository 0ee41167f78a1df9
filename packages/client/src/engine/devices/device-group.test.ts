/** The group of an account as one device keeps it: who is alone, when keys are replaced, and what stays on the disk (spec 12 §2.3, §7.1). */
import { encodeGroupState } from '@sotto/protocol/session-v2'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { NOW_MS } from '../../../test/history-fixtures.ts'
import { createLinkedDevices } from '../../../test/linked-devices.ts'
import { HOUR_MS } from '../../../test/secret-people.ts'
import { createAccount } from '../../../test/simulated-person.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { History } from '../../storage/history.ts'
import { AccountKeyRing } from '../secrecy/account-key-ring.ts'
import { DeviceGroup } from './device-group.ts'

const DAY_MS = 24 * HOUR_MS

/** A device that has a database, and no network. */
function createDevice() {
  const database = openSqlite()
  const clock = { nowMs: NOW_MS }
  const time = { now: () => clock.nowMs }
  const open = (name: string) => {
    const randomness = createSeededRandomness(name)
    const base = { history: new History(database), time, randomness }
    const ring = new AccountKeyRing(base)
    const account = createAccount('device')
    return { ring, group: new DeviceGroup({ ...base, account, ring, details: { type: 'c' } }) }
  }
  return { clock, ...open('device'), openAgain: () => open('again') }
}

describe('a device that belongs to no group', () => {
  it('has a name of its own that stays, and no key', () => {
    const { group, ring, openAgain } = createDevice()
    const { deviceId } = group.state
    expect(openAgain().group.state.deviceId).toBe(deviceId)
    expect([group.isMember, group.isAlone, group.findNextRotation()]).toEqual([
      false,
      false,
      undefined,
    ])
    expect(ring.list()).toEqual([])
  })

  it('gives why an order cannot be, and keeps nothing of it', () => {
    const { group } = createDevice()
    const before = encodeGroupState(group.state)
    expect(group.step({ kind: 'leave-group' })).toBeDefined()
    expect(group.takePush()).toBeUndefined()
    expect(encodeGroupState(group.state)).toEqual(before)
  })
})

describe('a device that is the only one of its group', () => {
  it('has a key, and says so to another program of the device', () => {
    const { group, ring, openAgain } = createDevice()
    expect(group.step({ kind: 'establish' })).toBeUndefined()
    expect([group.isMember, group.isAlone]).toEqual([true, true])
    group.step({ kind: 'fetched' })
    expect(group.membership).toBe('in-group')
    expect(ring.list()).toHaveLength(1)
    const again = openAgain()
    expect(again.group.isAlone).toBe(true)
    expect(again.ring.findActive()?.seed).toEqual(ring.findActive()?.seed)
  })

  it('replaces a key that a clock two hours ahead made within thirteen hours all the same', () => {
    const { clock, group, ring } = createDevice()
    clock.nowMs = NOW_MS + 2 * HOUR_MS
    group.step({ kind: 'establish' })
    clock.nowMs = NOW_MS
    expect((group.findNextRotation() ?? 0) * 1000).toBeLessThanOrEqual(NOW_MS + 13 * HOUR_MS)
    ring.correctTimes()
    expect((group.findNextRotation() ?? 0) * 1000).toBeLessThanOrEqual(NOW_MS + 13 * HOUR_MS)
  })

  it('replaces a key between eleven and thirteen hours after it was made', () => {
    const { clock, group } = createDevice()
    group.step({ kind: 'establish' })
    const dueMs = (group.findNextRotation() ?? 0) * 1000
    expect(dueMs).toBeGreaterThanOrEqual(NOW_MS + 11 * HOUR_MS - 1000)
    expect(dueMs).toBeLessThanOrEqual(NOW_MS + 13 * HOUR_MS)
    clock.nowMs += HOUR_MS
    expect((group.findNextRotation() ?? 0) * 1000).toBe(dueMs)
  })

  it('writes its first message to the group once, for whoever asks first', () => {
    const { group } = createDevice()
    group.step({ kind: 'establish' })
    group.step({ kind: 'fetched' })
    const push = group.takePush()
    expect(push?.bytes.length).toBeGreaterThan(10_000)
    expect(group.takePush()).toBeUndefined()
  })
})

describe('early erasure', () => {
  it('ends when a second device is linked, which would give the keys back, and status says so', async () => {
    const { network, phone, link, poll } = await createLinkedDevices()
    const status = () => phone.messenger.protections.status()
    phone.messenger.settings.update({ erasesKeysEarly: true })
    expect(status().erasure).toBe('early')
    const laptop = await link()
    expect(status().erasure).toBe('after-sixteen-days')
    const active = phone.history.accountKeys.list().map(({ seed }) => seed)
    for (let day = 0; day < 4; day++) {
      await network.clock.advance(DAY_MS)
      await poll(phone, laptop)
    }
    const held = phone.history.accountKeys.list().map(({ seed }) => seed)
    for (const seed of active) expect(held).toContainEqual(seed)
    expect(status().erasure).toBe('after-sixteen-days')
  })
})
