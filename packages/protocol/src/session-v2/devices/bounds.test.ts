/** What a hostile device or a holder of the phrase can send without end, and what is kept of it. */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { GroupSimulation, type SimulatedDevice } from '../../../test/group-simulation.ts'
import {
  accountKeyAt,
  countUp,
  DEVICE_ID,
  RECIPIENT,
  RECORD,
} from '../../../test/session-v2-fixtures.ts'
import { encodeBt } from '../../bt/index.ts'
import { addNewAccountKey, findActiveKey, mergeAccountKeys } from '../keys/account-key.ts'
import { expandDeviceSeed, publicKeysOf } from '../keys/key-pairs.ts'
import { INTEGER_MAX } from '../limits.ts'
import { createDeviceId } from './device-id.ts'
import { createDeviceRecord, readDeviceRecord } from './device-record.ts'
import { createGroupId } from './group-id.ts'
import { sealGroupMessage } from './group-message.ts'
import { decodeGroupPayload, encodeGroupPayload, type GroupPayload } from './group-payload.ts'
import type { GroupState } from './group-state.ts'
import { sealLinkRequest } from './link-request.ts'
import { mergeGroup } from './merge-group.ts'

const DAY = 24 * 3_600_000
const randomness = createSeededRandomness('bounds')
const KEYS = publicKeysOf(expandDeviceSeed(countUp(0, 32)))

function startFirst(name: string): { network: GroupSimulation; first: SimulatedDevice } {
  const network = new GroupSimulation(RECIPIENT, name)
  return { network, first: network.addFirst() }
}

function merge(network: GroupSimulation, state: GroupState, payload: GroupPayload): GroupState {
  const message = { bytes: new Uint8Array(), hash: 'x', storedAtMs: network.nowMs, expiresAtMs: 0 }
  return mergeGroup(state, payload, message, network.context)
}

describe('numbers from outside', () => {
  const payload: GroupPayload = {
    records: new Map([[DEVICE_ID, RECORD]]),
    tombstones: new Map(),
    accountKeys: [{ seed: countUp(0, 32), createdSeconds: INTEGER_MAX }],
  }

  it('ends at 2⁴⁸, so that raising one never makes what nobody can read', () => {
    expect(decodeGroupPayload(encodeGroupPayload(payload))?.accountKeys).toHaveLength(1)
    const beyond = { seed: countUp(0, 32), createdSeconds: INTEGER_MAX + 1 }
    const encoded = encodeGroupPayload({ ...payload, accountKeys: [beyond] })
    expect(decodeGroupPayload(encoded)).toBeUndefined()
    expect(readDeviceRecord(new Map(RECORD.dict).set('#', INTEGER_MAX))).toBeDefined()
    expect(readDeviceRecord(new Map(RECORD.dict).set('#', INTEGER_MAX + 1))).toBeUndefined()
    expect(readDeviceRecord(new Map(RECORD.dict).set('@', INTEGER_MAX + 1))).toBeUndefined()
    const late = new Map([[DEVICE_ID, { kind: 'left' as const, atSeconds: INTEGER_MAX + 1 }]])
    const ended = encodeGroupPayload({ ...payload, records: new Map(), tombstones: late })
    expect(decodeGroupPayload(ended)).toBeUndefined()
  })

  it('lets a key after the last possible time be made and read all the same', () => {
    const keys = addNewAccountKey([accountKeyAt(1, INTEGER_MAX)], 5, randomness)
    expect(keys.every(({ createdSeconds }) => createdSeconds <= INTEGER_MAX)).toBe(true)
    expect(keys.filter(({ rotatedSeconds }) => rotatedSeconds === undefined)).toHaveLength(1)
  })

  it('lets a device whose number is the highest be renamed without a throw', () => {
    const { network, first } = startFirst('highest')
    const record = createDeviceRecord({
      sequence: INTEGER_MAX,
      updatedSeconds: INTEGER_MAX,
      keys: KEYS,
    })
    const records = new Map([[first.state.deviceId, record]])
    const { accountKeys } = first.state
    first.state = merge(network, first.state, { records, tombstones: new Map(), accountKeys })
    expect(() => first.run({ kind: 'update-details', details: { description: 'x' } })).not.toThrow()
    first.fetch()
    expect(first.membership).toBe('in-group')
  })
})

