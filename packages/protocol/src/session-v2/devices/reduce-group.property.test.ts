/** What holds of device groups whatever people do, and in whatever order messages come (spec 12 §7.8). */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { arbitraryBytes, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GroupSimulation, type SimulatedDevice } from '../../../test/group-simulation.ts'
import { countUp, RECIPIENT } from '../../../test/session-v2-fixtures.ts'
import { expandDeviceSeed, publicKeysOf } from '../keys/key-pairs.ts'
import { createDeviceRecord } from './device-record.ts'
import type { GroupPayload, Tombstone } from './group-payload.ts'
import {
  createGroupState,
  type GroupContext,
  type GroupState,
  ownRow,
  rankOf,
} from './group-state.ts'
import { mergeGroup } from './merge-group.ts'
import { reduceGroup } from './reduce-group.ts'

const NOW = 1_800_000_000_000
const KEYS = publicKeysOf(expandDeviceSeed(countUp(0, 32)))
const IDS = ['11', '22', '33'].map((byte) => byte.repeat(32))

function makeContext(): GroupContext {
  const randomness = createSeededRandomness('property')
  return { account: RECIPIENT, randomness, nowMs: NOW, allowsPublishing: false }
}

const tombstone = fc.record({
  kind: fc.constantFrom<Tombstone['kind']>('left', 'kicked'),
  atSeconds: fc.integer({ min: 1, max: 4 }),
})
const record = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom('a', 'b', 'c'))
  .map(([sequence, description]) =>
    createDeviceRecord({ sequence, updatedSeconds: 1, keys: KEYS, description }),
  )
const payload = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...IDS), fc.oneof(tombstone, record)),
    fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }),
  )
  .map(([entries, keys]): GroupPayload => {
    const records = new Map()
    const tombstones = new Map()
    for (const [id, entry] of Object.entries(entries)) {
      if ('kind' in entry) tombstones.set(id, entry)
      else records.set(id, entry)
    }
    const accountKeys = keys.map((byte) => ({
      seed: new Uint8Array(32).fill(byte),
      createdSeconds: byte,
    }))
    return { records, tombstones, accountKeys }
  })

function mergeAll(payloads: readonly GroupPayload[]): GroupState {
  const context = makeContext()
  return payloads.reduce(
    (state, each, index) =>
      mergeGroup(
        state,
        each,
        { bytes: new Uint8Array(), hash: `${index}`, storedAtMs: NOW, expiresAtMs: NOW },
        context,
      ),
    // Not a member, so that a departure makes no key of its own.
    createGroupState({}, context),
  )
}

/** Without the time at which a contradicted removal was restated, which differs from device to device. */
function describeState({ devices, accountKeys }: GroupState): unknown {
  const rows = new Map(
    [...devices].map(([id, { state, record: held }]) => [
      id,
      [state, held?.sequence, held?.description],
    ]),
  )
  const keys = new Map(
    accountKeys.map(({ seed, rotatedSeconds }) => [seed[0], rotatedSeconds === undefined]),
  )
  return { rows, keys }
}

describe('mergeGroup', () => {
  it('gives the same states and keys in whatever order and however often messages come', () => {
    fc.assert(
      fc.property(
        fc
          .array(payload, { maxLength: 5 })
          .chain((list) =>
            fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: 0 })),
          ),
        ([list, shuffled]) => {
          const other = [...shuffled, ...list.toReversed()]
          const [a, b] = [mergeAll(list), mergeAll(other)]
          for (const [id, row] of a.devices) {
            expect(b.devices.get(id)?.state).toBe(row.state)
            if (row.state === 'registered') {
              expect(b.devices.get(id)?.record?.description).toBe(row.record?.description)
            }
          }
          expect(b.devices.size).toBe(a.devices.size)
          const active = (state: GroupState): unknown => {
            const [first] = state.accountKeys
            return first?.seed[0]
          }
          expect(active(b)).toBe(active(a))
          expect(describeState(mergeAll([...list, ...list]))).toEqual(describeState(a))
        },
      ),
      { numRuns: 150 },
    )
  })

  it('never lowers the rank of a device', () => {
    fc.assert(
      fc.property(fc.array(payload, { minLength: 1, maxLength: 4 }), (list) => {
        const before = mergeAll(list.slice(0, -1))
        const after = mergeAll(list)
        for (const [id, row] of before.devices) {
          expect(rankOf(after.devices.get(id)?.state ?? 'unregistered')).toBeGreaterThanOrEqual(
            rankOf(row.state),
          )
        }
      }),
      { numRuns: 150 },
    )
  })
})

