/** Views show something for every configuration that can be read (spec 11 §7.1). */
import { deriveAccount } from '@sotto/crypto/identity'
import { DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { zstdCompression } from '../../../test/zstd-compression.ts'
import { type ConfigValue, equalDicts } from '../config-value.ts'
import { SharedConfig } from '../shared-config.ts'
import { openContacts } from './contacts.ts'
import { openConvoInfo, pruneConvoInfo } from './convo-info.ts'
import { readGroupInfo, updateGroupInfo } from './group-info.ts'
import { openGroupMembers } from './group-members.ts'
import { openUserGroups } from './user-groups.ts'
import { readUserProfile, updateUserProfile } from './user-profile.ts'

const account = deriveAccount(new Uint8Array(16).fill(1)).accountId
const accountKey = String.fromCharCode(
  5,
  ...(account
    .slice(2)
    .match(/../g)
    ?.map((hex) => Number(`0x${hex}`)) ?? []),
)
const groupKey = `\u0003${'\u00ab'.repeat(32)}`
const byteText = fc.string({
  unit: fc.nat({ max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 34,
})
const key = fc.oneof(
  fc.constantFrom(
    ...'nNpqaAb@!+eEj1goCRc#rudDKsiIPMtm'.split(''),
    'https://a',
    accountKey,
    groupKey,
  ),
  byteText,
)
const scalar = fc.oneof(
  fc.integer(),
  fc.constantFrom(0, 1, 2, 3, -1, 2n ** 62n),
  byteText,
  fc.constant('x'.repeat(32)),
)
const { value } = fc.letrec<{ value: ConfigValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'large' },
    scalar,
    fc.array(scalar, { maxLength: 3 }).map((items) => new Set(items)),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
  ),
}))

function createConfig(entries: readonly (readonly [string, ConfigValue])[]): SharedConfig {
  const secrets = [new Uint8Array(32)]
  const config = new SharedConfig({
    cipher: { domain: 'Contacts', secrets, compression: zstdCompression },
  })
  for (const [name, entry] of entries) config.set([name], entry)
  return config
}

describe('views', () => {
  it('read whatever stands there, change nothing by it, and write back what they read', () => {
    const data = fc.array(fc.tuple(key, value), { maxLength: 6 })
    fc.assert(
      fc.property(data, (entries) => {
        const config = createConfig(entries)
        const before = config.data
        const info = openConvoInfo(config)
        const { groups, communities } = openUserGroups(config)
        const profile = readUserProfile(config)
        const groupInfo = readGroupInfo(config)
        const lists = [openContacts(config), openGroupMembers(config), info.accounts, info.groups]
        for (const records of [...lists, groups, communities, info.communities]) records.list()
        expect(equalDicts(config.data, before)).toBe(true)
        updateUserProfile(config, profile)
        expect(readUserProfile(config)).toEqual(profile)
        updateGroupInfo(config, groupInfo)
        pruneConvoInfo(info, Date.UTC(2026))
        expect(config.push().ok).toBe(true)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
