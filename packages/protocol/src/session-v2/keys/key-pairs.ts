/**
 * Both halves of an account key or a device key from one seed (spec 12 §1.1). When a seed is made and how long it is
 * kept is in `account-key.ts`.
 *
 * @module
 */
import {
  type AgreementKeyPair,
  deriveAgreementKeyPair,
  X25519_KEY_BYTES,
  type X25519PublicKey,
} from '@sotto/crypto/agreement'
import { concatBytes, equalBytes, wipeBytes } from '@sotto/crypto/bytes'
import { shake256 } from '@sotto/crypto/hash'
import {
  deriveKemKeyPair,
  HYBRID_PUBLIC_KEY_BYTES,
  KEM_SEED_BYTES,
  type KemKeyPair,
  type KemPublicKey,
  splitHybridPublicKey,
  toHybridPublicKey,
} from '@sotto/crypto/kem'
import { label } from '../domains.ts'
import { KEY_SEED_BYTES } from '../limits.ts'

export interface KeyPairs {
  readonly agreement: AgreementKeyPair
  readonly kem: KemKeyPair
}

/** The public halves, checked: anybody can encapsulate and agree with them. */
export interface PublicKeys {
  readonly agreement: X25519PublicKey
  readonly kem: KemPublicKey
}

/** The seed stays the caller's. Throws on another length, which is a mistake of ours. */
export function expandAccountSeed(seed: Uint8Array): KeyPairs {
  return expandSeed(seed, label('accountKeys'))
}

/** As for an account, under another name: a seed that were used twice would still give unrelated keys. */
export function expandDeviceSeed(seed: Uint8Array): KeyPairs {
  return expandSeed(seed, label('deviceKeys'))
}

function expandSeed(seed: Uint8Array, name: Uint8Array): KeyPairs {
  if (seed.length !== KEY_SEED_BYTES) throw new RangeError('a key seed has 32 bytes')
  const input = concatBytes([name, seed])
  const output = shake256(input, X25519_KEY_BYTES + KEM_SEED_BYTES)
  const kem = deriveKemKeyPair(output.subarray(X25519_KEY_BYTES))
  const agreement = deriveAgreementKeyPair(output.slice(0, X25519_KEY_BYTES))
  wipeBytes(input, output)
  return { agreement, kem }
}

export function publicKeysOf({ agreement, kem }: KeyPairs): PublicKeys {
  return { agreement: agreement.publicKey, kem: kem.publicKey }
}

/**
 * Refuses what one of the halves refuses: an ML-KEM key with coefficients beyond its modulus, an X25519 key of low order.
 * With such a key every sender would fail at the moment of sending, or agree on a secret that everybody knows.
 */
export function toPublicKeys(kem: Uint8Array, agreement: Uint8Array): PublicKeys | undefined {
  if (kem.length + agreement.length !== HYBRID_PUBLIC_KEY_BYTES) return undefined
  const hybrid = toHybridPublicKey(concatBytes([kem, agreement]))
  return hybrid && splitHybridPublicKey(hybrid)
}

export function arePublicKeysEqual(a: PublicKeys, b: PublicKeys): boolean {
  return equalBytes(a.agreement, b.agreement) && equalBytes(a.kem, b.kem)
}
