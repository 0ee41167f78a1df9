import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { DECODER_RUNS, arbitraryBytesOf, arbitraryText } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeHex } from '../bytes.ts'
import type { AccountId } from './index.ts'
import {
  accountIdPublicKey,
  createAccountSeed,
  deriveAccount,
  encodeAccountId,
  parseAccountId,
} from './index.ts'

const ACCOUNT = deriveAccount(new Uint8Array(16).fill(4))

describe('parseAccountId', () => {
  test('it says the length that it got', () => {
    expect(parseAccountId('05ab')).toEqual({
      ok: false,
      error: { code: 'account_id_length', length: 4 },
    })
  })

  test.each(['03', '00', '07', '15', '25', 'fF'])(
    'it says which prefix it got when it is %s, which names no person',
    (prefix) => {
      expect(parseAccountId(prefix + ACCOUNT.accountId.slice(2))).toEqual({
        ok: false,
        error: { code: 'account_id_prefix', prefix: prefix.toLowerCase() },
      })
    },
  )

  test('it gives every spelling of one account as one id', () => {
    expect(parseAccountId(ACCOUNT.accountId.toUpperCase())).toEqual({
      ok: true,
      value: ACCOUNT.accountId,
    })
  })

  test('it gives a refusal, never a throw, for any text', () => {
    const hexOf = (length: number): fc.Arbitrary<string> => arbitraryBytesOf(length).map(encodeHex)
    const nearId = fc.oneof(
      hexOf(33),
      hexOf(32).map((key) => `05${key}`),
      fc.string({ unit: fc.constantFrom(...'05afAFx '.split('')), minLength: 66, maxLength: 66 }),
      arbitraryText(70),
    )
    fc.assert(
      fc.property(nearId, (text) => {
        const parsed = parseAccountId(text)
        if (parsed.ok && parsed.value !== text.toLowerCase()) expect.fail(text)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('deriveAccount', () => {
  test('it derives the same account from the same seed, and leaves the seed as it was', () => {
    const seed = new Uint8Array(16).fill(4)
    expect(deriveAccount(seed)).toEqual(ACCOUNT)
    expect(seed).toEqual(new Uint8Array(16).fill(4))
  })

  test('it names the account after its agreement key', () => {
    expect(accountIdPublicKey(ACCOUNT.accountId)).toEqual(ACCOUNT.agreement.publicKey)
    expect(encodeAccountId(ACCOUNT.agreement.publicKey)).toBe(ACCOUNT.accountId)
  })

  test('it derives ids that are accepted everywhere', () => {
    const randomness = createSeededRandomness('accounts')
    for (let index = 0; index < 50; index++) {
      const { accountId } = deriveAccount(createAccountSeed(randomness))
      expect(parseAccountId(accountId)).toEqual({ ok: true, value: accountId })
    }
  })

  test('it asks the random source for 16 bytes, each time anew', () => {
    const randomness = createSeededRandomness('seeds')
    const first = createAccountSeed(randomness)
    expect(first).toHaveLength(16)
    expect(createAccountSeed(randomness)).not.toEqual(first)
  })

  test('it throws for an id that was never parsed, our own mistake', () => {
    expect(() => accountIdPublicKey('05xx' as AccountId)).toThrow(TypeError)
  })
})
