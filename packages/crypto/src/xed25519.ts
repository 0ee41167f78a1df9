/**
 * XEd25519: Ed25519 signatures with an X25519 key (Signal's XEdDSA §2, with BLAKE2b for the
 * nonce; spec 01 §5).
 *
 * Both back ends compute it with noble's field arithmetic, because libsodium's binding has no
 * multiplication of scalars; verification is the ordinary one. BigInt arithmetic has no
 * constant time: it is for rare signatures, not for requests.
 *
 * @module
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToNumberLE } from '@noble/curves/utils.js'
import { backend } from '#backend'
import type { X25519PublicKey, X25519SecretKey } from './agreement.ts'
import { concatBytes, encodeUtf8, wipeBytes } from './bytes.ts'
import { isAcceptableEd25519Point, isAcceptableX25519Point } from './point-encoding.ts'
import type { Randomness } from './randomness.ts'
import type { Ed25519PublicKey, Signature } from './signing.ts'

const SCALAR_BYTES = 32
const SIGNATURE_BYTES = 64
const NONCE_RANDOM_BYTES = 64
const NONCE_PERSONALISATION: Uint8Array = encodeUtf8('xed25519signatur')
const SIGN_BIT = 0x80

const { Fp, Fn, BASE } = ed25519.Point

/**
 * The Ed25519 key with sign bit 0 that belongs to an X25519 key: y = (u − 1)/(u + 1). The sign
 * is lost in X25519, so that the original key is either this one or this one with the top bit
 * set.
 */
export function xed25519PublicKey(publicKey: X25519PublicKey): Ed25519PublicKey | undefined {
  // u = −1 has no y; it is among the low-order points.
  if (publicKey.length !== SCALAR_BYTES || !isAcceptableX25519Point(publicKey)) return undefined
  const u = Fp.fromBytes(publicKey)
  const y = Fp.div(Fp.sub(u, 1n), Fp.add(u, 1n))
  return Fp.toBytes(y) as Ed25519PublicKey
}

/** Randomised: the same message gives another signature each time. */
export function xed25519Sign(
  secretKey: X25519SecretKey,
  message: Uint8Array,
  randomness: Randomness,
): Signature {
  const pair = deriveEdwardsPair(secretKey)
  const scalarBytes = Fn.toBytes(pair.scalar)
  const random = randomness.bytes(NONCE_RANDOM_BYTES)
  const nonceInput = concatBytes([scalarBytes, message, random])
  const nonce = backend.blake2b(nonceInput, {
    length: 64,
    personalisation: NONCE_PERSONALISATION,
  })
  const r = reduceScalar(nonce)
  // Whoever learns r of one signature computes the secret key from it.
  wipeBytes(scalarBytes, random, nonceInput, nonce)
  const pointR = BASE.multiply(r).toBytes()
  const h = reduceScalar(backend.sha512(concatBytes([pointR, pair.publicKey, message])))
  const s = Fn.add(r, Fn.mul(h, pair.scalar))
  return concatBytes([pointR, Fn.toBytes(s)]) as Signature
}

/** As strict as `verify`, with the key of sign bit 0; never throws. */
export function xed25519Verify(input: {
  readonly publicKey: X25519PublicKey
  readonly message: Uint8Array
  readonly signature: Uint8Array
}): boolean {
  const publicKey = xed25519PublicKey(input.publicKey)
  if (publicKey === undefined || input.signature.length !== SIGNATURE_BYTES) return false
  if (!isAcceptableEd25519Point(publicKey)) return false
  if (!isAcceptableEd25519Point(input.signature.subarray(0, SCALAR_BYTES))) return false
  return backend.verifyEd25519(publicKey, input.message, input.signature)
}

/** The scalar whose public point has sign bit 0, so that verifiers need no sign. */
function deriveEdwardsPair(secretKey: X25519SecretKey): {
  readonly scalar: bigint
  readonly publicKey: Uint8Array
} {
  const clamped = Uint8Array.from(secretKey)
  clamped[0] = (clamped[0] ?? 0) & 0xf8
  clamped[31] = ((clamped[31] ?? 0) & 0x7f) | 0x40
  const scalar = reduceScalar(clamped)
  wipeBytes(clamped)
  const publicKey = BASE.multiply(scalar).toBytes()
  const last = publicKey[SCALAR_BYTES - 1] ?? 0
  if ((last & SIGN_BIT) === 0) return { scalar, publicKey }
  publicKey[SCALAR_BYTES - 1] = last & ~SIGN_BIT
  return { scalar: Fn.neg(scalar), publicKey }
}

/** Of 64 bytes the bias is negligible; of 32 clamped ones there is none that Ed25519 has not. */
function reduceScalar(littleEndian: Uint8Array): bigint {
  return Fn.create(bytesToNumberLE(littleEndian))
}
