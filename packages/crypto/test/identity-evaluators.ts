/**
 * The vector files of spec 01: accounts, ids, phrases, hashes, signatures, agreement.
 *
 * @module
 */
import { agree, deriveAgreementKeyPair, toX25519PublicKey } from '../src/agreement.ts'
import { encodeHex, encodeUtf8 } from '../src/bytes.ts'
import { blake2b } from '../src/hash.ts'
import {
  decodeRecoveryPhrase,
  deriveAccount,
  encodeRecoveryPhrase,
  parseAccountId,
} from '../src/identity/index.ts'
import { encodeWordIndices, wordAt } from '../src/identity/word-triples.ts'
import {
  convertSigningKeyPair,
  convertSigningPublicKey,
  deriveSigningKeyPair,
  sign,
  toEd25519PublicKey,
  verify,
  xed25519PublicKey,
  xed25519Sign,
  xed25519Verify,
} from '../src/signing.ts'
import type { VectorEvaluator, Verdict } from './vector-evaluator.ts'
import { bytesOf, defineEvaluator, fixedRandomness, refusingRange } from './vector-evaluator.ts'

function evaluateAccount(input: { readonly seed: string }): Verdict {
  return refusingRange('seed_length', () => {
    const account = deriveAccount(bytesOf(input.seed))
    return {
      accountId: account.accountId,
      recoveryPhrase: encodeRecoveryPhrase(bytesOf(input.seed)),
      signingPublicKey: encodeHex(account.signing.publicKey),
      agreementSecretKey: encodeHex(account.agreement.secretKey),
    }
  })
}

function evaluateAccountId(input: { readonly text: string }): Verdict {
  const parsed = parseAccountId(input.text)
  return parsed.ok ? { expect: parsed.value } : { reject: parsed.error.code }
}

function evaluatePhrase(input: { readonly phrase: string }): Verdict {
  const decoded = decodeRecoveryPhrase(input.phrase)
  return decoded.ok
    ? { expect: { seed: encodeHex(decoded.value) } }
    : { reject: decoded.error.code }
}

function evaluateWords(input: { readonly bytes: string }): Verdict {
  return refusingRange('group_length', () => {
    const indices = encodeWordIndices(bytesOf(input.bytes))
    return { indices, words: indices.map(wordAt).join(' ') }
  })
}

interface Blake2bInput {
  readonly message: string
  readonly length: number
  readonly key?: string
  readonly personalisation?: string
}

function evaluateBlake2b(input: Blake2bInput): Verdict {
  const { key, personalisation } = input
  return refusingRange('parameter', () =>
    encodeHex(
      blake2b(bytesOf(input.message), {
        length: input.length,
        ...(key !== undefined && { key: bytesOf(key) }),
        ...(personalisation !== undefined && { personalisation: bytesOf(personalisation) }),
      }),
    ),
  )
}

function evaluateSigning(input: { readonly seed: string; readonly message: string }): Verdict {
  return refusingRange('seed_length', () => {
    const pair = deriveSigningKeyPair(bytesOf(input.seed))
    return {
      publicKey: encodeHex(pair.publicKey),
      signature: encodeHex(sign(pair, bytesOf(input.message))),
      agreementSecretKey: encodeHex(convertSigningKeyPair(pair).secretKey),
    }
  })
}

interface SignedInput {
  readonly publicKey: string
  readonly message: string
  readonly signature: string
}

function evaluateVerification(input: SignedInput): Verdict {
  const publicKey = toEd25519PublicKey(bytesOf(input.publicKey))
  if (publicKey === undefined) return { reject: 'signature' }
  const message = bytesOf(input.message)
  const valid = verify({ publicKey, message, signature: bytesOf(input.signature) })
  return valid ? { expect: true } : { reject: 'signature' }
}

function evaluateConversion(input: { readonly publicKey: string }): Verdict {
  const publicKey = toEd25519PublicKey(bytesOf(input.publicKey))
  const converted = publicKey && convertSigningPublicKey(publicKey)
  return converted ? { expect: encodeHex(converted) } : { reject: 'point' }
}

function evaluateAgreement(input: {
  readonly secretKey: string
  readonly publicKey: string
}): Verdict {
  const own = deriveAgreementKeyPair(bytesOf(input.secretKey))
  const peer = toX25519PublicKey(bytesOf(input.publicKey))
  const shared = peer && agree(own.secretKey, peer)
  return shared ? { expect: encodeHex(shared) } : { reject: 'low_order_or_length' }
}

function evaluateXed25519Key(input: { readonly publicKey: string }): Verdict {
  const peer = toX25519PublicKey(bytesOf(input.publicKey))
  const publicKey = peer && xed25519PublicKey(peer)
  return publicKey ? { expect: encodeHex(publicKey) } : { reject: 'point' }
}

interface Xed25519Input {
  readonly secretKey: string
  readonly message: string
  readonly random: string
  /** A signature to verify instead of the one that is made. */
  readonly signature?: string
}

function evaluateXed25519(input: Xed25519Input): Verdict {
  const { secretKey, publicKey } = deriveAgreementKeyPair(bytesOf(input.secretKey))
  const message = encodeUtf8(input.message)
  const signature =
    input.signature === undefined
      ? xed25519Sign(secretKey, message, fixedRandomness(input.random))
      : bytesOf(input.signature)
  const valid = xed25519Verify({ publicKey, message, signature })
  return valid ? { expect: { signature: encodeHex(signature) } } : { reject: 'signature' }
}

export const IDENTITY_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('01-identity/account.json', evaluateAccount),
  defineEvaluator('01-identity/account-id.json', evaluateAccountId),
  defineEvaluator('01-identity/agreement.json', evaluateAgreement),
  defineEvaluator('01-identity/blake2b.json', evaluateBlake2b),
  defineEvaluator('01-identity/key-conversion.json', evaluateConversion),
  defineEvaluator('01-identity/recovery-phrase.json', evaluatePhrase),
  defineEvaluator('01-identity/signing.json', evaluateSigning),
  defineEvaluator('01-identity/verification.json', evaluateVerification),
  defineEvaluator('01-identity/words.json', evaluateWords),
  defineEvaluator('01-identity/xed25519.json', evaluateXed25519),
  defineEvaluator('01-identity/xed25519-key.json', evaluateXed25519Key),
]
