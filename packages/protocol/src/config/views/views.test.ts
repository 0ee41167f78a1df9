/** What the typed views read and write, key by key (spec 11 §7). */
import { decodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { type AccountId, deriveAccount } from '@sotto/crypto/identity'
import { describe, expect, it } from 'vitest'
import { zstdCompression } from '../../../test/zstd-compression.ts'
import { toByteText } from '../byte-text.ts'
import type { ConfigDict, ConfigValue } from '../config-value.ts'
import { SharedConfig } from '../shared-config.ts'
import { openContacts } from './contacts.ts'
import { CONVO_INFO_LIFE_MS, openConvoInfo, pruneConvoInfo } from './convo-info.ts'
import { readGroupInfo, updateGroupInfo } from './group-info.ts'
import { openGroupMembers } from './group-members.ts'
import { type GroupId, parseGroupKey } from './keyed-records.ts'
import { openUserGroups } from './user-groups.ts'
import { readUserProfile, updateUserProfile } from './user-profile.ts'

const bob: AccountId = deriveAccount(new Uint8Array(16).fill(1)).accountId
const group: GroupId = `03${'ab'.repeat(32)}`
const picture = { url: 'http://example.org/1', key: new Uint8Array(32).fill(7) }
const publicKey = new Uint8Array(32).fill(8)
const room = { baseUrl: 'HTTPS://Example.org:443', room: 'Room' }

function createConfig(): SharedConfig {
  const secrets = [new Uint8Array(32)]
  return new SharedConfig({
    cipher: { domain: 'Contacts', secrets, compression: zstdCompression },
  })
}

function keyOf(id: string): string {
  return toByteText(decodeHex(id) ?? new Uint8Array())
}

function show(value: ConfigValue | undefined): unknown {
  if (!(value instanceof Map)) return value
  return Object.fromEntries([...(value as ConfigDict)].map(([key, inner]) => [key, show(inner)]))
}

describe('UserProfile', () => {
  it('is empty at first, and has the keys that other clients read', () => {
    const config = createConfig()
    expect(readUserProfile(config)).toEqual({
      name: '',
      picture: null,
      notePriority: 0,
      noteExpirySeconds: 0,
      acceptsCommunityRequests: null,
      updatedAtSeconds: 0,
    })
    const profile = {
      name: 'Kallie',
      picture,
      notePriority: -1,
      noteExpirySeconds: 60,
      acceptsCommunityRequests: false,
      updatedAtSeconds: 9,
    }
    updateUserProfile(config, profile)
    expect(show(config.data)).toEqual({
      n: 'Kallie',
      p: picture.url,
      q: toByteText(picture.key),
      '+': -1,
      e: 60,
      M: 0,
      t: 9,
    })
    expect(readUserProfile(config)).toEqual(profile)
  })

  it('leaves out what is empty, so that two devices with nothing to say write the same', () => {
    const config = createConfig()
    updateUserProfile(config, {
      name: 'x',
      picture,
      acceptsCommunityRequests: true,
      notePriority: 3,
    })
    updateUserProfile(config, {
      name: '',
      picture: null,
      acceptsCommunityRequests: null,
      notePriority: 0,
    })
    expect([config.data.size, config.state]).toEqual([0, 'clean'])
  })

  it('cuts a long name between characters, as other clients do', () => {
    const config = createConfig()
    const digits = '1234567890'.repeat(10).slice(0, 97)
    updateUserProfile(config, { name: `${digits}🎂` })
    expect(readUserProfile(config).name).toBe(digits)
    updateUserProfile(config, { name: `${digits.slice(1)}🎂x` })
    expect(readUserProfile(config).name).toBe(`${digits.slice(1)}🎂`)
    updateUserProfile(config, { name: 'é'.repeat(60) })
    expect(readUserProfile(config).name).toBe('é'.repeat(50))
  })

  it('cuts a name of 10 kB that somebody else wrote and leaves it as it is', () => {
    const config = createConfig()
    const name = toByteText(encodeUtf8('é'.repeat(5000)))
    config.set(['n'], name)
    expect(readUserProfile(config).name).toBe('é'.repeat(50))
    expect(config.data.get('n')).toBe(name)
  })

  it('changes nothing that it does not know or was not given', () => {
    const config = createConfig()
    config.set(['P'], 'later')
    config.set(['e'], 5)
    updateUserProfile(config, { name: 'x' })
    expect(show(config.data)).toEqual({ P: 'later', e: 5, n: 'x' })
  })

  it.each<[string, string, ConfigValue]>([
    ['a name that is no UTF-8', 'n', '\u00ff'],
    ['a name that is a number', 'n', 5],
    ['a key of 31 bytes', 'q', 'x'.repeat(31)],
    ['an URL that is too long', 'p', 'x'.repeat(224)],
    ['an expiry below zero', 'e', -5],
    ['an expiry beyond what is exact', 'e', 2n ** 60n],
    ['an expiry that is a set', 'e', new Set([5])],
    ['a priority below hidden', '+', -2],
  ])('shows none for %s', (_, key, value) => {
    const config = createConfig()
    config.set([key], value)
    const { acceptsCommunityRequests: _unset, ...profile } = readUserProfile(config)
    expect(Object.values(profile).filter(Boolean)).toEqual([])
  })

  it('throws for a picture that no client would show, which is a mistake of ours', () => {
    const config = createConfig()
    const key = new Uint8Array(31)
    expect(() => updateUserProfile(config, { picture: { ...picture, key } })).toThrow(RangeError)
    const url = 'x'.repeat(224)
    expect(() => updateUserProfile(config, { picture: { ...picture, url } })).toThrow(RangeError)
    expect(() => updateUserProfile(config, { notePriority: -2 })).toThrow(RangeError)
  })
})

describe('Contacts', () => {
  it('keeps a contact under its 33 bytes, with a name even if it is empty', () => {
    const config = createConfig()
    const contacts = openContacts(config)
    contacts.update(bob, { isApproved: true })
    expect(show(config.data)).toEqual({ c: { [keyOf(bob)]: { a: 1, n: '' } } })
    contacts.erase(bob)
    expect([config.data.size, contacts.find(bob)]).toEqual([0, undefined])
  })

  it('writes every key that other clients read', () => {
    const config = createConfig()
    const contacts = openContacts(config)
    const contact = {
      name: 'Bob',
      nickname: 'B',
      picture,
      isApproved: true,
      hasApprovedMe: true,
      isBlocked: true,
      notify: 'disabled',
      mutedUntilSeconds: 4,
      priority: 2,
      expiry: 'after_send',
      expirySeconds: 60,
      createdAtSeconds: 5,
    } as const
    contacts.update(bob, contact)
    expect(show(config.find(['c', keyOf(bob)]))).toEqual({
      n: 'Bob',
      N: 'B',
      p: picture.url,
      q: toByteText(picture.key),
      a: 1,
      A: 1,
      b: 1,
      '@': 2,
      '!': 4,
      '+': 2,
      e: 1,
      E: 60,
      j: 5,
    })
    expect(contacts.list()).toEqual([[bob, contact]])
  })

  it('numbers expiry the other way round than messages do (trap 18)', () => {
    const config = createConfig()
    openContacts(config).update(bob, { expiry: 'after_read' })
    expect(config.find(['c', keyOf(bob), 'e'])).toBe(2)
  })

  it('passes over entries that are no contacts, and keeps them', () => {
    const config = createConfig()
    const contacts = openContacts(config)
    config.set(['c', 'short'], new Map([['n', 'x']]))
    config.set(['c', keyOf(group)], new Map([['n', 'x']]))
    config.set(['c', keyOf(`05${'00'.repeat(32)}`)], new Map([['n', 'x']]))
    config.set(['c', keyOf(bob)], 'no dict')
    expect([contacts.list(), contacts.find(bob)]).toEqual([[], undefined])
    contacts.update(bob, { name: 'Bob' })
    expect(contacts.list()).toHaveLength(1)
    expect(show(config.find(['c', 'short']))).toEqual({ n: 'x' })
  })

  it('shows the default for a number that a later version may give a meaning', () => {
    const config = createConfig()
    config.set(['c', keyOf(bob)], new Map([['@', 9]]))
    expect(openContacts(config).find(bob)?.notify).toBe('default')
  })
})

describe('ConvoInfoVolatile', () => {
  it('keeps how far was read, in each kind of conversation', () => {
    const config = createConfig()
    const info = openConvoInfo(config)
    info.accounts.update(bob, {})
    info.groups.update(group, { lastReadMs: 5, isMarkedUnread: true })
    info.communities.update(room, publicKey, { lastReadMs: 6 })
    expect(show(config.data)).toEqual({
      '1': { [keyOf(bob)]: { r: 0 } },
      g: { [keyOf(group)]: { r: 5, u: 1 } },
      o: { 'https://example.org': { '#': toByteText(publicKey), R: { room: { r: 6 } } } },
    })
  })

  it('loses what is older than a month and not marked', () => {
    const now = 2 * CONVO_INFO_LIFE_MS
    const info = openConvoInfo(createConfig())
    const old = CONVO_INFO_LIFE_MS - 1
    info.accounts.update(bob, { lastReadMs: old })
    info.groups.update(group, { lastReadMs: old, isMarkedUnread: true })
    info.communities.update(room, publicKey, { lastReadMs: old })
    info.communities.update({ ...room, room: 'new' }, publicKey, { lastReadMs: old + 1 })
    pruneConvoInfo(info, now)
    expect([info.accounts.list().length, info.groups.list().length]).toEqual([0, 1])
    expect(info.communities.list().map((entry) => entry.room)).toEqual(['new'])
  })
})

describe('UserGroups', () => {
  it('writes every key that other clients read', () => {
    const config = createConfig()
    const { groups, communities } = openUserGroups(config)
    const seed = new Uint8Array(32).fill(1)
    const auth = new Uint8Array(100).fill(2)
    groups.update(group, {
      name: 'Group',
      adminSeed: seed,
      memberAuth: auth,
      removed: 'kicked',
      notify: 'mentions',
      mutedUntilSeconds: 3,
      priority: 4,
      isInvitePending: true,
      joinedAtSeconds: 5,
    })
    communities.update(room, publicKey, { roomName: 'Room', priority: 1, notify: 'all' })
    expect(show(config.data)).toEqual({
      g: {
        [keyOf(group)]: {
          n: 'Group',
          K: toByteText(seed),
          s: toByteText(auth),
          r: 1,
          '@': 3,
          '!': 3,
          '+': 4,
          i: 1,
          j: 5,
        },
      },
      o: {
        'https://example.org': {
          '#': toByteText(publicKey),
          R: { room: { n: 'Room', '+': 1, '@': 1 } },
        },
      },
    })
    expect(groups.find(group)).toMatchObject({ adminSeed: seed, removed: 'kicked' })
  })

  it('reads an empty admin seed as none, and wipes it when the account is kicked', () => {
    const config = createConfig()
    const { groups } = openUserGroups(config)
    config.set(['g', keyOf(group)], new Map([['K', '']]))
    expect(groups.find(group)?.adminSeed).toBeNull()
    groups.update(group, { adminSeed: new Uint8Array(32) })
    groups.update(group, { adminSeed: null, removed: 'kicked' })
    expect(show(config.find(['g', keyOf(group)]))).toEqual({ r: 1 })
  })

  it('takes two spellings of a community for one, and drops a server with its last room', () => {
    const { communities } = openUserGroups(createConfig())
    communities.update(room, publicKey, { roomName: 'Room' })
    communities.update({ baseUrl: 'https://example.org', room: 'ROOM' }, publicKey, { priority: 1 })
    expect(communities.list()).toMatchObject([
      { room: 'room', record: { roomName: 'Room', priority: 1 } },
    ])
    communities.update({ ...room, room: 'other' }, publicKey, {})
    communities.erase(room)
    expect(communities.list()).toHaveLength(1)
    communities.erase({ ...room, room: 'other' })
    expect(communities.list()).toEqual([])
  })

  it('throws for ids and addresses that were never parsed', () => {
    const { groups, communities } = openUserGroups(createConfig())
    expect(() => groups.update('03ab', {})).toThrow(RangeError)
    expect(() => communities.update({ ...room, room: 'a b' }, publicKey, {})).toThrow(RangeError)
    expect(() => communities.update({ ...room, baseUrl: 'x' }, publicKey, {})).toThrow(RangeError)
    expect(() => communities.update(room, new Uint8Array(31), {})).toThrow(RangeError)
    expect([parseGroupKey(group), parseGroupKey(bob)]).toEqual([group, undefined])
  })
})

describe('configurations of a group', () => {
  it('write every key of the group that other clients read', () => {
    const config = createConfig()
    const info = {
      name: 'Group',
      description: 'About',
      picture,
      createdAtSeconds: 1,
      expirySeconds: 2,
      deleteBeforeSeconds: 3,
      deleteAttachmentsBeforeSeconds: 4,
      isDestroyed: true,
    }
    updateGroupInfo(config, info)
    expect([...config.data.keys()].toSorted().join('')).toBe('!DEcdnopq')
    expect(readGroupInfo(config)).toEqual(info)
    updateGroupInfo(config, { description: '€'.repeat(1000) })
    expect(readGroupInfo(config).description).toBe('€'.repeat(666))
  })

  it('write every key of a member that other clients read', () => {
    const config = createConfig()
    const members = openGroupMembers(config)
    const member = {
      name: 'Bob',
      picture: null,
      invite: 'not_sent',
      hasSupplement: true,
      isAdmin: true,
      promotion: 'failed',
      removal: 'member_and_messages',
    } as const
    members.update(bob, member)
    expect(show(config.find(['m', keyOf(bob)]))).toEqual({ n: 'Bob', I: 3, s: 1, A: 1, P: 2, R: 2 })
    expect(members.find(bob)).toEqual(member)
    members.update(bob, { name: '', invite: 'accepted', hasSupplement: false, isAdmin: false })
    members.update(bob, { promotion: 'accepted', removal: 'none' })
    expect(show(config.find(['m', keyOf(bob)]))).toEqual({ n: '' })
  })
})
