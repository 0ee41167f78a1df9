/** What members ask for is done once, and not when it is over. */
import { createMemberAuth, deriveGroupAdmin } from '@sotto/crypto/session'
import { encodeGroupId } from '@sotto/protocol/group'
import { describe, expect, it } from 'vitest'
import { createAccount } from '../../../test/simulated-person.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { zstdCompression } from '../../../test/zstd-compression.ts'
import { History } from '../../storage/history.ts'
import { openGroupAccess } from './group-access.ts'
import { GroupConfigs } from './group-configs.ts'
import { GroupMemory } from './group-memory.ts'
import { applyMemberTasks, noteMembers } from './note-members.ts'
import type { OpenGroup } from './open-groups.ts'

const NOW_MS = 1_767_225_600_000
const SEED = new Uint8Array(32).fill(9)
const ADMIN = deriveGroupAdmin(Uint8Array.from(SEED))
const ID = encodeGroupId(ADMIN.signing.publicKey)
const ALICE = createAccount('alice')
const [BOB, CAROL] = [createAccount('bob').accountId, createAccount('carol').accountId]

/** Alice leads, Bob is a member, Carol is invited; the newest key is of now. */
function createGroup(): OpenGroup {
  const access = openGroupAccess(ALICE, ID, {
    adminSeed: SEED,
    memberAuth: createMemberAuth(ADMIN, { member: ALICE.accountId }),
  })
  if (access === undefined) throw new Error('a way in')
  const { configs: dumps } = new History(openSqlite())
  const configs = new GroupConfigs({ account: ALICE, access, compression: zstdCompression, dumps })
  configs.members.update(ALICE.accountId, { isAdmin: true })
  configs.members.update(BOB, { invite: 'accepted' })
  configs.members.update(CAROL, { invite: 'sent' })
  const { bytes } = configs.rekey()
  configs.receiveKeys([{ hash: 'h'.repeat(43), timestampMs: NOW_MS, bytes }])
  return { id: ID, access, configs, memory: new GroupMemory() }
}

function standingOf({ configs }: OpenGroup, id: typeof BOB) {
  const { invite, removal } = configs.members.find(id) ?? {}
  return { invite, removal }
}

describe('who joined', () => {
  it('is accepted, once and for all', () => {
    const group = createGroup()
    group.memory.addTask({ kind: 'joined', member: CAROL, sentAtMs: NOW_MS + 1 })
    applyMemberTasks(group)
    expect(standingOf(group, CAROL)).toEqual({ invite: 'accepted', removal: 'none' })
    group.configs.members.update(CAROL, { invite: 'sent' })
    applyMemberTasks(group)
    expect(standingOf(group, CAROL).invite).toBe('sent')
  })

  it('is nobody new if it is no member', () => {
    const group = createGroup()
    const stranger = createAccount('stranger').accountId
    for (const kind of ['joined', 'leaving'] as const)
      group.memory.addTask({ kind, member: stranger, sentAtMs: NOW_MS + 1 })
    applyMemberTasks(group)
    expect(group.configs.members.list()).toHaveLength(3)
  })
})

describe('who wants to leave', () => {
  it('is to be removed', () => {
    const group = createGroup()
    group.memory.addTask({ kind: 'leaving', member: BOB, sentAtMs: NOW_MS - 5 })
    applyMemberTasks(group)
    expect(standingOf(group, BOB)).toEqual({ invite: 'accepted', removal: 'member' })
  })

  it('keeps what an admin wanted to become of its messages', () => {
    const group = createGroup()
    group.configs.members.update(BOB, { removal: 'member_and_messages' })
    group.memory.addTask({ kind: 'leaving', member: BOB, sentAtMs: NOW_MS })
    applyMemberTasks(group)
    expect(standingOf(group, BOB).removal).toBe('member_and_messages')
  })

  it('stays if it joined again after it said so, in whichever order that comes', () => {
    for (const order of [0, 1]) {
      const group = createGroup()
      const tasks = [
        { kind: 'leaving', member: BOB, sentAtMs: NOW_MS + 1 },
        { kind: 'joined', member: BOB, sentAtMs: NOW_MS + 2 },
      ] as const
      for (const task of order === 0 ? tasks : tasks.toReversed()) group.memory.addTask(task)
      applyMemberTasks(group)
      expect(standingOf(group, BOB).removal).toBe('none')
      group.memory.addTask({ kind: 'leaving', member: BOB, sentAtMs: NOW_MS + 1 })
      applyMemberTasks(group)
      expect(standingOf(group, BOB).removal).toBe('none')
      group.memory.addTask({ kind: 'leaving', member: BOB, sentAtMs: NOW_MS + 3 })
      applyMemberTasks(group)
      expect(standingOf(group, BOB).removal).toBe('member')
    }
  })

  it('stays if it was invited anew since, which the newest key shows', () => {
    const group = createGroup()
    group.memory.addTask({ kind: 'leaving', member: CAROL, sentAtMs: NOW_MS - 1 })
    applyMemberTasks(group)
    expect(standingOf(group, CAROL).removal).toBe('none')
    const tasks = [
      { kind: 'joined', member: CAROL, sentAtMs: NOW_MS + 1 },
      { kind: 'leaving', member: CAROL, sentAtMs: NOW_MS + 2 },
    ] as const
    for (const task of tasks) group.memory.addTask(task)
    applyMemberTasks(group)
    expect(standingOf(group, CAROL).removal).toBe('member')
  })
})

describe('who is not a member any more', () => {
  it('was one until the newest key, and is one again when it comes back', () => {
    const group = createGroup()
    const before = group.configs.members.list().map(([id]) => id)
    group.configs.members.erase(BOB)
    noteMembers(group, before, NOW_MS + 99)
    expect(group.memory.findEnd(BOB)).toBe(NOW_MS)
    expect(group.memory.findEnd(CAROL)).toBeUndefined()
    group.configs.members.update(BOB, {})
    noteMembers(group, before, NOW_MS + 99)
    expect(group.memory.findEnd(BOB)).toBeUndefined()
  })
})
