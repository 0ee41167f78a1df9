/** A group's keys and configurations on one device. */
import type { Account } from '@sotto/crypto/identity'
import { deriveGroupAdmin, createMemberAuth } from '@sotto/crypto/session'
import { GROUP_CONFIGS, type GroupConfigDomain } from '@sotto/protocol/config'
import { encodeGroupId } from '@sotto/protocol/group'
import { describe, expect, it } from 'vitest'
import { createAccount, unwrap } from '../../../test/simulated-person.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { zstdCompression } from '../../../test/zstd-compression.ts'
import type { ConfigTable } from '../../storage/config-table.ts'
import { History } from '../../storage/history.ts'
import { openGroupAccess } from './group-access.ts'
import { GroupConfigs } from './group-configs.ts'
import { GROUP_DOMAINS } from './group-namespaces.ts'

const NOW_MS = 1_767_225_600_000
const SEED = new Uint8Array(32).fill(9)
const ADMIN = deriveGroupAdmin(Uint8Array.from(SEED))
const ID = encodeGroupId(ADMIN.signing.publicKey)
const [ALICE, BOB] = [createAccount('alice'), createAccount('bob')]

function open(account: Account, isAdmin: boolean, dumps?: ConfigTable): GroupConfigs {
  const member = account.accountId
  const access = openGroupAccess(account, ID, {
    adminSeed: isAdmin ? SEED : null,
    memberAuth: isAdmin ? null : createMemberAuth(ADMIN, { member }),
  })
  if (access === undefined) throw new Error('a way in')
  const table = dumps ?? new History(openSqlite()).configs
  return new GroupConfigs({ account, access, compression: zstdCompression, dumps: table })
}

let hashes = 0

/** Under a name as long as a message hash. */
function nameNext(): string {
  hashes += 1
  return `${hashes}`.padStart(43, 'h')
}

function storeKeys(configs: GroupConfigs, bytes: Uint8Array, timestampMs = NOW_MS) {
  const stored = { hash: nameNext(), timestampMs, bytes }
  configs.receiveKeys([stored])
  return stored
}

/** As if the swarm kept it. */
function push(configs: GroupConfigs, domain: GroupConfigDomain) {
  const { seqno, messages } = unwrap(configs.config(domain).push())
  const stored = messages.map((data) => ({ hash: nameNext(), data }))
  configs.config(domain).confirmPushed(
    seqno,
    stored.map(({ hash }) => hash),
  )
  return stored
}

/** A group of Alice and Bob, as Alice has it, and what its swarm has. */
function createGroup(dumps?: ConfigTable) {
  const alice = open(ALICE, true, dumps)
  alice.updateInfo({ name: 'Hikers' })
  alice.members.update(ALICE.accountId, { isAdmin: true })
  alice.members.update(BOB.accountId, { invite: 'sent' })
  const keys = storeKeys(alice, alice.rekey().bytes)
  const [info, members] = GROUP_DOMAINS.map((domain) => push(alice, domain))
  return { alice, keys, info: info ?? [], members: members ?? [] }
}

describe('a group', () => {
  it('is read by a member in the order keys, configurations', () => {
    const { keys, info, members } = createGroup()
    const bob = open(BOB, false)
    expect(bob.merge('groups::Info', info)).toBe(false)
    expect(bob.receiveKeys([keys])).toBe(true)
    expect(bob.receiveKeys([keys])).toBe(false)
    expect(bob.merge('groups::Info', info)).toBe(true)
    expect(bob.merge('groups::Members', members)).toBe(true)
    expect(bob.merge('groups::Members', [])).toBe(false)
    expect(bob.info.name).toBe('Hikers')
    expect(bob.members.list().map(([id]) => id)).toContain(BOB.accountId)
  })

  it('comes back from its dumps, with what was not sent yet', () => {
    const { configs: dumps } = new History(openSqlite())
    const { alice } = createGroup(dumps)
    alice.updateInfo({ description: 'not sent' })
    alice.save()
    const again = open(ALICE, true, dumps)
    expect(again.info).toEqual(alice.info)
    expect(again.keys.state).toEqual(alice.keys.state)
    expect(again.listUnsent()).toEqual(['groups::Info'])
  })

  it('begins anew where a dump is broken', () => {
    const { configs: dumps } = new History(openSqlite())
    createGroup(dumps).alice.save()
    for (const namespace of [12, 13, 14]) dumps.put(ID, namespace, new Uint8Array(9))
    const again = open(ALICE, true, dumps)
    expect(again.keys.generation).toBe(-1)
    expect(again.info.name).toBe('')
    expect(again.members.list()).toEqual([])
  })

  it('is not written by members, who owe the swarm nothing', () => {
    const bob = open(BOB, false)
    expect(() => {
      bob.updateInfo({ name: 'Mine' })
    }).toThrow(TypeError)
    expect(() => bob.rekey()).toThrow(TypeError)
    expect(bob.listUnsent()).toEqual([])
  })
})

