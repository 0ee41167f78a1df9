import { create } from '@bufbuild/protobuf'
import { encodeHex } from '@sotto/crypto/bytes'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { accountsOf, adminOf, at, GROUP_SEED } from '../../test/group-fixtures.ts'
import { type BtInput, decodeBt, encodeBt } from '../bt/index.ts'
import { type GroupUpdateMessage, GroupUpdateMessageSchema } from '../session/index.ts'
import {
  createGroupNotice,
  createInvite,
  createKickNotice,
  createPromotion,
  encodeGroupId,
  type GroupNotice,
  groupIdKey,
  isDeletedBy,
  isDeletedByInfo,
  isFileDeletedByInfo,
  isKicked,
  openKickNotice,
  parseGroupId,
  readGroupNotice,
  readInvite,
  readPromotion,
} from './index.ts'

const admin = adminOf(GROUP_SEED)
const groupKey = admin.signing.publicKey
const groupId = encodeGroupId(groupKey)
const stranger = adminOf('22'.repeat(32))
const accounts = accountsOf(3)
const [own, other] = [at(accounts, 0), at(accounts, 1)]
const SENT_AT_MS = 1_767_225_600_000
const origin = { groupKey, sentAtMs: SENT_AT_MS }
const members = [own.accountId, other.accountId]
const HASH = '4sMyAuaZlMwww3oFvfhazfw7ASx/7TDtO+TVc8aAjHs'

function read(update: GroupUpdateMessage, from = origin): unknown {
  const notice = readGroupNotice(update, from)
  if (notice === undefined) return undefined
  return notice.ok ? notice.value : notice.error.code
}

describe('ids of groups', () => {
  it('are read in either case, and nothing else is', () => {
    expect(parseGroupId(groupId.toUpperCase())).toBe(groupId)
    expect(groupIdKey(groupId)).toEqual(groupKey)
    for (const text of [
      '',
      groupId.slice(1),
      `${groupId}0`,
      own.accountId,
      `03${'g'.repeat(64)}`,
    ]) {
      expect(parseGroupId(text)).toBeUndefined()
    }
  })
})

describe('an invitation', () => {
  const draft = { admin, member: own.accountId, name: 'Choir', sentAtMs: SENT_AT_MS }
  const invite = createInvite(draft)

  function codeOf(
    update: GroupUpdateMessage,
    member = own.accountId,
    sentAtMs = SENT_AT_MS,
  ): string {
    const result = readInvite(update, { member, sentAtMs })
    if (result === undefined) return 'nothing'
    return result.ok ? result.value.groupId : result.error.code
  }

  it('gives its member what the swarm asks for', () => {
    const result = readInvite(invite, { member: own.accountId, sentAtMs: SENT_AT_MS })
    if (result?.ok !== true) throw new TypeError('invited')
    expect(result.value).toMatchObject({ groupId, name: 'Choir' })
    expect(result.value.auth.token).toHaveLength(36)
    expect(result.value.authBytes).toEqual(invite.inviteMessage?.memberAuthData)
  })

  it('is for nobody else, at no other time, and from no other group', () => {
    expect(codeOf(invite, other.accountId)).toBe('group_signature')
    expect(codeOf(invite, own.accountId, SENT_AT_MS + 1)).toBe('group_signature')
    expect(codeOf(createInvite({ ...draft, member: other.accountId }))).toBe('group_signature')
    const forged = createInvite({ ...draft, admin: stranger })
    if (forged.inviteMessage) forged.inviteMessage.groupSessionId = groupId
    expect(codeOf(forged)).toBe('group_signature')
  })

  it('is refused when its grant or id is unusable', () => {
    const broken = createInvite(draft)
    if (broken.inviteMessage) broken.inviteMessage.memberAuthData = new Uint8Array(100)
    expect(codeOf(broken)).toBe('group_signature')
    const nameless = createInvite(draft)
    if (nameless.inviteMessage) nameless.inviteMessage.groupSessionId = own.accountId
    expect(codeOf(nameless)).toBe('group_malformed')
    expect(codeOf(create(GroupUpdateMessageSchema))).toBe('nothing')
  })
})

