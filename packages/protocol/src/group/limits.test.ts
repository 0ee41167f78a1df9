/** The bounds of spec 14 at their edges. */
import { sealWithGroupKey } from '@sotto/crypto/session'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { accountsOf, adminOf, at, GROUP_SEED } from '../../test/group-fixtures.ts'
import { openGroupMessage, sealGroupMessage } from './group-message.ts'
import { GROUP_MEMBERS_MAX, GROUP_STORED_BYTES_MAX, GroupKeys } from './index.ts'

const randomness = createSeededRandomness('group limits')
const admin = adminOf(GROUP_SEED)
const groupKey = admin.signing.publicKey
const author = at(accountsOf(1), 0)
const secret = new Uint8Array(32).fill(1)
/** A client without a compressor. */
const compression = { decompress: () => undefined }
const opening = { groupKey, secrets: [secret], compression }

function seal(length: number): Uint8Array | string {
  const data = randomness.bytes(length)
  const sealed = sealGroupMessage({ groupKey, secret, author, data, compression }, randomness)
  return sealed.ok ? sealed.value : sealed.error.code
}

describe('the largest message', () => {
  it('fills what a swarm takes, and a byte more is refused', () => {
    let length = GROUP_STORED_BYTES_MAX - 40 - 110
    while (typeof seal(length) === 'string') length--
    while (typeof seal(length + 1) !== 'string') length++
    const largest = seal(length)
    if (typeof largest === 'string') throw new Error(largest)
    expect(largest).toHaveLength(GROUP_STORED_BYTES_MAX)
    expect(openGroupMessage({ ...opening, sealed: largest }).ok).toBe(true)
    expect(seal(length + 1)).toBe('group_limit')
  })

  it('is not opened when it is larger, though its key is right', () => {
    const sealed = sealWithGroupKey(secret, new Uint8Array(GROUP_STORED_BYTES_MAX), randomness)
    const opened = openGroupMessage({ ...opening, sealed })
    expect(opened.ok ? 'opened' : opened.error.code).toBe('group_limit')
  })
})

describe('the largest group', () => {
  it('fits into one keys message, which shows 150 members', () => {
    const members = accountsOf(GROUP_MEMBERS_MAX).map(({ accountId }) => accountId)
    const { bytes } = new GroupKeys({ groupKey, account: author, admin }).rekey(members)
    expect(bytes.length).toBeLessThan(GROUP_STORED_BYTES_MAX)
    expect(bytes.length).toBeGreaterThan(150 * 48)
    expect(bytes.length).toBeLessThan(151 * 52)
  })

  it('shares its keys with all newcomers at once', () => {
    const members = accountsOf(GROUP_MEMBERS_MAX).map(({ accountId }) => accountId)
    const keys = new GroupKeys({ groupKey, account: author, admin })
    keys.receive({ hash: '0', timestampMs: 1, bytes: keys.rekey(members).bytes })
    const { bytes } = keys.supplement(members)
    expect(bytes.length).toBeLessThan(GROUP_STORED_BYTES_MAX)
    const last = at(accountsOf(GROUP_MEMBERS_MAX), GROUP_MEMBERS_MAX - 1)
    const theirs = new GroupKeys({ groupKey, account: last })
    expect(theirs.receive({ hash: '1', timestampMs: 2, bytes })).toEqual({
      ok: true,
      value: 'changed',
    })
    expect(theirs.secrets).toEqual(keys.secrets)
  })
})