describe('a new key', () => {
  it('seals at once, and both configurations are owed under it', () => {
    const { alice } = createGroup()
    expect(alice.listUnsent()).toEqual([])
    const [before] = alice.keys.secrets
    const { generation } = alice.rekey()
    expect(generation).toBe(1)
    expect(alice.keys.secrets[0]).not.toEqual(before)
    expect(alice.listUnsent()).toEqual(GROUP_DOMAINS)
  })

  it('that was given up seals nothing, now and after a restart', () => {
    const { configs: dumps } = new History(openSqlite())
    const { alice } = createGroup(dumps)
    const snapshot = alice.takeSnapshot()
    const before = alice.keys.secrets
    alice.rekey()
    alice.save()
    expect(open(ALICE, true, dumps).keys.secrets).toEqual(before)
    alice.restore(snapshot)
    expect(alice.keys.secrets).toEqual(before)
    expect(alice.listUnsent()).toEqual([])
  })

  it('of another admin makes nothing owed: who made it writes', () => {
    const { alice, keys, info, members } = createGroup()
    const other = open(BOB, true)
    other.receiveKeys([keys])
    other.merge('groups::Info', info)
    other.merge('groups::Members', members)
    storeKeys(other, alice.rekey().bytes, NOW_MS + 1)
    expect(other.keys.generation).toBe(1)
    expect(other.listUnsent()).toEqual([])
    expect(other.info.name).toBe('Hikers')
  })

  it('closes what comes after it to those for whom it is not', () => {
    const { alice, keys, info } = createGroup()
    const bob = open(BOB, false)
    bob.receiveKeys([keys])
    bob.merge('groups::Info', info)
    alice.members.erase(BOB.accountId)
    const next = storeKeys(alice, alice.rekey().bytes, NOW_MS + 1)
    alice.updateInfo({ name: 'Without Bob' })
    const stored = push(alice, 'groups::Info')
    expect(bob.receiveKeys([next])).toBe(false)
    expect(bob.merge('groups::Info', stored)).toBe(false)
    expect(bob.info.name).toBe('Hikers')
    expect(bob.keys.generation).toBe(0)
  })
})

describe('a change', () => {
  it('that did not happen is undone in everything', () => {
    const { alice } = createGroup()
    const snapshot = alice.takeSnapshot()
    const before = { info: alice.info, members: alice.members.list() }
    alice.updateInfo({ name: 'Lost', expirySeconds: 5 })
    alice.members.erase(BOB.accountId)
    alice.rekey()
    push(alice, 'groups::Info')
    alice.restore(snapshot)
    expect({ info: alice.info, members: alice.members.list() }).toEqual(before)
    alice.updateInfo({ name: 'Next' })
    expect(alice.info.name).toBe('Next')
  })
})

describe('what must not end', () => {
  it('are keys for everybody, and for admins the configurations too', () => {
    const { alice, keys, info, members } = createGroup()
    const bob = open(BOB, false)
    bob.receiveKeys([keys])
    bob.merge('groups::Info', info)
    expect(bob.activeHashes).toEqual([keys.hash])
    const all = [keys, ...info, ...members].map(({ hash }) => hash)
    expect(alice.activeHashes.toSorted()).toEqual(all.toSorted())
    expect(GROUP_DOMAINS.map((domain) => GROUP_CONFIGS[domain].namespace)).toEqual([13, 14])
  })
})