describe('reduceGroup', () => {
  it('is not moved by random bytes in the group’s namespace', () => {
    const context = makeContext()
    const state = createGroupState({}, context)
    fc.assert(
      fc.property(arbitraryBytes(), (bytes) => {
        const message = { bytes, hash: 'x', storedAtMs: NOW, expiresAtMs: NOW + 1000 }
        const step = reduceGroup(state, { kind: 'message', message }, context)
        expect(step).toEqual({ state, effects: [] })
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('keeps its invariants whatever three people do with their devices', () => {
    const action = fc.record({
      who: fc.nat({ max: 2 }),
      other: fc.nat({ max: 2 }),
      what: fc.constantFrom(
        'fetch',
        'link',
        'remove',
        'rename',
        'start',
        'renew',
        'rotate',
        'wait',
        'restart',
      ),
    })
    fc.assert(
      fc.property(fc.array(action, { maxLength: 14 }), fc.nat(), (actions, seed) => {
        const network = new GroupSimulation(RECIPIENT, `property ${seed}`)
        const devices = [network.addFirst(), network.addDevice('b'), network.addDevice('c')]
        for (const { who, other, what } of actions) {
          const [device, peer] = [devices[who], devices[other]]
          if (device === undefined || peer === undefined) continue
          act(network, { device, peer, what })
          for (const each of devices) expectInvariants(each.state)
        }
        network.settle(devices)
        for (const each of devices) expectInvariants(each.state)
      }),
      { numRuns: 25 },
    )
  }, 60_000)
})

function act(
  network: GroupSimulation,
  { device, peer, what }: { device: SimulatedDevice; peer: SimulatedDevice; what: string },
): void {
  if (what === 'fetch') device.fetch()
  else if (what === 'wait') network.advance(7 * 3_600_000)
  else if (what === 'restart') device.restart()
  else if (what === 'start') device.run({ kind: 'start-group' })
  else if (what === 'renew') device.run({ kind: 'renew-identity' })
  else if (what === 'rotate') device.run({ kind: 'rotate-device-keys' })
  else if (what === 'remove') device.run({ kind: 'remove-device', deviceId: peer.state.deviceId })
  else if (what === 'rename') {
    const description = `${network.nowMs}`
    device.run({ kind: 'update-details', details: { description } })
  } else link(device, peer)
}

function link(device: SimulatedDevice, peer: SimulatedDevice): void {
  device.fetch()
  if (device.run({ kind: 'request-link', group: peer.group }) !== undefined) return
  peer.fetch()
  const asked = peer.state.linkRequests.findLast(({ status }) => status === 'pending')
  if (asked !== undefined) peer.run({ kind: 'accept-request', id: asked.id })
  const updatedSeconds = device.state.ownRequests.at(-1)?.record.updatedSeconds ?? 0
  device.run({ kind: 'confirm-link', updatedSeconds })
  peer.fetch()
  device.fetch()
}

function expectInvariants(state: GroupState): void {
  const active = state.accountKeys.filter(({ rotatedSeconds }) => rotatedSeconds === undefined)
  if (ownRow(state).state === 'registered') expect(active).toHaveLength(1)
  for (const [id, { state: kind, endedSeconds }] of state.devices) {
    expect(endedSeconds !== undefined, id).toBe(rankOf(kind) >= rankOf('left'))
  }
  const times = state.ownRequests.map((request) => request.record.updatedSeconds)
  expect(times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0))).toBe(true)
  if (state.groupId === undefined) expect(state.accountKeys).toEqual([])
  for (const { seed } of state.accountKeys) expect(seed.some((byte) => byte !== 0)).toBe(true)
}
