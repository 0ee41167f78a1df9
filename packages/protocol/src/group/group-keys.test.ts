import { encodeHex } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import type { Account, AccountId } from '@sotto/crypto/identity'
import { describe, expect, it } from 'vitest'
import { accountsOf, adminOf, at, GROUP_SEED } from '../../test/group-fixtures.ts'
import { encodeBt } from '../bt/index.ts'
import { GroupKeys, type GroupKeysState, type KeysPush, type StoredKeysMessage } from './index.ts'
import { decodeKeysMessage, encodeKeysMessage } from './keys-message.ts'

const admin = adminOf(GROUP_SEED)
const groupKey = admin.signing.publicKey
const accounts = accountsOf(4)
const [leader, member, late, stranger] = [0, 1, 2, 3].map((index) => at(accounts, index)) as [
  Account,
  Account,
  Account,
  Account,
]
const DAY_MS = 24 * 60 * 60 * 1000
const START_MS = 1_767_225_600_000
const ids = (...who: readonly Account[]): AccountId[] => who.map(({ accountId }) => accountId)

function keysOf(account: Account, state?: GroupKeysState): GroupKeys {
  return new GroupKeys({ groupKey, account, ...(state && { state }) })
}

function adminKeys(account = leader, state?: GroupKeysState): GroupKeys {
  return new GroupKeys({ groupKey, account, admin, ...(state && { state }) })
}

function stored(push: KeysPush, timestampMs = START_MS): StoredKeysMessage {
  return { hash: encodeHex(blake2b(push.bytes, { length: 8 })), timestampMs, bytes: push.bytes }
}

function give(keys: GroupKeys, message: StoredKeysMessage): string {
  const outcome = keys.receive(message)
  return outcome.ok ? outcome.value : outcome.error.code
}

describe('the first key', () => {
  const PUBLISHED = [
    '05c5ba413c336f2fe1fb9a2c525f8a86a412a1db128a7841b4e0e217fa9eb7fd5e',
    '05ece06dd8e02fb2f7d9497f956a1996e199953c651f4016a2f79a3b3e38d55628',
    '05f1e8b64bbf761edf8f7b47e3a1f369985644cce0a62adb8e21604474bdd49627',
  ] as AccountId[]

  it('comes in the published message, byte for byte (trap 19)', () => {
    const { bytes, generation } = adminKeys().rekey(PUBLISHED)
    expect(generation).toBe(0)
    expect(bytes).toHaveLength(3992)
    expect(encodeHex(blake2b(bytes, { length: 32 }))).toBe(
      '05a922830ded7cc39d6c5ff9073f1f0161b7460dd5d6ee59395d20b33f3ff153',
    )
    expect(encodeHex(bytes.subarray(-65, -1))).toBe(
      '2cdb406788afda5eeb50a404e369bc3b5dc9e68858846cb8e924b1907d04c4590a2cbe0638bbec6a9d2cd94c80ed57801504cc2f06ae96f208beba753d6d610f',
    )
  })

  it('seals for its admin at once, and for members when they have its message', () => {
    const own = adminKeys()
    const push = own.rekey(ids(leader, member))
    expect(own.secrets).toHaveLength(1)
    expect(own.generation).toBe(-1)
    const theirs = keysOf(member)
    expect(theirs.secrets).toEqual([])
    expect(give(theirs, stored(push))).toBe('changed')
    expect(theirs.secrets).toEqual(own.secrets)
    expect(give(own, stored(push))).toBe('changed')
    expect([own.generation, own.secrets]).toEqual([0, theirs.secrets])
    expect(own.state).toEqual(theirs.state)
  })

  it('is not for strangers, who keep nothing of it', () => {
    const theirs = keysOf(stranger)
    const push = adminKeys().rekey(ids(leader, member))
    expect(give(theirs, stored(push))).toBe('not_ours')
    expect(theirs.state).toEqual({ keys: [], messages: [] })
  })

  it('is known when it comes twice', () => {
    const theirs = keysOf(member)
    const push = adminKeys().rekey(ids(member))
    give(theirs, stored(push))
    expect(give(theirs, stored(push, START_MS + 5))).toBe('known')
    expect(theirs.activeHashes).toHaveLength(1)
    expect(theirs.state.keys[0]?.timestampMs).toBe(START_MS)
  })

  it('keeps its state over a restart', () => {
    const theirs = keysOf(member)
    give(theirs, stored(adminKeys().rekey(ids(member))))
    expect(keysOf(member, theirs.state).secrets).toEqual(theirs.secrets)
  })

  it('is refused by another group, and when altered', () => {
    const push = adminKeys().rekey(ids(member))
    const other = adminOf('00'.repeat(32))
    const theirs = new GroupKeys({ groupKey: other.signing.publicKey, account: member })
    expect(give(theirs, stored(push))).toBe('group_signature')
    const altered = Uint8Array.from(push.bytes)
    altered[40] = (altered[40] ?? 0) ^ 1
    expect(give(keysOf(member), stored({ ...push, bytes: altered }))).not.toBe('changed')
  })
})

