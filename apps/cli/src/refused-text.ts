/**
 * Why a recovery phrase or an account id was refused, in a sentence that says what to do. Both were typed by the person
 * who reads it; nothing of them goes anywhere else.
 *
 * @module
 */
import { ACCOUNT_ID_CHARACTERS, type AccountId, parseAccountId } from '@sotto/crypto/identity'
import { type GroupId, parseGroupKey } from '@sotto/protocol/config'
import type { AccountIdError, PhraseError } from '@sotto/crypto/identity'
import { PHRASE_WORDS, decodeRecoveryPhrase } from '@sotto/crypto/identity'

export class RefusedText extends Error {
  override readonly name = 'RefusedText'
  readonly code: AccountIdError['code'] | PhraseError['code']

  constructor(code: RefusedText['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Throws a `RefusedText` for what is no account id. */
export function readAccountId(text: string): AccountId {
  const id = parseAccountId(text.trim())
  if (id.ok) return id.value
  throw new RefusedText(id.error.code, describeAccountId(id.error))
}

/** An account or a group. Throws a `RefusedText` for what is neither. */
export function readConversationId(text: string): AccountId | GroupId {
  return parseGroupKey(text.trim()) ?? readAccountId(text)
}

/** Throws a `RefusedText` for what is no recovery phrase. */
export function readPhrase(text: string): Uint8Array {
  const seed = decodeRecoveryPhrase(text)
  if (seed.ok) return seed.value
  throw new RefusedText(seed.error.code, describePhrase(seed.error))
}

function describeAccountId(error: AccountIdError): string {
  switch (error.code) {
    case 'account_id_length':
      return `An account id has ${ACCOUNT_ID_CHARACTERS} characters; this one has ${error.length}.`
    case 'account_id_hex':
      return 'An account id has only the digits 0 to 9 and the letters a to f.'
    case 'account_id_prefix':
      return `An account id begins with 05; this one begins with ${error.prefix}.`
    case 'account_id_point':
      return 'This account id cannot belong to anybody; check that it was copied as a whole.'
  }
}

function describePhrase(error: PhraseError): string {
  switch (error.code) {
    case 'phrase_unknown_word':
      return `Word ${error.position} of the recovery phrase, “${error.word}”, is not in the word list; check its spelling.`
    case 'phrase_word_count':
      return `A recovery phrase has ${PHRASE_WORDS} words; this one has ${error.count}.`
    case 'phrase_last_word_missing':
      return `A recovery phrase has ${PHRASE_WORDS} words; the last one is missing.`
    case 'phrase_checksum':
      return 'The last word does not fit the others: a word is wrong, or two changed places.'
  }
}
