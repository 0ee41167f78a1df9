/** Whose keys are fetched ahead (spec 12 §4.6): nobody who was not accepted, and not without end. */
import type { AccountId } from '@sotto/crypto/identity'
import { describe, expect, it } from 'vitest'
import { createHistoryDevice } from '../../../test/history-device.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { createAccount } from '../../../test/simulated-person.ts'
import { listPrefetchable } from './list-prefetchable.ts'

const DAY_MS = 86_400_000
const NOW = 1_700_000_000_000
const ALICE = createAccount('alice')

interface Standing {
  readonly isApproved?: boolean
  readonly isBlocked?: boolean
  readonly ageMs?: number
}

function create(people: Readonly<Record<string, Standing>>) {
  const device = createHistoryDevice(new SimulatedNetwork(), ALICE)
  for (const [name, { isApproved = true, isBlocked = false, ageMs = 0 }] of Object.entries(
    people,
  )) {
    const { accountId } = name === 'alice' ? ALICE : createAccount(name)
    const sentAtMs = NOW - ageMs
    device.configs.transact(() => {
      device.configs.contacts.update(accountId, { isApproved, isBlocked })
    })
    device.history.messages.add({
      conversation: accountId,
      author: accountId,
      sentAtMs,
      receivedAtMs: sentAtMs,
      kind: 'message',
      state: 'received',
      text: 'hello',
      details: {},
      timer: { mode: 'off', seconds: 0 },
    })
  }
  return device
}

function idsOf(...names: readonly string[]): ReadonlySet<AccountId> {
  return new Set(names.map((name) => createAccount(name).accountId))
}

describe('whose keys are fetched ahead', () => {
  it('are contacts with whom something was said lately; older ones are for decoys', () => {
    const device = create({
      bob: {},
      carol: { ageMs: 29 * DAY_MS },
      dave: { ageMs: 31 * DAY_MS },
    })
    const { active, known } = listPrefetchable(device, NOW)
    expect(new Set(active)).toEqual(idsOf('bob', 'carol'))
    expect(new Set(known)).toEqual(idsOf('bob', 'carol', 'dave'))
  })

  it('are no strangers, nobody who is blocked, and not ourselves: a stranger cannot make us ask', () => {
    const device = create({
      bob: {},
      stranger: { isApproved: false },
      blocked: { isBlocked: true },
      alice: {},
    })
    const { active, known } = listPrefetchable(device, NOW)
    expect(new Set([...active, ...known])).toEqual(idsOf('bob'))
  })

  it('are at most a hundred, and two hundred for decoys', () => {
    const names = Array.from({ length: 230 }, (_, index) => `person ${index}`)
    const device = create(Object.fromEntries(names.map((name) => [name, {}])))
    const { active, known } = listPrefetchable(device, NOW)
    expect([active.length, known.length]).toEqual([100, 200])
  })

  it('are not those about whom the queue asks already', () => {
    const device = create({ bob: {}, carol: {} })
    device.history.waiting.add({
      account: createAccount('bob').accountId,
      sentAtMs: NOW,
      content: new Uint8Array(),
      timer: { mode: 'off', seconds: 0 },
      isShown: false,
      reason: 'no_path',
      attempts: 1,
      nextAtMs: NOW,
    })
    expect(new Set(listPrefetchable(device, NOW).active)).toEqual(idsOf('carol'))
  })
})
