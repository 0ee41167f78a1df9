/**
 * Groups, spec 14, against a second implementation that shares no code with ours: both write the same keys messages to
 * the byte, and each opens what the other sealed.
 */
import { deriveAccount } from '@sotto/crypto/identity'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { openGroupMessage, sealGroupMessage } from '../src/group/group-message.ts'
import { createKickNotice, GroupKeys, openKickNotice } from '../src/group/index.ts'
import { adminOf, at, GROUP_SEED } from './group-fixtures.ts'
import {
  createReferenceGroup,
  kickTheirs,
  openListTheirs,
  openMessageTheirs,
  rekeyTheirs,
  sealMessageTheirs,
  supplementTheirs,
} from './reference-group.ts'
import { hashSlowly } from './reference-hash.ts'
import { createReferenceAccount } from './reference-keys.ts'

const randomness = createSeededRandomness('independent group')
const SEED = Buffer.from(randomness.bytes(32))
const publishedGroup = createReferenceGroup(Buffer.from(GROUP_SEED, 'hex'))
const admin = adminOf(SEED.toString('hex'))
const theirGroup = createReferenceGroup(SEED)
const groupKey = admin.signing.publicKey
const seeds = Array.from({ length: 6 }, (_, index) => Buffer.alloc(16, index + 1))
const accounts = seeds.map((seed) => deriveAccount(Uint8Array.from(seed)))
const theirs = seeds.map(createReferenceAccount)
const ids = accounts.map(({ accountId }) => accountId)
const secret = Buffer.from(randomness.bytes(32))
const compression = { decompress: () => undefined }

function memberKeys(index: number): GroupKeys {
  return new GroupKeys({ groupKey, account: at(accounts, index) })
}

function receive(keys: GroupKeys, bytes: Uint8Array, timestampMs = 1): string {
  const hash = `${timestampMs}`
  const outcome = keys.receive({ hash, timestampMs, bytes: Uint8Array.from(bytes) })
  return outcome.ok ? outcome.value : outcome.error.code
}

describe('keys', () => {
  it('are theirs to the byte, for any members and the next generations', () => {
    const own = new GroupKeys({ groupKey, account: at(accounts, 0), admin })
    for (const [generation, count] of [1, 2, 6, 5].entries()) {
      const { bytes } = own.rekey(ids.slice(0, count))
      expect(rekeyTheirs(theirGroup, ids.slice(0, count), generation).equals(bytes)).toBe(true)
      receive(own, bytes, generation)
    }
    const keys = own.state.keys.map((key) => ({ ...key, key: Buffer.from(key.key) }))
    const late = ids.slice(4)
    expect(supplementTheirs(theirGroup, late, keys).equals(own.supplement(late).bytes)).toBe(true)
  })

  it('of theirs open for each of our members, and ours for each of theirs', () => {
    const message = rekeyTheirs(theirGroup, ids.slice(0, 5), 0)
    const groupX = theirGroup.agreementKey
    for (const [index, account] of theirs.entries()) {
      const keys = memberKeys(index)
      expect(receive(keys, message)).toBe(index < 5 ? 'changed' : 'not_ours')
      const opened = openListTheirs(message, account, { groupKey: groupX, list: 'k' })
      expect(opened).toEqual(index < 5 ? Buffer.from(at(keys.secrets, 0)) : undefined)
    }
  })

  it('that they supplement open for us', () => {
    const keys = [2, 4].map((generation) => ({
      generation,
      key: Buffer.from(randomness.bytes(32)),
      timestampMs: 1000 + generation,
    }))
    const message = supplementTheirs(theirGroup, [at(ids, 3)], keys)
    const own = memberKeys(3)
    expect(receive(own, message)).toBe('changed')
    expect(own.secrets.map((key) => Buffer.from(key))).toEqual(
      keys.map(({ key }) => key).toReversed(),
    )
    expect(receive(memberKeys(2), message)).toBe('not_ours')
  })
})

describe('messages', () => {
  const opening = { groupKey, secrets: [Uint8Array.from(secret)], compression }
  const group = { groupKey: theirGroup.signingKey, secret }

  it.each([0, 1, 54, 55, 56, 57, 312, 1000])('with %i bytes open for each other', (length) => {
    const data = Buffer.from(randomness.bytes(length))
    const nonce = Buffer.from(randomness.bytes(24))
    const author = at(theirs, 1)
    const sealed = sealMessageTheirs({ ...group, nonce, author, data })
    const opened = openGroupMessage({ ...opening, sealed: Uint8Array.from(sealed) })
    if (!opened.ok) throw opened.error
    expect(opened.value.author).toBe(author.id)
    expect(Buffer.from(opened.value.data).equals(data)).toBe(true)
    const ours = sealGroupMessage(
      {
        groupKey,
        secret: Uint8Array.from(secret),
        author: at(accounts, 1),
        data: Uint8Array.from(data),
        compression,
      },
      { bytes: () => Uint8Array.from(nonce) },
    )
    if (!ours.ok) throw ours.error
    expect(sealed.equals(ours.value)).toBe(true)
    expect(openMessageTheirs(ours.value, group)).toEqual({ author: author.signingKey, data })
  })

  it('of older clients are as published', () => {
    const sealed = sealMessageTheirs({
      groupKey: publishedGroup.signingKey,
      secret: Buffer.from(
        '25dfc41d2800225cf0fd6243b90ec82aeb56ad96b4a46a4b0e327f9dc2517f39',
        'hex',
      ),
      nonce: Buffer.from(Array.from({ length: 24 }, (_, index) => index)),
      author: createReferenceAccount(Buffer.from('0123456789abcdef0123456789abcdef', 'hex')),
      data: Buffer.from('hello'),
      isOlder: true,
    })
    expect(hashSlowly(sealed, 32).toString('hex')).toBe(
      'f9ec5f8c0e643a54b349a6d2e435f13d035f2e0be55f1821828ff22d88b439e9',
    )
  })

  it('of older clients open only for who asks for it (trap 20)', () => {
    const nonce = Buffer.alloc(24)
    const data = Buffer.from('hello')
    const author = at(theirs, 0)
    const older = sealMessageTheirs({ ...group, nonce, author, data, isOlder: true })
    const sealed = Uint8Array.from(older)
    expect(openGroupMessage({ ...opening, sealed }).ok).toBe(false)
    expect(openGroupMessage({ ...opening, sealed, allowsOlderSignatures: true }).ok).toBe(true)
    expect(() => openMessageTheirs(older, group)).toThrow('signature')
  })
})

describe('notices to removed members (trap 22)', () => {
  it('open for each other', () => {
    const nonce = Buffer.from(randomness.bytes(24))
    const removed = ids.slice(2, 4)
    const notice = kickTheirs(theirGroup, removed, { generation: 41, nonce })
    const bytes = Uint8Array.from(notice)
    const opened = accounts.map((account) => openKickNotice({ account, groupKey, bytes }))
    expect(opened).toEqual([undefined, undefined, 41, 41, undefined, undefined])
    const ours = createKickNotice(
      admin,
      { members: removed, generation: 41 },
      { bytes: () => Uint8Array.from(nonce) },
    )
    expect(notice.equals(ours)).toBe(true)
    const text = openListTheirs(ours, at(theirs, 2), {
      groupKey: theirGroup.agreementKey,
      list: 'e',
    })
    expect(text).toEqual(Buffer.concat([at(theirs, 2).agreementKey, Buffer.from('41')]))
  })
})