describe('a promotion', () => {
  it('hands over the group', () => {
    const result = readPromotion(createPromotion(admin, 'Choir'))
    if (result?.ok !== true) throw new TypeError('promoted')
    expect(result.value).toMatchObject({ groupId, name: 'Choir' })
    expect(result.value.admin).toEqual(admin)
  })

  it('is refused with a seed of another length', () => {
    const update = createPromotion(admin, 'x')
    if (update.promoteMessage) update.promoteMessage.groupIdentitySeed = new Uint8Array(31)
    const result = readPromotion(update)
    expect(result?.ok === false && result.error.code).toBe('group_malformed')
    expect(readPromotion(create(GroupUpdateMessageSchema))).toBeUndefined()
  })
})

const NOTICES: readonly GroupNotice[] = [
  { kind: 'name_changed', name: 'Choir' },
  { kind: 'picture_changed' },
  { kind: 'expiry_changed', expirySeconds: 3600 },
  { kind: 'expiry_changed', expirySeconds: 0 },
  { kind: 'members_changed', change: 'added', members, isHistoryShared: true },
  { kind: 'members_changed', change: 'removed', members, isHistoryShared: false },
  { kind: 'members_changed', change: 'promoted', members, isHistoryShared: false },
  { kind: 'deletion', members, hashes: [HASH], isByAdmin: true },
  { kind: 'deletion', members: [], hashes: [HASH], isByAdmin: false },
  { kind: 'leaving' },
  { kind: 'left' },
  { kind: 'joined' },
]
const SIGNED = NOTICES.filter(
  (notice) =>
    ['name_changed', 'picture_changed', 'expiry_changed', 'members_changed'].includes(
      notice.kind,
    ) ||
    (notice.kind === 'deletion' && notice.isByAdmin),
)

describe('a notice', () => {
  it.each(NOTICES)('is read as it was written: $kind', (notice) => {
    expect(read(createGroupNotice(notice, { admin, sentAtMs: SENT_AT_MS }))).toEqual(notice)
  })

  it.each(SIGNED)('is refused at another time and from another group: $kind', (notice) => {
    const update = createGroupNotice(notice, { admin, sentAtMs: SENT_AT_MS })
    expect(read(update, { ...origin, sentAtMs: SENT_AT_MS + 1 })).toBe('group_signature')
    expect(read(update, { ...origin, groupKey: stranger.signing.publicKey })).toBe(
      'group_signature',
    )
    const forged = createGroupNotice(notice, { admin: stranger, sentAtMs: SENT_AT_MS })
    expect(read(forged)).toBe('group_signature')
    expect(() => createGroupNotice(notice, { sentAtMs: SENT_AT_MS })).toThrow(TypeError)
  })

  it('is none when it invites, promotes, or says no', () => {
    const refusal = create(GroupUpdateMessageSchema, { inviteResponse: { isApproved: false } })
    for (const update of [refusal, createPromotion(admin, 'x'), create(GroupUpdateMessageSchema)]) {
      expect(read(update)).toBeUndefined()
    }
  })

  it('names members by usable ids only, and no more than a group has', () => {
    const change = { kind: 'members_changed', change: 'added', isHistoryShared: false } as const
    for (const hostile of [['05aa'], [], Array.from({ length: 101 }, () => own.accountId)]) {
      const update = createGroupNotice({ ...change, members }, { admin, sentAtMs: SENT_AT_MS })
      if (update.memberChangeMessage) update.memberChangeMessage.memberSessionIds = hostile
      expect(read(update)).toBe('group_malformed')
    }
    const many = { kind: 'deletion', members: [], isByAdmin: false } as const
    const hashes = Array.from({ length: 1025 }, () => HASH)
    expect(read(createGroupNotice({ ...many, hashes }, origin))).toBe('group_limit')
  })

  it('deletes by an admin only what the admin signed', () => {
    const notice = { kind: 'deletion', members, hashes: [HASH], isByAdmin: true } as const
    const update = createGroupNotice(notice, { admin, sentAtMs: SENT_AT_MS })
    update.deleteMemberContent?.messageHashes.push(`${HASH.slice(1)}x`)
    expect(read(update)).toBe('group_signature')
  })
})

