/**
 * `@sotto/crypto/identity`: accounts, their ids and recovery phrases, for clients only (spec
 * 01). Nodes must not import it: a node that cannot derive an account cannot be made to.
 *
 * @module
 */

export { ACCOUNT_SEED_BYTES, createAccountSeed, deriveAccount } from './account.ts'
export type { Account } from './account.ts'
export {
  ACCOUNT_ID_CHARACTERS,
  accountIdPublicKey,
  encodeAccountId,
  parseAccountId,
} from './account-id.ts'
export type { AccountId, AccountIdError } from './account-id.ts'
export { PHRASE_WORDS, decodeRecoveryPhrase, encodeRecoveryPhrase } from './recovery-phrase.ts'
export type { PhraseError } from './recovery-phrase.ts'
