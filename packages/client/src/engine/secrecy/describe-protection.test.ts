/** What a person is told about a conversation is never more than keys and messages bear out (spec 12 §4.4). */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { createClient } from '../../../test/simulated-client.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { createAccount } from '../../../test/simulated-person.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { zstdCompression } from '../../../test/zstd-compression.ts'
import { ALICE, NOW_MS } from '../../../test/history-fixtures.ts'
import { History } from '../../storage/history.ts'
import type { MessageForm } from '../../storage/protection-table.ts'
import { AccountConfigs } from '../configs/account-configs.ts'
import { DeviceSettings } from '../actions/device-settings.ts'
import { describeProtection, describeSecrecy } from './describe-protection.ts'
import { Secrecy } from './secrecy.ts'

const HOUR_MS = 3_600_000

function createDevice(isOn: boolean) {
  const history = new History(openSqlite())
  const settings = new DeviceSettings(history.state)
  settings.update({ forwardSecrecy: isOn })
  const { swarms, swarmCaller } = createClient(new SimulatedNetwork())
  const clock = { nowMs: NOW_MS }
  const time = { now: () => clock.nowMs }
  const randomness = createSeededRandomness('protection')
  const account = createAccount('me')
  const configs = new AccountConfigs({ account, compression: zstdCompression, history })
  const details = { type: 'c' }
  const swarm = { swarms, swarmCaller }
  const secrecy = new Secrecy({
    account,
    history,
    configs,
    settings,
    time,
    randomness,
    details,
    ...swarm,
  })
  if (isOn) secrecy.group.step({ kind: 'establish' })
  return { clock, history, settings, secrecy, parts: { secrecy, history, time } }
}

describe('the protection of a conversation', () => {
  it.each<[boolean, MessageForm | undefined, MessageForm | undefined, string]>([
    [true, undefined, undefined, 'no_messages'],
    [false, undefined, undefined, 'no_messages'],
    [false, 'forward-secret', 'forward-secret', 'own_keys_off'],
    [true, 'first-version', 'forward-secret', 'peer_has_no_keys'],
    [true, 'without-secrecy', 'forward-secret', 'peer_lost_keys'],
    [true, 'forward-secret', 'first-version', 'peer_does_not_use_our_keys'],
    [true, 'forward-secret', 'without-secrecy', 'peer_does_not_use_our_keys'],
    [true, undefined, 'first-version', 'peer_does_not_use_our_keys'],
    [true, 'forward-secret', undefined, 'both_directions'],
    [true, 'forward-secret', 'forward-secret', 'both_directions'],
  ])(
    'with keys %s, sent %s and received %s is for the reason %s',
    (isOn, sent, received, reason) => {
      const { history, secrecy, parts } = createDevice(isOn)
      if (!isOn) secrecy.ring.rotate()
      const base = { conversation: ALICE, sentAtMs: NOW_MS }
      if (sent !== undefined) history.protections.put({ ...base, direction: 'sent', form: sent })
      if (received !== undefined)
        history.protections.put({ ...base, direction: 'received', form: received })
      const isHybrid = reason === 'both_directions'
      expect(describeProtection(ALICE, parts)).toEqual({
        confidentiality: isHybrid ? 'pq-hybrid' : 'classical',
        forwardSecrecyWindowMs: isHybrid ? 0 : null,
        reason,
      })
    },
  )
})

describe('the status of a device', () => {
  it('says that there is no end to what can be read, where there are no keys', () => {
    const { parts } = createDevice(false)
    expect(describeSecrecy(parts)).toEqual({
      isOn: false,
      keysHeld: 0,
      isPublished: false,
      nextRotationMs: null,
      readableIfTakenMs: null,
      erasure: 'after-sixteen-days',
      unopened: 0,
      isContested: false,
    })
  })

  it('measures from the oldest key that is held, turned off or not', () => {
    const { clock, secrecy, parts } = createDevice(true)
    clock.nowMs += 20 * HOUR_MS
    secrecy.ring.rotate()
    clock.nowMs += HOUR_MS
    expect(describeSecrecy(parts)).toMatchObject({ readableIfTakenMs: 21 * HOUR_MS, keysHeld: 2 })
    secrecy.ring.retire()
    expect(describeSecrecy(parts)).toMatchObject({ readableIfTakenMs: 21 * HOUR_MS })
  })

  it('says that early erasure waits as long as a key is held that should be gone, and no longer', () => {
    const { clock, settings, secrecy, parts } = createDevice(true)
    const erasure = (): string => describeSecrecy(parts).erasure
    secrecy.ring.rotate()
    secrecy.ring.rotate()
    clock.nowMs += 54 * HOUR_MS
    expect(erasure()).toBe('after-sixteen-days')
    settings.update({ erasesKeysEarly: true })
    expect(erasure()).toBe('early')
    clock.nowMs += 2 * HOUR_MS
    expect(erasure()).toBe('waits-for-nodes')
    secrecy.ring.pruneEarly(clock.nowMs)
    expect(erasure()).toBe('early')
    clock.nowMs += 200 * HOUR_MS
    expect(erasure()).toBe('early')
  })

  it('does not count from a time to come, once a round has met the network’s time', async () => {
    const { clock, secrecy, parts } = createDevice(true)
    clock.nowMs += 72 * HOUR_MS
    secrecy.ring.rotate()
    clock.nowMs -= 72 * HOUR_MS
    await secrecy.tend({ completeMembers: 0 })
    clock.nowMs += 5 * HOUR_MS
    expect(describeSecrecy(parts).readableIfTakenMs).toBe(5 * HOUR_MS)
  })

  it('counts what waits for a key', () => {
    const { history, parts } = createDevice(true)
    const times = { receivedAtMs: NOW_MS, expiresAtMs: NOW_MS + 1 }
    history.unopened.put({ hash: 'a', data: new Uint8Array(9), ...times })
    expect(describeSecrecy(parts).unopened).toBe(1)
  })
})
