/**
 * The signatures of a group's members, made as other implementations make them: with a blinded key, by bare arithmetic
 * on noble's curve. Our code only verifies them, as every node must, so what is held against it is the published token
 * and signature, and members whose signing key has either sign.
 */
import { createHash, verify as verifyWithOpenssl } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { blake2b } from '@noble/hashes/blake2.js'
import { describe, expect, test } from 'vitest'
import { toX25519PublicKey } from '../src/agreement.ts'
import { deriveSigningKeyPair, sign, toEd25519PublicKey, verify } from '../src/signing.ts'
import { xed25519PublicKey } from '../src/xed25519.ts'
import { convertSlowly, importPublic } from './reference-keys.ts'

const { BASE, Fn } = ed25519.Point
const GROUP_SEED = Buffer.from(
  '0123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210',
  'hex',
)
const MEMBER_SEED = Buffer.from('00112233445566778899aabbccddeeff'.repeat(2), 'hex')
const REQUEST = Buffer.from('retrieve9991693340111000')

interface Blinded {
  readonly token: Buffer
  readonly isNegative: boolean
  readonly sign: (message: Uint8Array) => Buffer
}

function reduce(bytes: Uint8Array): bigint {
  return Fn.create(BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex')}`))
}

function keyed(message: Uint8Array, key: string | Uint8Array, dkLen: number): Uint8Array {
  return blake2b(message, { dkLen, key: Buffer.from(key) })
}

function clampedScalar(seed: Uint8Array): bigint {
  const scalar = createHash('sha512').update(seed).digest().subarray(0, 32)
  scalar.writeUInt8(scalar.readUInt8(0) & 0xf8, 0)
  scalar.writeUInt8((scalar.readUInt8(31) & 0x7f) | 0x40, 31)
  return reduce(scalar)
}

/** The member's key for one group: k·T, where T is the member's key with sign 0 (trap 21). */
function blind(groupSeed: Uint8Array, memberSeed: Uint8Array): Blinded {
  const group = deriveSigningKeyPair(Uint8Array.from(groupSeed))
  const member = deriveSigningKeyPair(Uint8Array.from(memberSeed))
  const memberId = Buffer.concat([Uint8Array.of(5), convertSlowly(member.publicKey)])
  const mask = keyed(groupSeed, 'SessionGroupSubaccountMask', 32)
  const both = Buffer.concat([memberId, Uint8Array.of(3), group.publicKey])
  const k = reduce(keyed(both, mask, 64))
  const isNegative = (member.publicKey[31] ?? 0) >= 0x80
  const scalar = clampedScalar(memberSeed)
  const secret = Fn.mul(k, isNegative ? Fn.neg(scalar) : scalar)
  const publicKey = Buffer.from(BASE.multiply(secret).toBytes())
  return {
    token: Buffer.concat([Uint8Array.of(3, 3, 0, 0), publicKey]),
    isNegative,
    sign(message) {
      const seedHash = keyed(memberSeed, 'SubaccountSeed', 32)
      const nonceInput = Buffer.concat([seedHash, publicKey, message])
      const r = reduce(keyed(nonceInput, 'SubaccountSig', 64))
      const pointR = BASE.multiply(r).toBytes()
      const h = reduce(
        createHash('sha512').update(pointR).update(publicKey).update(message).digest(),
      )
      return Buffer.concat([pointR, Fn.toBytes(Fn.add(r, Fn.mul(h, secret)))])
    },
  }
}

function isAccepted(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const publicKey = toEd25519PublicKey(Uint8Array.from(key))
  if (publicKey === undefined) throw new TypeError('a key has 32 bytes')
  return verify({
    publicKey,
    message: Uint8Array.from(message),
    signature: Uint8Array.from(signature),
  })
}

describe('the published member', () => {
  const blinded = blind(GROUP_SEED, MEMBER_SEED)
  const group = deriveSigningKeyPair(Uint8Array.from(GROUP_SEED))

  test('it has the published token, and the owner’s published signature over it is ours (trap 21)', () => {
    expect(blinded.token.toString('base64')).toBe(
      'AwMAAIWvMR2nJXCFnK5+hNahNecWqMC39/TVVLjaR3imNug5',
    )
    expect(Buffer.from(sign(group, Uint8Array.from(blinded.token))).toString('base64')).toBe(
      '6brvv/2jfciBAJeRKMGSepNJLullyrVVHijyVDE+8GC5Oc89UNxjNrq1kVV1P+pkUIRDOew24gSLFgLZfdl+BQ==',
    )
  })

  test('it signs the published request as it was published, which our verifier accepts', () => {
    const signature = blinded.sign(REQUEST)
    expect(signature.toString('base64')).toBe(
      'c3PJ4g29v5RivKm8Tdg49vGU2/6kVd0yONnpz5U5zePMYptqW3iYQ0TYf2rEzv3qqkPhS5p67M5GAccHoBHGDQ==',
    )
    expect(isAccepted(blinded.token.subarray(4), REQUEST, signature)).toBe(true)
  })
})

describe('members with signing keys of either sign', () => {
  const members = Array.from({ length: 12 }, (_, index) => Buffer.alloc(32, index + 1))

  test('it accepts the signatures of all, as OpenSSL does, for their own text and key alone', () => {
    const blinded = members.map((seed) => blind(GROUP_SEED, seed))
    expect(new Set(blinded.map(({ isNegative }) => isNegative)).size).toBe(2)
    for (const [index, member] of blinded.entries()) {
      const key = member.token.subarray(4)
      const signature = member.sign(REQUEST)
      expect(isAccepted(key, REQUEST, signature)).toBe(true)
      expect(verifyWithOpenssl(null, REQUEST, importPublic('ed25519', key), signature)).toBe(true)
      expect(isAccepted(key, REQUEST.subarray(1), signature)).toBe(false)
      const other = blinded[(index + 1) % blinded.length]
      if (other === undefined) throw new TypeError('twelve members')
      expect(isAccepted(other.token.subarray(4), REQUEST, signature)).toBe(false)
    }
  })

  test('it finds the key with sign 0 that a token is derived from, out of the id alone (trap 21)', () => {
    for (const seed of members) {
      const { publicKey } = deriveSigningKeyPair(Uint8Array.from(seed))
      const positive = Uint8Array.from(publicKey)
      positive[31] = (positive[31] ?? 0) & 0x7f
      const x25519 = toX25519PublicKey(Uint8Array.from(convertSlowly(publicKey)))
      expect(x25519 && xed25519PublicKey(x25519)).toEqual(positive)
    }
  })

  test('it has another token in another group, so that groups cannot compare their members', () => {
    const tokens = members.map((seed) => blind(seed, MEMBER_SEED).token.toString('hex'))
    expect(new Set(tokens).size).toBe(members.length)
  })
})

describe('the author’s signature inside a group’s message (trap 20)', () => {
  const author = deriveSigningKeyPair(
    Uint8Array.from(Buffer.from(`0123456789abcdef0123456789abcdef${'00'.repeat(16)}`, 'hex')),
  )
  const group = deriveSigningKeyPair(Uint8Array.from(GROUP_SEED))
  const data = Buffer.from('hello')

  test('it is the published one, over the data and the group’s key, and the older over the data', () => {
    const signed = Uint8Array.from(Buffer.concat([data, group.publicKey]))
    expect(Buffer.from(sign(author, signed)).toString('hex')).toBe(
      '47749587f55ca478d05850dd92e33fad71e9513239ba243ae13ad850aed5ec70a7201d4bd7bb4445364a9ca0435e8c330150fa6ae6c2fdfd63e0dbf09592c603',
    )
    expect(Buffer.from(sign(author, Uint8Array.from(data))).toString('hex')).toBe(
      'e6e44fb59ee06f16a7bb71393e351039c54d8a24e045cce4547639930c678cb1169ae911d90f9edb097564b3c67f98dd19c9e59768774767a75f680d407b2f0c',
    )
  })
})
