/** What a group seals to members opens for exactly those, and for nothing that was altered (spec 14 §3). */
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeHex } from '../bytes.ts'
import { deriveAccount } from '../identity/account.ts'
import type { MemberOpenInput } from './index.ts'
import { deriveGroupAdmin, openAsMember, openWithGroupKey, sealToMember } from './index.ts'

/** Each takes an agreement of keys, slow on the reference back end. */
const AGREEMENT_RUNS = 300
const admin = deriveGroupAdmin(new Uint8Array(32).fill(1))
const accounts = [1, 2, 3].map((byte) => deriveAccount(new Uint8Array(16).fill(byte)))
const [own] = accounts
if (own === undefined) throw new TypeError('three accounts')
const nonce = new Uint8Array(24).fill(5)
const domain = 'SessionGroupKeyMemberKey'
const opening: Omit<MemberOpenInput, 'sealed'> = {
  domain,
  nonce,
  groupKey: admin.agreement.publicKey,
  own: own.agreement,
}

function seal(plaintext: Uint8Array, index = 0): Uint8Array {
  const member = accounts[index]?.agreement.publicKey ?? own?.agreement.publicKey
  if (member === undefined) throw new TypeError('a member')
  return sealToMember({ domain, nonce, group: admin.agreement, member, plaintext })
}

describe('openAsMember', () => {
  test('it finds the one text among those for others', () => {
    fc.assert(
      fc.property(arbitraryBytes(100), fc.nat(4), (plaintext, place) => {
        const sealed = [1, 2, 1, 2].map((index) => seal(plaintext, index))
        sealed.splice(place, 0, seal(plaintext))
        expect(openAsMember({ ...opening, sealed })).toEqual(plaintext)
      }),
      { numRuns: 50 },
    )
  })

  test('it opens no random bytes, and no more than was written', () => {
    const list = fc.array(arbitraryBytes(80), { maxLength: 4 })
    fc.assert(
      fc.property(list, (sealed) => {
        expect(openAsMember({ ...opening, sealed })).toBeUndefined()
      }),
      { numRuns: AGREEMENT_RUNS },
    )
  })

  test('it opens no altered text', () => {
    const honest = seal(Uint8Array.of(1, 2, 3))
    fc.assert(
      fc.property(arbitraryMutation(honest), (altered) => {
        fc.pre(encodeHex(altered) !== encodeHex(honest))
        expect(openAsMember({ ...opening, sealed: [altered] })).toBeUndefined()
      }),
      { numRuns: AGREEMENT_RUNS },
    )
  })

  test('it gives nothing when the group’s key is of low order, whatever was sealed', () => {
    const low = new Uint8Array(32) as MemberOpenInput['groupKey']
    expect(openAsMember({ ...opening, groupKey: low, sealed: [seal(nonce)] })).toBeUndefined()
  })
})

describe('openWithGroupKey', () => {
  test('it opens no random bytes', () => {
    const key = new Uint8Array(32).fill(9)
    fc.assert(
      fc.property(arbitraryBytes(200), (sealed) => {
        expect(openWithGroupKey(key, sealed)).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