describe('later keys', () => {
  it('shut out who was removed, and open what was written before for who stays', () => {
    const own = adminKeys()
    const first = stored(own.rekey(ids(leader, member, late)))
    give(own, first)
    const second = stored(own.rekey(ids(leader, member)), START_MS + 1)
    give(own, second)
    const stays = keysOf(member)
    const goes = keysOf(late)
    // In whatever order a swarm gives them.
    for (const message of [second, first]) give(stays, message)
    expect([give(goes, first), give(goes, second)]).toEqual(['changed', 'not_ours'])
    expect(stays.secrets).toEqual(own.secrets)
    expect(goes.secrets).toEqual(own.secrets.slice(1))
    expect(goes.secrets).toHaveLength(1)
  })

  it('come to somebody new by a supplement, with the times that they had', () => {
    const own = adminKeys()
    for (let round = 0; round < 3; round++) {
      give(own, stored(own.rekey(ids(leader, member)), START_MS + round))
    }
    const push = own.supplement(ids(late))
    const theirs = keysOf(late)
    expect(give(theirs, stored(push, START_MS + 99))).toBe('changed')
    expect(theirs.state.keys).toEqual(own.state.keys)
    expect(give(keysOf(member), stored(push))).toBe('not_ours')
    // The admin prolongs it, although it is not for him.
    expect(give(own, stored(push))).toBe('not_ours')
    expect(own.activeHashes).toHaveLength(4)
  })

  it('end 60 days after the next one began, by the times of the swarm', () => {
    const own = adminKeys()
    const times = [0, 1, 30, 61, 61.001]
    const generations = times.map((days) => {
      const push = own.rekey(ids(leader))
      give(own, stored(push, START_MS + days * DAY_MS))
      return own.state.keys.map(({ generation }) => generation)
    })
    expect(generations).toEqual([[0], [0, 1], [0, 1, 2], [0, 1, 2, 3], [1, 2, 3, 4]])
    expect(own.activeHashes).toHaveLength(4)
  })

  it('are made by admins only', () => {
    expect(() => keysOf(member).rekey(ids(member))).toThrow(TypeError)
    expect(() => keysOf(member).supplement(ids(late))).toThrow(TypeError)
    expect(() => adminKeys().supplement(ids(late))).toThrow(RangeError)
    const crowd = Array.from({ length: 101 }, () => member.accountId)
    expect(() => adminKeys().rekey(crowd)).toThrow(RangeError)
  })
})

