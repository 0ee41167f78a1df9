/**
 * Admins who change the members at the same time, and members who get the keys in any order, come to one history and
 * one sealing key (spec 14 §4.5, §4.6).
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import type { Account, AccountId } from '@sotto/crypto/identity'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountsOf, adminOf, at, GROUP_SEED } from '../../test/group-fixtures.ts'
import { GroupKeys, type GroupKeysState, type StoredKeysMessage } from './index.ts'
import { type GroupKey, mergeKeys } from './key-history.ts'

const RUNS = 25
const admin = adminOf(GROUP_SEED)
const groupKey = admin.signing.publicKey
const accounts = accountsOf(5)
const ADMINS = 3
const START_MS = 1_767_225_600_000

function open(account: Account, isAdmin: boolean, state?: GroupKeysState): GroupKeys {
  return new GroupKeys({ groupKey, account, ...(isAdmin && { admin }), ...(state && { state }) })
}

/** The swarm: what was stored, once for equal bytes, at the time of the first. */
class Swarm {
  readonly messages: StoredKeysMessage[] = []

  store(bytes: Uint8Array): void {
    const hash = encodeHex(blake2b(bytes, { length: 16 }))
    if (this.messages.some((message) => message.hash === hash)) return
    this.messages.push({ hash, bytes, timestampMs: START_MS + this.messages.length })
  }
}

function receive(keys: GroupKeys, message: StoredKeysMessage): void {
  const outcome = keys.receive(message)
  if (!outcome.ok) throw outcome.error
}

/** Who makes a key, for which members, and who has seen the swarm just before. */
const step = fc.record({
  author: fc.nat(ADMINS - 1),
  members: fc.subarray([1, 2, 3, 4]),
  sees: fc.boolean(),
})
/** An order for whom it is shuffled: the same for equal draws. */
const order = fc.array(fc.nat(1000), { minLength: 40, maxLength: 40 })

function shuffle<T>(list: readonly T[], draws: readonly number[]): T[] {
  return list
    .map((item, index) => [draws[index % draws.length] ?? 0, index, item] as const)
    .toSorted(([a, i], [b, j]) => a - b || i - j)
    .map(([, , item]) => item)
}

function idsOf(indices: readonly number[]): AccountId[] {
  return [0, ...indices].map((index) => at(accounts, index).accountId)
}

describe('concurrent admins', () => {
  it('come to one state and one key, in whatever order and how often they get the messages', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), order, (steps, draws) => {
        const swarm = new Swarm()
        const admins = [0, 1, 2].map((index) => open(at(accounts, index), true))
        for (const { author, members, sees } of steps) {
          const keys = at(admins, author)
          if (sees) for (const message of swarm.messages) receive(keys, message)
          swarm.store(keys.rekey(idsOf(members)).bytes)
        }
        for (const [index, keys] of admins.entries()) {
          const own = shuffle([...swarm.messages, ...swarm.messages], draws.slice(index))
          for (const message of own) receive(keys, message)
        }
        const states = admins.map(({ state }) => state.keys)
        expect(states[1]).toEqual(states[0])
        expect(states[2]).toEqual(states[0])
        expect(admins.map(({ state }) => state.pending)).toEqual([undefined, undefined, undefined])
        expect(at(admins, 1).secrets).toEqual(at(admins, 0).secrets)
      }),
      { numRuns: RUNS },
    )
  })

  it('settle a conflict in one round, with one message', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 6 }), (steps) => {
        const swarm = new Swarm()
        const admins = [0, 1, 2].map((index) => open(at(accounts, index), true))
        for (const { author, members } of steps) {
          swarm.store(at(admins, author).rekey(idsOf(members)).bytes)
        }
        const seen = [...swarm.messages]
        for (const keys of admins) for (const message of seen) receive(keys, message)
        const first = admins.filter(({ needsRekey }) => needsRekey)
        expect([0, ADMINS]).toContain(first.length)
        for (const keys of first) swarm.store(keys.rekey(idsOf([1, 2])).bytes)
        expect(swarm.messages.length - seen.length).toBeLessThanOrEqual(1)
        for (const keys of admins) for (const message of swarm.messages) receive(keys, message)
        expect(admins.map(({ needsRekey }) => needsRekey)).toEqual([false, false, false])
      }),
      { numRuns: RUNS },
    )
  })

  it('leave each member with every key that was meant for it, and no other', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), order, (steps, draws) => {
        const swarm = new Swarm()
        const leader = open(at(accounts, 0), true)
        for (const { members } of steps) {
          swarm.store(leader.rekey(idsOf(members)).bytes)
          for (const message of swarm.messages) receive(leader, message)
        }
        for (const index of [1, 2, 3, 4]) {
          const member = open(at(accounts, index), false)
          for (const message of shuffle(swarm.messages, draws)) receive(member, message)
          const meant = steps.flatMap(({ members }, round) =>
            members.includes(index) ? [round] : [],
          )
          expect(member.state.keys.map(({ generation }) => generation)).toEqual(meant)
          expect(member.activeHashes).toHaveLength(meant.length)
          const restarted = open(at(accounts, index), false, member.state)
          expect(restarted.secrets).toEqual(member.secrets)
        }
      }),
      { numRuns: RUNS },
    )
  })
})

describe('mergeKeys', () => {
  const key: fc.Arbitrary<GroupKey> = fc.record({
    generation: fc.nat(4),
    key: fc.nat(3).map((byte) => new Uint8Array(32).fill(byte)),
    timestampMs: fc.nat(100).map((days) => START_MS + days * 24 * 60 * 60 * 1000),
  })
  const keys = fc.array(key, { maxLength: 12 })

  it('depends neither on order nor on repetition', () => {
    fc.assert(
      fc.property(keys, fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }), (each, draws) => {
        const merged = mergeKeys(each)
        expect(mergeKeys(shuffle([...each, ...each], draws))).toEqual(merged)
        expect(mergeKeys(merged)).toEqual(merged)
      }),
    )
  })

  it('keeps the newest generation, and drops only from the oldest on', () => {
    fc.assert(
      fc.property(keys, (each) => {
        const generations = mergeKeys(each).map(({ generation }) => generation)
        const known = new Set(each.map(({ generation }) => generation))
        expect(Math.max(-1, ...generations)).toBe(Math.max(-1, ...known))
        const oldest = generations[0] ?? 0
        const kept = [...known].filter((generation) => generation >= oldest)
        expect(new Set(generations)).toEqual(new Set(kept))
      }),
    )
  })
})
