/**
 * The second opinion on ML-KEM-768 and hybrid keys: OpenSSL, and the two hashes of FIPS 203 that make a
 * secret. OpenSSL chooses the random bytes of an encapsulation itself, but decapsulating tells whether
 * given ones lead to a ciphertext: it is made again inside, and anything else gives another secret.
 *
 * @module
 */
import { createHash, createPrivateKey, createPublicKey, decapsulate } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { hashBlake2b } from './vectors-blake2b.ts'

const SEED_PREFIX = '3054020100300b060960864801650304040204428040'
const PUBLIC_PREFIX = '308204b2300b0609608648016503040402038204a100'
const X25519_SECRET_PREFIX = '302e020100300506032b656e04220420'

interface KemInput {
  readonly seed?: string
  readonly message?: string
  readonly ciphertext?: string
  readonly publicKey?: string
}

interface KemExpectation {
  readonly publicKey?: string
  readonly ciphertext?: string
  readonly sharedSecret?: string
}

interface HybridExpectation {
  readonly publicKey?: string
  readonly hash: string
}

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')

function importSecret(der: string): KeyObject {
  return createPrivateKey({ key: bytes(der), format: 'der', type: 'pkcs8' })
}

function rawPublic(secret: KeyObject, length: number): Buffer {
  return createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-length)
}

/** K of FIPS 203, algorithm 17: the first half of G(m ‖ H(ek)). */
function deriveSecret(message: string, publicKey: Buffer): string {
  const keyHash = createHash('sha3-256').update(publicKey).digest()
  const both = createHash('sha3-512').update(bytes(message)).update(keyHash).digest()
  return both.subarray(0, 32).toString('hex')
}

function isReadable(publicKey: string): boolean {
  try {
    createPublicKey({ key: bytes(PUBLIC_PREFIX + publicKey), format: 'der', type: 'spki' })
    return true
  } catch {
    return false
  }
}

export function agreesOnKem(input: KemInput, expect: KemExpectation): boolean {
  if (input.seed === undefined) return isReadable(input.publicKey ?? '')
  const secret = importSecret(SEED_PREFIX + input.seed)
  const publicKey = rawPublic(secret, 1184)
  const ciphertext = input.ciphertext ?? expect.ciphertext
  if (ciphertext === undefined) return publicKey.toString('hex') === expect.publicKey
  const opened = decapsulate(secret, bytes(ciphertext)).toString('hex')
  const made = input.message === undefined ? opened : deriveSecret(input.message, publicKey)
  return opened === expect.sharedSecret && made === expect.sharedSecret
}

function deriveHybrid(seed: string): Buffer {
  const derive = (name: string, length: number): string =>
    hashBlake2b(Buffer.from(name), { length, key: bytes(seed) }).toString('hex')
  const kem = importSecret(SEED_PREFIX + derive('SottoHybridMlKem768', 64))
  const agreement = importSecret(X25519_SECRET_PREFIX + derive('SottoHybridX25519', 32))
  return Buffer.concat([rawPublic(kem, 1184), rawPublic(agreement, 32)])
}

export function agreesOnHybridKey(input: KemInput, expect: HybridExpectation): boolean {
  const publicKey =
    input.seed === undefined ? bytes(input.publicKey ?? '') : deriveHybrid(input.seed)
  const isKey = input.seed === undefined || publicKey.toString('hex') === expect.publicKey
  return isKey && hashBlake2b(publicKey, { length: 32 }).toString('hex') === expect.hash
}