describe('isDeletedBy', () => {
  const trace = { author: other.accountId, hash: HASH, sentAtMs: SENT_AT_MS - 1 }
  const deletion = { author: own.accountId, sentAtMs: SENT_AT_MS }

  it('lets everybody delete his own messages, by their hashes', () => {
    const notice = { kind: 'deletion', members: [], hashes: [HASH], isByAdmin: false } as const
    expect(isDeletedBy({ ...deletion, notice }, { ...trace, author: own.accountId })).toBe(true)
    expect(isDeletedBy({ ...deletion, notice }, trace)).toBe(false)
    const all = { ...notice, members, hashes: [] }
    expect(isDeletedBy({ ...deletion, notice: all }, { ...trace, author: own.accountId })).toBe(
      false,
    )
  })

  it('lets admins delete any message, and all of a member, up to their notice', () => {
    const notice = { kind: 'deletion', members: [], hashes: [HASH], isByAdmin: true } as const
    expect(isDeletedBy({ ...deletion, notice }, trace)).toBe(true)
    const byMember = { ...notice, members: [other.accountId], hashes: [] }
    expect(isDeletedBy({ ...deletion, notice: byMember }, trace)).toBe(true)
    expect(isDeletedBy({ ...deletion, notice: byMember }, { ...trace, sentAtMs: SENT_AT_MS })).toBe(
      true,
    )
    const later = { ...trace, sentAtMs: SENT_AT_MS + 1 }
    expect(isDeletedBy({ ...deletion, notice: byMember }, later)).toBe(false)
  })

  it('lets everything go that was sent before a moment', () => {
    const info = { deleteBeforeSeconds: 10, deleteAttachmentsBeforeSeconds: 20 }
    expect([9_999, 10_000, 10_001].map((sentAtMs) => isDeletedByInfo(info, { sentAtMs }))).toEqual([
      true,
      true,
      false,
    ])
    expect(
      [10_001, 20_000, 20_001].map((sentAtMs) => isFileDeletedByInfo(info, { sentAtMs })),
    ).toEqual([true, true, false])
  })
})

describe('a notice to who was removed', () => {
  const randomness = createSeededRandomness('kick')
  const kicked = { members, generation: 12 }
  const bytes = createKickNotice(admin, kicked, randomness)
  const third = at(accounts, 2)

  it('opens for each of them and nobody else, and names nobody', () => {
    const open = (account: typeof own): number | undefined =>
      openKickNotice({ account, groupKey, bytes })
    expect([open(own), open(other), open(third)]).toEqual([12, 12, undefined])
    expect(encodeHex(bytes)).not.toContain(encodeHex(own.agreement.publicKey))
  })

  it('opens for no other group, and not when it is another’s (trap 22)', () => {
    const other0 = stranger.signing.publicKey
    expect(openKickNotice({ account: own, groupKey: other0, bytes })).toBeUndefined()
    const wrong = createKickNotice(admin, { ...kicked, generation: -1 }, randomness)
    expect(openKickNotice({ account: own, groupKey, bytes: wrong })).toBeUndefined()
  })

  it('is no notice when it is built wrongly', () => {
    const decoded = decodeBt(bytes)
    if (!decoded.ok || !(decoded.value instanceof Map)) throw new TypeError('a dict')
    const dict = decoded.value as ReadonlyMap<string, Uint8Array>
    for (const key of ['#', 'e']) {
      const less = new Map([...dict].filter(([name]) => name !== key))
      const strange = new Map<string, BtInput>([...dict, [key, 5]])
      for (const broken of [less, strange]) {
        const input = { account: own, groupKey, bytes: encodeBt(broken) }
        expect(openKickNotice(input)).toBeUndefined()
      }
    }
  })

  it('counts when it is not from before the own newest key', () => {
    expect([isKicked(11, 12), isKicked(12, 12), isKicked(13, 12)]).toEqual([false, true, true])
  })
})
