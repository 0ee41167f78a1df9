/**
 * Every way in which this package refuses input from outside. The sentence that a person reads
 * lives in the application and is looked up by `code`; nothing here may carry a key, an id or a
 * word of a phrase, except in the fields that are documented as being for the screen only.
 *
 * @module
 */

/**
 * The one table of codes of this package; `docs/errors.md` has an entry for each. `meaning` is
 * for logs and holds no part of the input. `retryable` is false throughout: the same bytes do
 * not get better with time.
 */
export const CRYPTO_ERRORS = {
  account_id_length: { retryable: false, meaning: 'an account id has 66 characters' },
  account_id_hex: { retryable: false, meaning: 'an account id is hexadecimal' },
  account_id_prefix: { retryable: false, meaning: 'an account id begins with 05' },
  account_id_point: { retryable: false, meaning: 'the key in the account id is not usable' },
  phrase_word_count: { retryable: false, meaning: 'a recovery phrase has 13 words' },
  phrase_last_word_missing: { retryable: false, meaning: 'the 13th word is missing' },
  phrase_unknown_word: { retryable: false, meaning: 'a word is not in the list' },
  phrase_checksum: { retryable: false, meaning: 'the 13th word does not match the other twelve' },
  seal_length: { retryable: false, meaning: 'a sealed message has at least 145 bytes' },
  seal_unopened: { retryable: false, meaning: 'not sealed to this account, or altered' },
  seal_signature: { retryable: false, meaning: 'the signature inside the seal is not valid' },
  seal_sender: { retryable: false, meaning: 'the sender key is not usable' },
  file_malformed: { retryable: false, meaning: 'a sealed file is cut short or built wrongly' },
  file_unopened: { retryable: false, meaning: 'not sealed with this key, or altered' },
  file_digest: { retryable: false, meaning: 'not the file that was announced' },
  file_size: { retryable: false, meaning: 'the content has not the length that was announced' },
  file_too_large: { retryable: false, meaning: 'the file is larger than a file server takes' },
  file_changed: { retryable: false, meaning: 'the file changed while it was being sealed' },
} as const

export type CryptoErrorCode = keyof typeof CRYPTO_ERRORS

export class CryptoError extends Error {
  override readonly name = 'CryptoError'
  readonly code: CryptoErrorCode

  constructor(code: CryptoErrorCode, options?: ErrorOptions) {
    super(`${code}: ${CRYPTO_ERRORS[code].meaning}`, options)
    this.code = code
  }
}
