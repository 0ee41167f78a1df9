/**
 * From 16 random bytes to everything an account is (spec 01 §2). Keeping the seed safe is the
 * client's storage port.
 *
 * @module
 */
import type { AgreementKeyPair } from '../agreement.ts'
import { assertLength } from '../assert-length.ts'
import type { Randomness } from '../randomness.ts'
import type { SigningKeyPair } from '../signing.ts'
import { ED25519_KEY_BYTES, convertSigningKeyPair, deriveSigningKeyPair } from '../signing.ts'
import type { AccountId } from './account-id.ts'
import { encodeAccountId } from './account-id.ts'

export interface Account {
  readonly accountId: AccountId
  readonly signing: SigningKeyPair
  readonly agreement: AgreementKeyPair
}

/** Spec 01 §2.1: 128 bits, so that the phrase has 13 words and not 25. */
export const ACCOUNT_SEED_BYTES = 16

/**
 * The whole secret of an account. Whoever has it is the account, for good: there is no way to
 * change keys.
 */
export function createAccountSeed(randomness: Randomness): Uint8Array {
  return randomness.bytes(ACCOUNT_SEED_BYTES)
}

/**
 * Throws on a seed of another length, which is a mistake of ours: phrases decode to 16 bytes.
 */
export function deriveAccount(seed: Uint8Array): Account {
  assertLength(seed, ACCOUNT_SEED_BYTES, 'account seed')
  const signingSeed = new Uint8Array(ED25519_KEY_BYTES)
  signingSeed.set(seed)
  const signing = deriveSigningKeyPair(signingSeed)
  const agreement = convertSigningKeyPair(signing)
  return { accountId: encodeAccountId(agreement.publicKey), signing, agreement }
}
