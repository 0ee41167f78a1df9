/**
 * The life of a group from its first key to the removal of a member, through the subpath that clients use: configurations
 * of spec 11, invitations between accounts of spec 05, and everything of spec 14.
 */
import { create } from '@bufbuild/protobuf'
import { encodeHex } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import type { Account } from '@sotto/crypto/identity'
import { deriveSubaccountToken, signAsMember } from '@sotto/crypto/session'
import { toEd25519PublicKey, verify } from '@sotto/crypto/signing'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { describeGroupConfig, openGroupMembers, SharedConfig } from '../src/config/index.ts'
import {
  composeGroupContent,
  createGroupNotice,
  createInvite,
  createKickNotice,
  encodeGroupId,
  GroupKeys,
  groupIdKey,
  isKicked,
  openGroupContent,
  openKickNotice,
  readGroupNotice,
  readInvite,
} from '../src/group/index.ts'
import {
  composeMessage,
  ContentSchema,
  type GroupUpdateMessage,
  openMessage,
} from '../src/session/index.ts'
import { accountsOf, adminOf, at } from './group-fixtures.ts'
import { zstdCompression } from './zstd-compression.ts'

const randomness = createSeededRandomness('group journey')
const admin = adminOf(encodeHex(randomness.bytes(32)))
const groupKey = admin.signing.publicKey
const accounts = accountsOf(3)
const [leader, member, late] = [at(accounts, 0), at(accounts, 1), at(accounts, 2)]
let nowMs = 1_767_225_600_000

function receive(keys: GroupKeys, bytes: Uint8Array): string {
  const hash = encodeHex(blake2b(bytes, { length: 16 }))
  const outcome = keys.receive({ hash, timestampMs: nowMs++, bytes })
  if (!outcome.ok) throw outcome.error
  return outcome.value
}

/** What a member writes, as the swarm keeps it. */
function write(keys: GroupKeys, author: Account, body: string): Uint8Array {
  const content = create(ContentSchema, { dataMessage: { body } })
  const secret = at(keys.secrets, 0)
  const draft = { groupKey, secret, author, content, sentAtMs: nowMs, compression: zstdCompression }
  const composed = composeGroupContent(draft, randomness)
  if (!composed.ok) throw composed.error
  return composed.value
}

function read(keys: GroupKeys, sealed: Uint8Array): string {
  const { secrets } = keys
  const opened = openGroupContent({ groupKey, secrets, sealed, compression: zstdCompression })
  return opened.ok ? (opened.value.content.dataMessage?.body ?? '') : opened.error.code
}

/** Between two accounts, as any other message. */
function deliver(update: GroupUpdateMessage, recipient: Account): GroupUpdateMessage {
  const content = create(ContentSchema, { dataMessage: { groupUpdateMessage: update } })
  const draft = { content, sender: leader, recipient: recipient.accountId, sentAtMs: nowMs }
  const composed = composeMessage(draft, randomness)
  if (!composed.ok) throw composed.error
  const opened = openMessage({ account: recipient, bytes: composed.value })
  if (!opened.ok) throw opened.error
  const received = opened.value.content.dataMessage?.groupUpdateMessage
  if (received === undefined) throw new TypeError('an update was sent')
  return received
}

describe('a group', () => {
  const leaderKeys = new GroupKeys({ groupKey, account: leader, admin })
  const memberKeys = new GroupKeys({ groupKey, account: member })
  const lateKeys = new GroupKeys({ groupKey, account: late })

  it('begins with a key that protects its members’ configuration', () => {
    const push = leaderKeys.rekey([leader.accountId, member.accountId])
    const group = { publicKey: groupKey, domain: 'groups::Members' } as const
    const options = { ...group, compression: zstdCompression }
    const members = new SharedConfig(
      describeGroupConfig({ ...options, signer: admin.signing, secrets: leaderKeys.secrets }),
    )
    openGroupMembers(members).update(member.accountId, { name: 'Ada' })
    const pushed = members.push()
    if (!pushed.ok) throw pushed.error
    receive(leaderKeys, push.bytes)
    expect(receive(memberKeys, push.bytes)).toBe('changed')
    const theirs = new SharedConfig(
      describeGroupConfig({ ...options, secrets: memberKeys.secrets }),
    )
    theirs.merge(pushed.value.messages.map((data, index) => ({ hash: `${index}`, data })))
    expect(openGroupMembers(theirs).find(member.accountId)?.name).toBe('Ada')
  })

  it('lets whoever was invited ask its swarm, and nobody else', () => {
    const draft = { admin, member: late.accountId, name: 'Choir', sentAtMs: nowMs }
    const invite = readInvite(deliver(createInvite(draft), late), {
      member: late.accountId,
      sentAtMs: nowMs,
    })
    if (invite?.ok !== true) throw new TypeError('invited')
    const { auth, groupId } = invite.value
    expect(groupIdKey(groupId)).toEqual(groupKey)
    const message = Uint8Array.of(1, 2, 3)
    const publicKey = toEd25519PublicKey(auth.token.subarray(4))
    if (publicKey === undefined) throw new TypeError('a token')
    const signature = signAsMember(auth, late, message)
    expect(verify({ publicKey, message, signature })).toBe(true)
    const foreign = signAsMember(auth, member, message)
    expect(verify({ publicKey, message, signature: foreign })).toBe(false)
    // What an admin would revoke.
    expect(deriveSubaccountToken(admin, { member: late.accountId })).toEqual(auth.token)
  })

  it('shows a newcomer what was written before, if the keys are shared', () => {
    const early = write(memberKeys, member, 'before')
    expect(read(lateKeys, early)).toBe('group_unopened')
    receive(lateKeys, leaderKeys.supplement([late.accountId]).bytes)
    expect(read(lateKeys, early)).toBe('before')
    expect(read(memberKeys, write(lateKeys, late, 'hello'))).toBe('hello')
  })

  it('tells its members what changed, in the name of the admin', () => {
    const notice = {
      kind: 'members_changed',
      change: 'added',
      members: [late.accountId],
      isHistoryShared: true,
    } as const
    const update = createGroupNotice(notice, { admin, sentAtMs: nowMs })
    const origin = { groupKey: groupIdKey(encodeGroupId(groupKey)), sentAtMs: nowMs }
    expect(readGroupNotice(update, origin)).toEqual({ ok: true, value: notice })
  })

  it('is closed to whoever was removed, who learns of it', () => {
    const { generation } = leaderKeys
    const kicked = { members: [member.accountId], generation }
    const notice = createKickNotice(admin, kicked, randomness)
    const push = leaderKeys.rekey([leader.accountId, late.accountId])
    expect(receive(leaderKeys, push.bytes)).toBe('changed')
    expect(receive(lateKeys, push.bytes)).toBe('changed')
    expect(receive(memberKeys, push.bytes)).toBe('not_ours')
    const after = write(leaderKeys, leader, 'without you')
    expect([read(lateKeys, after), read(memberKeys, after)]).toEqual([
      'without you',
      'group_unopened',
    ])
    const said = openKickNotice({ account: member, groupKey, bytes: notice })
    expect(said !== undefined && isKicked(said, memberKeys.generation)).toBe(true)
    expect(openKickNotice({ account: late, groupKey, bytes: notice })).toBeUndefined()
  })
})
