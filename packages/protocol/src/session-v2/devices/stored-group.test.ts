/** A group's state as it is stored: what comes back decides like what went in, and damage is no state at all. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GroupSimulation, type SimulatedDevice } from '../../../test/group-simulation.ts'
import { RECIPIENT } from '../../../test/session-v2-fixtures.ts'
import { publicKeysOf } from '../keys/key-pairs.ts'
import type { DeviceKey, GroupNotice, GroupState } from './group-state.ts'
import { reduceGroup } from './reduce-group.ts'
import { decodeGroupState, encodeGroupState } from './stored-group.ts'
import { decodeNotice, encodeNotice } from './stored-notice.ts'

const RANDOM_INPUT_MS = 60_000

/** A group after much of what can happen: a removal, a request that waits, one of ours with a held answer. */
function createRichGroup(): { network: GroupSimulation; devices: readonly SimulatedDevice[] } {
  const network = new GroupSimulation(RECIPIENT, 'stored')
  const first = network.addFirst()
  const [second, third] = [network.addDevice('second'), network.addDevice('third')]
  network.link(first, second)
  network.link(first, third, [second])
  first.run({ kind: 'remove-device', deviceId: second.state.deviceId })
  first.run({ kind: 'rotate-device-keys' })
  network.settle([first, second, third])
  const asking = network.addDevice('asking')
  asking.fetch()
  asking.run({ kind: 'request-link', group: first.group })
  first.fetch()
  const [request] = first.state.linkRequests.slice(-1)
  first.run({ kind: 'accept-request', id: request?.id ?? 0 })
  network.settle([first, third])
  asking.fetch()
  return { network, devices: [first, second, third, asking] }
}

function restore(state: GroupState): GroupState | undefined {
  return decodeGroupState(encodeGroupState(state), state.accountKeys)
}

function describeKey({ pairs, ...key }: DeviceKey): object {
  return { ...key, ...publicKeysOf(pairs) }
}

describe('a stored state', () => {
  it('comes back as it was, but for what holds for one run alone', () => {
    for (const { state } of createRichGroup().devices) {
      const { deviceKeys, ...restored } = restore(state) ?? failTest()
      const { deviceKeys: before, ...rest } = state
      expect(restored).toEqual({ ...rest, hasFetched: false, isPushing: false })
      expect(deviceKeys.map(describeKey)).toEqual(before.map(describeKey))
    }
  })

  it('has the same bytes after it came back, so that nothing is written for nothing', () => {
    for (const { state } of createRichGroup().devices) {
      const bytes = encodeGroupState(state)
      const again = decodeGroupState(bytes, state.accountKeys)
      expect(again && encodeGroupState(again)).toEqual(bytes)
    }
  })

  it('keeps an answer that came before the person’s: it is delivered once only (pitfall 5.23)', () => {
    const { network, devices } = createRichGroup()
    const asking = devices.at(-1)
    const state = asking && restore(asking.state)
    const request = state?.ownRequests.at(-1)
    if (state === undefined || request?.held === undefined) throw new Error('no held answer')
    const { updatedSeconds } = request.record
    const step = reduceGroup(state, { kind: 'confirm-link', updatedSeconds }, network.context)
    expect(step.state.devices.get(state.deviceId)?.state).toBe('registered')
    expect(step.state.accountKeys.length).toBeGreaterThan(0)
  })

  it('holds no seed of an account key: they are erased in one place', () => {
    for (const { state } of createRichGroup().devices) {
      const text = Buffer.from(encodeGroupState(state)).toString('latin1')
      for (const { seed } of state.accountKeys)
        expect(text).not.toContain(Buffer.from(seed).toString('latin1'))
    }
  })

  it('is none when it is cut short, and never a throw', () => {
    const [device] = createRichGroup().devices
    const bytes = encodeGroupState(device?.state ?? failTest())
    for (let length = 0; length < bytes.length; length += 97)
      expect(decodeGroupState(bytes.subarray(0, length), [])).toBeUndefined()
  })

  it(
    'is none, or one that can be stored, for anything else',
    () => {
      const [device] = createRichGroup().devices
      const bytes = encodeGroupState(device?.state ?? failTest())
      const position = fc.nat({ max: bytes.length - 1 })
      fc.assert(
        fc.property(position, fc.nat({ max: 255 }), (index, byte) => {
          const damaged = bytes.with(index, byte)
          const state = decodeGroupState(damaged, [])
          if (state !== undefined) expect(() => encodeGroupState(state)).not.toThrow()
        }),
        { numRuns: 300 },
      )
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (random) => {
          expect(decodeGroupState(random, [])).toBeUndefined()
        }),
        { numRuns: 2000 },
      )
    },
    RANDOM_INPUT_MS,
  )
})

describe('a stored notice', () => {
  it.each<GroupNotice>([
    { kind: 'link-request-added', id: 7 },
    { kind: 'link-request-ended', id: 7, status: 'expired' },
    { kind: 'device-joined', deviceId: 'a1' },
    { kind: 'device-left', deviceId: 'a1' },
    { kind: 'foreign-group', group: 'b2' },
    { kind: 'displaced' },
  ])('comes back as it was: %o', (notice) => {
    const encoded = encodeNotice(notice)
    if (!(encoded instanceof Map)) throw new Error('a dict')
    const stored = new Map(
      [...encoded].map(([name, value]: [string, unknown]) => [
        name,
        typeof value === 'string' ? new TextEncoder().encode(value) : Number(value),
      ]),
    )
    expect(decodeNotice(stored)).toEqual(notice)
  })

  it('is none with a field missing or of another kind', () => {
    expect(decodeNotice(5)).toBeUndefined()
    expect(decodeNotice(new Map())).toBeUndefined()
    const kind = new TextEncoder().encode('link-request-added')
    expect(decodeNotice(new Map([['kind', kind]]))).toBeUndefined()
    expect(decodeNotice(new Map([['kind', new TextEncoder().encode('gone')]]))).toBeUndefined()
  })
})

function failTest(): never {
  throw new Error('no such device')
}
