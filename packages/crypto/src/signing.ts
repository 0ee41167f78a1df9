/**
 * Ed25519 signatures in one strict reading (spec 01 §4), and the way from a signing key to the
 * X25519 key that names its account. Which bytes are signed is each protocol document's own
 * matter; XEd25519 is in `xed25519.ts`.
 *
 * @module
 */
import { backend } from '#backend'
import type { AgreementKeyPair, X25519PublicKey } from './agreement.ts'
import { deriveAgreementKeyPair } from './agreement.ts'
import { assertLength } from './assert-length.ts'
import type { BrandedBytes } from './branded.ts'
import { wipeBytes } from './bytes.ts'
import { type ConvertKey, createKeyConversion } from './key-conversion.ts'
import { isAcceptableEd25519Point } from './point-encoding.ts'

export { xed25519PublicKey, xed25519Sign, xed25519Verify } from './xed25519.ts'

export type Ed25519PublicKey = BrandedBytes<'Ed25519PublicKey'>
export type Ed25519Seed = BrandedBytes<'Ed25519Seed'>
export type Signature = BrandedBytes<'Signature'>

export interface SigningKeyPair {
  readonly seed: Ed25519Seed
  readonly publicKey: Ed25519PublicKey
}

export const ED25519_KEY_BYTES = 32
export const SIGNATURE_BYTES = 64
/** The signature's first half, the point R. */
const R_BYTES = 32

/**
 * Checks the length only, so that it costs nothing to name a key; `verify` refuses keys that
 * prove nothing.
 */
export function toEd25519PublicKey(bytes: Uint8Array): Ed25519PublicKey | undefined {
  return bytes.length === ED25519_KEY_BYTES ? (bytes as Ed25519PublicKey) : undefined
}

/** Takes ownership of `seed`. Throws on another length, which is a mistake of ours. */
export function deriveSigningKeyPair(seed: Uint8Array): SigningKeyPair {
  assertLength(seed, ED25519_KEY_BYTES, 'Ed25519 seed')
  return {
    seed: seed as Ed25519Seed,
    publicKey: backend.deriveEd25519PublicKey(seed) as Ed25519PublicKey,
  }
}

/**
 * The public key must be the seed's own, which the pair guarantees: signing one message under
 * two public keys gives away the secret scalar.
 */
export function sign(keyPair: SigningKeyPair, message: Uint8Array): Signature {
  return backend.signEd25519(keyPair.seed, keyPair.publicKey, message) as Signature
}

export interface SignedMessage {
  readonly publicKey: Ed25519PublicKey
  readonly message: Uint8Array
  /** Of any length: it comes from outside. */
  readonly signature: Uint8Array
}

/**
 * Never throws. Refuses what a lenient verifier would pass: keys and R of small order or in a
 * second encoding, and S of q or more (a back end's check). Otherwise a valid signature could
 * be altered, or one made for no message.
 */
export function verify({ publicKey, message, signature }: SignedMessage): boolean {
  if (signature.length !== SIGNATURE_BYTES || publicKey.length !== ED25519_KEY_BYTES) return false
  if (!isAcceptableEd25519Point(publicKey)) return false
  if (!isAcceptableEd25519Point(signature.subarray(0, R_BYTES))) return false
  return backend.verifyEd25519(publicKey, message, signature)
}

const convertOnce: ConvertKey = createKeyConversion((publicKey) =>
  isAcceptableEd25519Point(publicKey) ? backend.convertEd25519PublicKey(publicKey) : undefined,
)

/**
 * The X25519 key of the same secret (spec 01 §2.2); nothing for bytes that are no point of the
 * prime-order group.
 */
export function convertSigningPublicKey(publicKey: Ed25519PublicKey): X25519PublicKey | undefined {
  if (publicKey.length !== ED25519_KEY_BYTES) return undefined
  return convertOnce(publicKey) as X25519PublicKey | undefined
}

/**
 * The secret is the clamped first half of SHA-512(seed), which is also the scalar that Ed25519
 * signs with.
 */
export function convertSigningKeyPair(keyPair: SigningKeyPair): AgreementKeyPair {
  const digest = backend.sha512(keyPair.seed)
  const secretKey = clampScalar(digest.slice(0, ED25519_KEY_BYTES))
  wipeBytes(digest)
  return deriveAgreementKeyPair(secretKey)
}

/**
 * RFC 7748 §5, in place. Stored clamped, so that the secret key equals the one that other
 * implementations show.
 */
function clampScalar(scalar: Uint8Array): Uint8Array {
  scalar[0] = (scalar[0] ?? 0) & 0xf8
  scalar[31] = ((scalar[31] ?? 0) & 0x7f) | 0x40
  return scalar
}
