/**
 * The sealed box of one-to-one messages, version 1 (spec 05 §1): signed by the sender's account
 * inside, encrypted to the recipient's account outside, so that only the recipient learns who
 * wrote. It has no forward secrecy; that is the next version's point. Padding is `padding.ts`,
 * envelopes are `@sotto/protocol/session`.
 *
 * @module
 */
import { backend } from '#backend'
import type { AgreementKeyPair, X25519PublicKey } from '../agreement.ts'
import { X25519_KEY_BYTES, createAgreementKeyPair, deriveAgreementKeyPair } from '../agreement.ts'
import { concatBytes, encodeUtf8, wipeBytes } from '../bytes.ts'
import { CryptoError } from '../errors.ts'
import { blake2b, sha512 } from '../hash.ts'
import type { Account } from '../identity/account.ts'
import type { AccountId } from '../identity/account-id.ts'
import { accountIdPublicKey, encodeAccountId } from '../identity/account-id.ts'
import type { Randomness } from '../randomness.ts'
import type { Result } from '../result.ts'
import { err, ok } from '../result.ts'
import type { Ed25519PublicKey } from '../signing.ts'
import {
  ED25519_KEY_BYTES,
  SIGNATURE_BYTES,
  convertSigningPublicKey,
  sign,
  verify,
} from '../signing.ts'

export interface SealInput {
  readonly sender: Account
  readonly recipient: AccountId
  /** Already padded, if its kind is padded. */
  readonly message: Uint8Array
}

export interface OpenedSeal {
  readonly sender: AccountId
  readonly senderSigningKey: Ed25519PublicKey
  /** Still padded. */
  readonly message: Uint8Array
}

const BOX_NONCE_BYTES = 24
const BOX_TAG_BYTES = 16
const TRAILER_BYTES = ED25519_KEY_BYTES + SIGNATURE_BYTES
/** Spec 05 §1.3: ephemeral key, tag, and a plaintext of at least one byte with its trailer. */
const SEALED_BYTES_MIN = X25519_KEY_BYTES + BOX_TAG_BYTES + TRAILER_BYTES + 1
const EPHEMERAL_HASH_KEY: Uint8Array = encodeUtf8('SessionBoxEphemeralHashKey')

/** A fresh ephemeral key each time: two seals of one message have nothing in common. */
export function sealToAccount(input: SealInput, randomness: Randomness): Uint8Array {
  return sealWith(input, createAgreementKeyPair(randomness))
}

/**
 * The same bytes for the same input, so that an account's own devices that push the same
 * configuration make one stored message of it. Never for messages to others: it shows that a
 * message was repeated.
 */
export function sealDeterministic(input: SealInput): Uint8Array {
  const recipientKey = accountIdPublicKey(input.recipient)
  const material = concatBytes([input.sender.signing.seed, recipientKey, input.message])
  const seed = blake2b(material, { length: X25519_KEY_BYTES, key: EPHEMERAL_HASH_KEY })
  const digest = sha512(seed)
  const ephemeral = deriveAgreementKeyPair(digest.slice(0, X25519_KEY_BYTES))
  wipeBytes(material, seed, digest)
  return sealWith(input, ephemeral)
}

/**
 * Signs first and encrypts then, so that the sender's key is inside: nodes that store the message,
 * and whoever watches them, see an ephemeral key that occurs once.
 */
function sealWith(input: SealInput, ephemeral: AgreementKeyPair): Uint8Array {
  const { sender, message } = input
  const recipientKey = accountIdPublicKey(input.recipient)
  const signed = concatBytes([message, sender.signing.publicKey, recipientKey])
  const signature = sign(sender.signing, signed)
  const plaintext = concatBytes([message, sender.signing.publicKey, signature])
  const sealed = new Uint8Array(X25519_KEY_BYTES + BOX_TAG_BYTES + plaintext.length)
  sealed.set(ephemeral.publicKey)
  const keys = { publicKey: recipientKey, secretKey: ephemeral.secretKey }
  const nonce = deriveNonce(ephemeral.publicKey, recipientKey)
  const done = backend.sealBox(sealed.subarray(X25519_KEY_BYTES), plaintext, nonce, keys)
  // The ephemeral secret opens the box as well as the recipient's does.
  wipeBytes(ephemeral.secretKey, plaintext, signed)
  // `AccountId` excludes low-order keys; sealing to one would be sealing to everyone.
  if (!done) throw new TypeError('an account id that was never parsed')
  return sealed
}

/**
 * Opens what a stranger put into our box. The signature covers our own key beside the message:
 * without it, a recipient could seal the sender's signed message anew to somebody else, in the
 * sender's name.
 */
export function openSealed(input: {
  readonly account: Account
  readonly ciphertext: Uint8Array
}): Result<OpenedSeal, CryptoError> {
  const { account, ciphertext } = input
  if (ciphertext.length < SEALED_BYTES_MIN) return err(new CryptoError('seal_length'))
  const plaintext = openBox(account.agreement, ciphertext)
  if (plaintext === undefined) return err(new CryptoError('seal_unopened'))
  const end = plaintext.length - TRAILER_BYTES
  const message = plaintext.subarray(0, end)
  const signature = plaintext.subarray(end + ED25519_KEY_BYTES)
  // A copy: the key outlives the message, and a view would keep the whole plaintext in memory
  // with it.
  const publicKey = plaintext.slice(end, end + ED25519_KEY_BYTES) as Ed25519PublicKey
  const signed = concatBytes([
    plaintext.subarray(0, end + ED25519_KEY_BYTES),
    account.agreement.publicKey,
  ])
  if (!verify({ publicKey, message: signed, signature })) {
    return err(new CryptoError('seal_signature'))
  }
  const senderKey = convertSigningPublicKey(publicKey)
  if (senderKey === undefined) return err(new CryptoError('seal_sender'))
  return ok({ sender: encodeAccountId(senderKey), senderSigningKey: publicKey, message })
}

/**
 * The ephemeral key is a stranger's: it may be of low order, which the back end refuses, so that
 * nobody can write to us a box whose key everyone knows and deny having done so.
 */
function openBox(own: AgreementKeyPair, ciphertext: Uint8Array): Uint8Array | undefined {
  const ephemeralKey = ciphertext.subarray(0, X25519_KEY_BYTES) as X25519PublicKey
  const sealed = ciphertext.subarray(X25519_KEY_BYTES)
  const plaintext = new Uint8Array(sealed.length - BOX_TAG_BYTES)
  const keys = { publicKey: ephemeralKey, secretKey: own.secretKey }
  const opened = backend.openBox(plaintext, sealed, deriveNonce(ephemeralKey, own.publicKey), keys)
  return opened ? plaintext : undefined
}

/**
 * As in libsodium's `crypto_box_seal`. The nonce needs no randomness, because the ephemeral key
 * makes the box's key fresh; hashing both public keys binds the box to its recipient.
 */
function deriveNonce(ephemeralKey: X25519PublicKey, recipientKey: X25519PublicKey): Uint8Array {
  return blake2b(concatBytes([ephemeralKey, recipientKey]), { length: BOX_NONCE_BYTES })
}
