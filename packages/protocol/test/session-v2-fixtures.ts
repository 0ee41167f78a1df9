/**
 * Accounts, keys and scripted randomness for tests and vectors of spec 12.
 *
 * @module
 */
import { deriveAgreementKeyPair } from '@sotto/crypto/agreement'
import { decodeHex, encodeHex } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import { type Account, deriveAccount } from '@sotto/crypto/identity'
import { deriveKemKeyPair } from '@sotto/crypto/kem'
import type { Randomness } from '@sotto/crypto/randomness'
import { type AccountKey, restoreAccountKey } from '../src/session-v2/keys/account-key.ts'
import { createDeviceRecord, type DeviceRecord } from '../src/session-v2/devices/device-record.ts'
import { expandDeviceSeed, type KeyPairs, publicKeysOf } from '../src/session-v2/keys/key-pairs.ts'

/** `length` bytes that count up from `start`. */
export function countUp(start: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (start + index) & 0xff)
}

export function fromHex(text: string): Uint8Array {
  const bytes = decodeHex(text)
  if (bytes === undefined) throw new TypeError('a fixture holds hex that is none')
  return bytes
}

export function sha256Hex(bytes: Uint8Array): string {
  return encodeHex(sha256(bytes))
}

/** Gives these bytes in this order and throws for anything else, so that a test sees which bytes were drawn. */
export function scriptRandomness(draws: readonly Uint8Array[]): Randomness {
  const left = [...draws]
  return {
    bytes(length) {
      const next = left.shift()
      if (next?.length !== length) throw new TypeError(`${length} random bytes are not scripted`)
      return Uint8Array.from(next)
    },
  }
}

/** Zeros at any length: for what a vector replaces by zeros. */
export const ZERO_RANDOMNESS: Randomness = { bytes: (length) => new Uint8Array(length) }

export const SENDER: Account = deriveAccount(fromHex('0123456789abcdef0123456789abcdef'))
export const RECIPIENT: Account = deriveAccount(fromHex('00112233445566778899aabbccddeeff'))
export const STRANGER: Account = deriveAccount(new Uint8Array(16).fill(3))

/** Key pairs whose two secrets were chosen, not expanded from one seed. */
export function pairsOf(agreementSecret: string, kemSeed: string): KeyPairs {
  return {
    agreement: deriveAgreementKeyPair(fromHex(agreementSecret)),
    kem: deriveKemKeyPair(fromHex(kemSeed)),
  }
}

export const PUBLISHED_PAIRS: KeyPairs = pairsOf(
  'aabbccddeeff0011223344556677889900112233445566778899aabbccddeeff',
  `deadbeefcafebabe${'0123456789abcdef'.repeat(3)}${'fedcba9876543210'.repeat(4)}`,
)

/** An active account key whose pairs are given. */
export function accountKeyOf(pairs: KeyPairs): AccountKey {
  return {
    seed: new Uint8Array(32),
    pairs,
    createdSeconds: 0,
    isDistributed: true,
    isPublished: true,
  }
}

export function accountKeyAt(
  seedByte: number,
  createdSeconds: number,
  rotatedSeconds?: number,
): AccountKey {
  const seed = new Uint8Array(32).fill(seedByte)
  return restoreAccountKey({
    seed,
    createdSeconds,
    ...(rotatedSeconds !== undefined && { rotatedSeconds }),
  })
}

export const DEVICE_ID: string = encodeHex(countUp(0xc0, 32))

/** The record of the vectors. */
export const RECORD: DeviceRecord = createDeviceRecord({
  sequence: 1,
  updatedSeconds: 1_777_777_777,
  keys: publicKeysOf(expandDeviceSeed(countUp(0, 32))),
  description: 'Linux - betwixt',
  type: 'd',
  version: 2_000_000,
})

export const GROUP_ID: Uint8Array = fromHex('00a9c30100000000')

/** Draws of `drawOrder` that put the first of four slots third, and change the others. */
export const THIRD_SLOT: readonly Uint8Array[] = [3, 0, 1].map((value) =>
  Uint8Array.of(value, 0, 0, 0),
)