describe('admins at the same time', () => {
  it('make one message when they agree on the members', () => {
    const [one, two] = [adminKeys(leader), adminKeys(member)]
    const push = one.rekey(ids(leader, member))
    expect(two.rekey(ids(member, leader))).toEqual(push)
  })

  it('see that they disagreed, and agree on the next key', () => {
    const [one, two] = [adminKeys(leader), adminKeys(member)]
    const pushes = [one.rekey(ids(leader, member)), two.rekey(ids(leader, member, late))]
    for (const push of pushes) for (const keys of [one, two]) give(keys, stored(push))
    expect([one.needsRekey, two.needsRekey]).toEqual([true, true])
    expect(one.secrets).toEqual(two.secrets)
    const next = one.rekey(ids(leader, member))
    expect(one.needsRekey).toBe(false)
    expect(two.rekey(ids(leader, member))).toEqual(next)
    for (const keys of [one, two]) give(keys, stored(next, START_MS + 1))
    expect([one.needsRekey, two.needsRekey]).toEqual([false, false])
    expect(one.state).toEqual(two.state)
  })

  it('give up a key of their own when the swarm has another of its generation', () => {
    const [one, two] = [adminKeys(leader), adminKeys(member)]
    const lost = one.rekey(ids(leader))
    give(one, stored(two.rekey(ids(leader, member))))
    expect(one.secrets).toHaveLength(1)
    // Only if it was stored after all do both count.
    give(one, stored(lost))
    expect(one.needsRekey).toBe(true)
  })
})

describe('what a key message may not be', () => {
  const nonce = new Uint8Array(24)
  const sealedForAdmins = new Uint8Array(48)
  const some = (count: number, length = 48): Uint8Array[] =>
    Array.from({ length: count }, () => new Uint8Array(length))

  function codeOf(message: Parameters<typeof encodeKeysMessage>[0]): string {
    const decoded = decodeKeysMessage(encodeKeysMessage(message, admin.signing), groupKey)
    return decoded.ok ? decoded.value.kind : decoded.error.code
  }

  it('has 75 sealed keys of 48 bytes, or a multiple', () => {
    const rekey = { kind: 'rekey', generation: 0, nonce, sealedForAdmins } as const
    for (const count of [0, 75, 150]) {
      expect(codeOf({ ...rekey, sealedForMembers: some(count) })).toBe('rekey')
    }
    for (const sealedForMembers of [some(74), some(76), some(75, 47), some(75, 49)]) {
      expect(codeOf({ ...rekey, sealedForMembers })).toBe('group_malformed')
    }
    expect(codeOf({ ...rekey, sealedForMembers: some(1650) })).toBe('group_limit')
  })

  it('has a generation, a nonce and a key for admins of the right kind', () => {
    const rekey = {
      kind: 'rekey',
      generation: 0,
      nonce,
      sealedForAdmins,
      sealedForMembers: [],
    } as const
    expect(codeOf({ ...rekey, generation: -1 })).toBe('group_malformed')
    expect(codeOf({ ...rekey, generation: 2 ** 33 })).toBe('group_malformed')
    expect(codeOf({ ...rekey, nonce: nonce.subarray(1) })).toBe('group_malformed')
    const short = { ...rekey, sealedForAdmins: nonce }
    expect(codeOf(short)).toBe('group_malformed')
  })

  it('has somebody to share keys with', () => {
    const supplement = { kind: 'supplement', generation: 3, nonce } as const
    expect(codeOf({ ...supplement, sealed: some(1, 68) })).toBe('supplement')
    expect(codeOf({ ...supplement, sealed: some(1, 67) })).toBe('group_malformed')
    expect(codeOf({ ...supplement, sealed: [] })).toBe('group_malformed')
  })

  it('has nothing behind its signature, which would not be signed', () => {
    const { bytes } = adminKeys().rekey(ids(member))
    const body = bytes.subarray(0, -1)
    const behind = Uint8Array.from([...body, ...encodeBt('\u007f'), ...encodeBt('x'), 0x65])
    const decoded = decodeKeysMessage(behind, groupKey)
    expect(decoded.ok ? 'read' : decoded.error.code).toBe('group_malformed')
  })
})
