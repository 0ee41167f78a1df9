/**
 * The id of an account: `05` and an X25519 public key in hexadecimal (spec 01 §3). For clients,
 * who name people; a node counts any 33 bytes as an account and uses `@sotto/protocol/swarm`.
 *
 * @module
 */
import type { X25519PublicKey } from '../agreement.ts'
import type { BrandedText } from '../branded.ts'
import { decodeHex, encodeHex } from '../bytes.ts'
import { isAcceptableX25519Point } from '../point-encoding.ts'
import type { Result } from '../result.ts'
import { err, ok } from '../result.ts'

/** Checked: 66 characters, lower case, `05`, and a key that messages can be sealed to. */
export type AccountId = BrandedText<'AccountId'>

export type AccountIdError =
  | { readonly code: 'account_id_length'; readonly length: number }
  | { readonly code: 'account_id_hex' }
  | { readonly code: 'account_id_prefix'; readonly prefix: string }
  | { readonly code: 'account_id_point' }

export const ACCOUNT_ID_CHARACTERS = 66
const ACCOUNT_PREFIX = '05'
const PREFIX_BYTES = 1

/**
 * Accepts upper case and gives lower case. Checks everything that can be known without a
 * network, because a message that is sealed to a wrong id is lost without a sign. Not known
 * from the text: whether anyone holds the key.
 */
export function parseAccountId(text: string): Result<AccountId, AccountIdError> {
  if (text.length !== ACCOUNT_ID_CHARACTERS) {
    return err({ code: 'account_id_length', length: text.length })
  }
  const bytes = decodeHex(text)
  if (bytes === undefined) return err({ code: 'account_id_hex' })
  const prefix = text.slice(0, ACCOUNT_PREFIX.length).toLowerCase()
  if (prefix !== ACCOUNT_PREFIX) return err({ code: 'account_id_prefix', prefix })
  if (!isAcceptableX25519Point(bytes.subarray(PREFIX_BYTES))) {
    return err({ code: 'account_id_point' })
  }
  return ok(text.toLowerCase() as AccountId)
}

/** For keys that we derived or converted ourselves; whoever has text uses `parseAccountId`. */
export function encodeAccountId(publicKey: X25519PublicKey): AccountId {
  return (ACCOUNT_PREFIX + encodeHex(publicKey)) as AccountId
}

/** The key inside an id. Total, because the brand says that the text was checked. */
export function accountIdPublicKey(accountId: AccountId): X25519PublicKey {
  const bytes = decodeHex(accountId.slice(ACCOUNT_PREFIX.length))
  if (bytes === undefined) throw new TypeError('an account id that was never parsed')
  return bytes as X25519PublicKey
}