describe('account keys', () => {
  it('is kept up to 64, the active one among them, however many are sent', () => {
    const shared = Array.from({ length: 200 }, (_, index) => ({
      seed: countUp(index, 32),
      createdSeconds: index,
      rotatedSeconds: index + 1,
    }))
    const keys = mergeAccountKeys([accountKeyAt(0xee, 500)], shared)
    expect(keys).toHaveLength(64)
    expect(findActiveKey(keys)?.createdSeconds).toBe(500)
    expect(keys.at(-1)?.rotatedSeconds).toBe(138)
  })
})

describe('groups seen', () => {
  it('is kept up to 64, our own among them', () => {
    const { network, first } = startFirst('groups')
    const { accountKeys } = first.state
    const payload = { records: new Map([[DEVICE_ID, RECORD]]), tombstones: new Map(), accountKeys }
    for (let count = 0; count < 80; count++) {
      const groupId = createGroupId(network.nowMs, randomness)
      const bytes = sealGroupMessage(
        { account: RECIPIENT, groupId, payload, accountKeys },
        randomness,
      )
      network.store(bytes, DAY)
    }
    first.fetch()
    expect(first.state.groupsSeen.size).toBe(64)
    expect(first.state.groupsSeen.has(first.group)).toBe(true)
    expect(first.membership).toBe('in-group')
  })
})

describe('link requests', () => {
  function flood(network: GroupSimulation, first: SimulatedDevice, count: number): void {
    const linkKey = first.state.groupsSeen.get(first.group)?.linkKey
    if (linkKey === undefined) throw new TypeError('a group that was seen')
    for (let index = 0; index < count; index++) {
      const deviceId = createDeviceId(randomness)
      const input = { account: RECIPIENT, deviceId, record: RECORD, linkKey }
      const sealed = sealLinkRequest(input, randomness)
      if (sealed.ok) network.store(sealed.value.bytes, 600_000)
    }
  }

  it('is kept up to 16 with the rows of their devices, however many come', () => {
    const { network, first } = startFirst('flood')
    flood(network, first, 40)
    first.fetch()
    expect(first.state.linkRequests).toHaveLength(16)
    expect(first.state.devices.size).toBe(17)
  })

  it('is refused when the group is full, whose message would be too large for a swarm', () => {
    const { network, first } = startFirst('full')
    const ids = Array.from({ length: 23 }, () => createDeviceId(randomness))
    const record = createDeviceRecord({ sequence: 1, updatedSeconds: 1, keys: KEYS })
    const { accountKeys } = first.state
    const records = new Map(ids.map((id) => [id, record]))
    first.state = merge(network, first.state, { records, tombstones: new Map(), accountKeys })
    flood(network, first, 1)
    first.fetch()
    const id = first.state.linkRequests[0]?.id ?? 0
    expect(first.run({ kind: 'accept-request', id })).toBe('group_full')
    const sizes = network.messages.map(({ bytes }) => bytes.length)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(76_800)
  })
})

describe('messages that come twice', () => {
  it('changes nothing, whichever they are (pitfall 5.19)', () => {
    const { network, first } = startFirst('twice')
    const second = network.addDevice('second')
    const all = [...network.messages]
    second.fetch()
    second.run({ kind: 'request-link', group: first.group })
    all.push(...network.messages)
    first.fetch()
    first.run({ kind: 'accept-request', id: first.state.linkRequests[0]?.id ?? 0 })
    first.fetch()
    all.push(...network.messages)
    const updatedSeconds = second.state.ownRequests[0]?.record.updatedSeconds ?? 0
    second.run({ kind: 'confirm-link', updatedSeconds })
    network.settle([first, second])
    all.push(...network.messages)
    const before = first.pushes + second.pushes
    for (const message of [...all, ...all.toReversed()]) {
      for (const device of [first, second]) device.run({ kind: 'message', message })
    }
    const seeds = [first, second].map((device) => device.state.accountKeys.length)
    network.settle([first, second])
    expect(seeds).toEqual([1, 1])
    expect(first.pushes + second.pushes).toBe(before)
    expect(first.state.linkRequests.filter(({ status }) => status === 'pending')).toEqual([])
  })
})

describe('times', () => {
  it('is in seconds in records and in milliseconds from the swarm (pitfall 5.3)', () => {
    const { network, first } = startFirst('units')
    const record = first.state.devices.get(first.state.deviceId)?.record
    expect(Math.abs((record?.updatedSeconds ?? 0) * 1000 - network.nowMs)).toBeLessThan(60_000)
    expect(Math.abs((first.state.readAtMs ?? 0) - network.nowMs)).toBeLessThan(60_000)
    expect(encodeBt(record?.dict ?? new Map()).length).toBeLessThanOrEqual(1600)
  })
})
