/** What a device tells its group, when, and how much of it. */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { GroupSimulation } from '../../../test/group-simulation.ts'
import { RECIPIENT } from '../../../test/session-v2-fixtures.ts'
import { restoreAccountKey } from '../keys/account-key.ts'
import { createDeviceId } from './device-id.ts'
import { createGroupState, type GroupState, setOwedRow, setRow } from './group-state.ts'
import { collectPayload, createPublication, createPush, needsPush } from './push-group.ts'

const randomness = createSeededRandomness('push group')
const DAY_SECONDS = 86_400

function settled(name: string): { network: GroupSimulation; state: GroupState } {
  const network = new GroupSimulation(RECIPIENT, name)
  const first = network.addFirst()
  return { network, state: first.state }
}

describe('needsPush', () => {
  const { state } = settled('needs')

  it('is quiet when everything was confirmed', () => {
    expect(needsPush(state)).toBe(false)
  })

  it('is due for a higher number, a row that is owed, and a key that is not distributed', () => {
    const { pushedSequence: _pushed, ...unconfirmed } = state
    expect(needsPush(unconfirmed)).toBe(true)
    expect(needsPush(setOwedRow(state, 'aa'.repeat(32), { state: 'left', endedSeconds: 1 }))).toBe(
      true,
    )
    const accountKeys = state.accountKeys.map((key) => ({ ...key, isDistributed: false }))
    expect(needsPush({ ...state, accountKeys })).toBe(true)
  })

  it('is never due for the displaced, for others than members, or while one is on its way', () => {
    const { pushedSequence: _pushed, ...unconfirmed } = state
    expect(needsPush({ ...unconfirmed, displacedAtMs: 1 })).toBe(false)
    expect(needsPush({ ...unconfirmed, isPushing: true })).toBe(false)
    expect(
      needsPush(setRow(unconfirmed, state.deviceId, { state: 'kicked', endedSeconds: 1 })),
    ).toBe(false)
  })
})

describe('createPush', () => {
  it('names in its snapshot what it holds, and deletes only what it replaces', () => {
    const { network, state } = settled('snapshot')
    const id = 'bb'.repeat(32)
    const owed = setOwedRow(state, id, { state: 'left', endedSeconds: 5 })
    const step = createPush(owed, network.context)
    const [push] = step.effects
    if (push?.kind !== 'push') throw new TypeError('a push')
    expect(push.deleteHashes).toEqual(state.mergedHashes)
    expect([...(push.snapshot?.owed ?? [])]).toEqual([[id, owed.counter]])
    expect(push.snapshot?.seeds).toEqual([])
    expect(step.state.isPushing).toBe(true)
  })

  it('leaves out keys that nobody needs any more, before it seals (spec 12 §2.2)', () => {
    const { network, state } = settled('pruned')
    const nowSeconds = Math.floor(network.nowMs / 1000)
    const old = restoreAccountKey({
      seed: new Uint8Array(32).fill(9),
      createdSeconds: 1,
      rotatedSeconds: nowSeconds - 16 * DAY_SECONDS - 1,
    })
    const step = createPush({ ...state, accountKeys: [...state.accountKeys, old] }, network.context)
    expect(step.state.accountKeys).toEqual(state.accountKeys)
  })

  it('makes a key and an id for a group that lacks them, as older groups lack ids', () => {
    const { network, state } = settled('older')
    const { groupId: _id, ...unnamed } = state
    const step = createPush({ ...unnamed, accountKeys: [] }, network.context)
    expect(step.state.groupId).toHaveLength(8)
    expect(step.state.accountKeys).toHaveLength(1)
  })
})

describe('collectPayload', () => {
  it('tells 32 ended devices at most, those that are owed first and then the newest', () => {
    let state = createGroupState({}, { randomness, nowMs: 0 })
    const ids = Array.from({ length: 40 }, () => createDeviceId(randomness))
    for (const [index, id] of ids.entries()) {
      state = setRow(state, id, { state: 'kicked', endedSeconds: index + 1 })
    }
    const [oldest = '', second = ''] = ids
    state = setOwedRow(state, oldest, { state: 'left', endedSeconds: 1 })
    const { tombstones } = collectPayload(state)
    expect(tombstones.size).toBe(32)
    expect(tombstones.get(oldest)).toEqual({ kind: 'left', atSeconds: 1 })
    expect(tombstones.has(second)).toBe(false)
    expect(tombstones.get(ids.at(-1) ?? '')?.atSeconds).toBe(40)
  })

  it('tells no pending and no unregistered device', () => {
    const { state } = settled('pending')
    const pending = setRow(state, 'cc'.repeat(32), { state: 'pending' })
    expect([...collectPayload(pending).records.keys()]).toEqual([state.deviceId])
  })
})

describe('createPublication', () => {
  it('shows a key that is distributed and not yet shown, of a member, where that is allowed', () => {
    const { network, state } = settled('publication')
    const accountKeys = state.accountKeys.map((key) => ({ ...key, isPublished: false }))
    const ready = { ...state, accountKeys }
    expect(createPublication(ready, network.context)).toHaveLength(1)
    expect(createPublication(state, network.context)).toEqual([])
    expect(createPublication(ready, { ...network.context, allowsPublishing: false })).toEqual([])
    expect(createPublication({ ...ready, displacedAtMs: 1 }, network.context)).toEqual([])
    const early = accountKeys.map(({ seed, createdSeconds }) =>
      restoreAccountKey({ seed, createdSeconds }),
    )
    expect(createPublication({ ...ready, accountKeys: early }, network.context)).toEqual([])
  })
})
