/**
 * Keys and signatures that only an adversary makes, judged by both back ends and by the rule
 * above them (spec 01 §4.2). Threat model, "a contact": cannot make a message that one client
 * accepts and another, or a node, refuses.
 */
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js'
import { bytesToNumberLE } from '@noble/curves/utils.js'
import { describe, expect, test } from 'vitest'
import { concatBytes, encodeHex } from '../bytes.ts'
import { sha512 } from '../hash.ts'
import { isAcceptableEd25519Point } from '../point-encoding.ts'
import { convertSigningPublicKey, toEd25519PublicKey, verify } from '../signing.ts'
import { backend as native } from './native.ts'
import { backend as noble } from './noble.ts'

const { BASE, Fn, Fp, ZERO } = ed25519.Point
type Point = typeof ZERO

const SMALL_ORDER_POINTS: readonly Point[] = ED25519_TORSION_SUBGROUP.map((hex) =>
  ed25519.Point.fromHex(hex, true),
)

function scalarOf(...bytes: number[]): bigint {
  return Fn.create(bytesToNumberLE(sha512(Uint8Array.from(bytes))))
}

interface Crafted {
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** A signature by the owner of `a`, with small-order points added to A and to R. */
function craft(a: bigint, r: bigint, extra: { onKey: Point; onR: Point }, seed: number): Crafted {
  const message = Uint8Array.of(seed)
  const publicKey = BASE.multiply(a).add(extra.onKey).toBytes()
  const encodedR = (r === 0n ? ZERO : BASE.multiply(r)).add(extra.onR).toBytes()
  const h = Fn.create(bytesToNumberLE(sha512(concatBytes([encodedR, publicKey, message]))))
  const s = Fn.toBytes(Fn.add(r, Fn.mul(h, a)))
  return { publicKey, message, signature: concatBytes([encodedR, s]) }
}

function judge(crafted: Crafted): { native: boolean; noble: boolean; ours: boolean } {
  const publicKey = toEd25519PublicKey(crafted.publicKey)
  if (publicKey === undefined) throw new TypeError('a crafted key has 32 bytes')
  return {
    native: native.verifyEd25519(crafted.publicKey, crafted.message, crafted.signature),
    noble: noble.verifyEd25519(crafted.publicKey, crafted.message, crafted.signature),
    ours: verify({ ...crafted, publicKey }),
  }
}

describe('small-order parts', () => {
  test.each(SMALL_ORDER_POINTS.map((onKey, index) => ({ index, onKey })))(
    'it judges a key with small-order part $index equally on both back ends',
    ({ index, onKey }) => {
      for (let seed = 0; seed < 12; seed++) {
        const crafted = craft(scalarOf(1, seed), scalarOf(2, seed), { onKey, onR: ZERO }, seed)
        const verdict = judge(crafted)
        expect(verdict.noble).toBe(verdict.native)
        expect(verdict.ours).toBe(verdict.native)
        if (index === 0) expect(verdict.ours).toBe(true)
      }
    },
  )

  test('it refuses an R with a small-order part on both', () => {
    for (const onR of SMALL_ORDER_POINTS.slice(1)) {
      const crafted = craft(scalarOf(3), scalarOf(4), { onKey: ZERO, onR }, 5)
      expect(judge(crafted)).toEqual({ native: false, noble: false, ours: false })
    }
  })

  test('it refuses an R of small order, which libraries judge differently', () => {
    const crafted = craft(scalarOf(3), 0n, { onKey: ZERO, onR: ZERO }, 5)
    expect(judge(crafted).ours).toBe(false)
  })

  test('it converts no key with a small-order part, so that an account has one signing key', () => {
    for (const onKey of SMALL_ORDER_POINTS.slice(1)) {
      const { publicKey } = craft(scalarOf(3), scalarOf(4), { onKey, onR: ZERO }, 5)
      expect(native.convertEd25519PublicKey(publicKey)).toBeUndefined()
      expect(noble.convertEd25519PublicKey(publicKey)).toBeUndefined()
    }
  })
})

describe('second forms of a point', () => {
  const topBit = (bytes: Uint8Array): Uint8Array => {
    const changed = Uint8Array.from(bytes)
    changed[31] = (changed[31] ?? 0) | 0x80
    return changed
  }
  /** The 19 values from p to 2^255 − 1, with both sign bits. */
  const NOT_CANONICAL = Array.from({ length: 19 }, (_, value) => {
    const bytes = new Uint8Array(32).fill(0xff)
    bytes[0] = 0xed + value
    bytes[31] = 0x7f
    return bytes
  }).flatMap((bytes) => [bytes, topBit(bytes)])

  test('it refuses every encoding that is not below the prime, as key and as R', () => {
    for (const bytes of NOT_CANONICAL) {
      expect(isAcceptableEd25519Point(bytes)).toBe(false)
      const publicKey = toEd25519PublicKey(bytes)
      expect(publicKey && convertSigningPublicKey(publicKey)).toBeUndefined()
      const honest = craft(scalarOf(6), scalarOf(7), { onKey: ZERO, onR: ZERO }, 8)
      const replaced = concatBytes([bytes, honest.signature.subarray(32)])
      expect(judge({ ...honest, signature: replaced }).ours).toBe(false)
    }
  })

  test('it refuses all eight small-order points with either sign bit', () => {
    for (const point of SMALL_ORDER_POINTS) {
      expect(isAcceptableEd25519Point(point.toBytes())).toBe(false)
      expect(isAcceptableEd25519Point(topBit(point.toBytes()))).toBe(false)
    }
  })

  test('it accepts the largest canonical coordinates that are no small-order point', () => {
    const belowPrime = Fp.toBytes(Fp.ORDER - 2n)
    expect(isAcceptableEd25519Point(belowPrime)).toBe(true)
    expect(encodeHex(belowPrime).startsWith('eb')).toBe(true)
  })
})

describe('agreement with hostile keys', () => {
  const secretKey = new Uint8Array(32).fill(0x42)
  const LOW_ORDER = [
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    `ec${'ff'.repeat(30)}7f`,
    `ed${'ff'.repeat(30)}7f`,
    `ee${'ff'.repeat(30)}7f`,
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  ].flatMap((hex) => {
    const bytes = Uint8Array.from(hex.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16))
    return [bytes, topBitSet(bytes)]
  })

  test('it refuses every low-order key in every form, on both back ends', () => {
    for (const publicKey of LOW_ORDER) {
      expect(native.agreeX25519(secretKey, publicKey)).toBeUndefined()
      expect(noble.agreeX25519(secretKey, publicKey)).toBeUndefined()
    }
  })

  test('it neither seals to nor opens from a low-order key', () => {
    const nonce = new Uint8Array(24)
    for (const publicKey of LOW_ORDER) {
      for (const backend of [native, noble]) {
        const output = new Uint8Array(17)
        expect(backend.sealBox(output, Uint8Array.of(1), nonce, { publicKey, secretKey })).toBe(
          false,
        )
        const opened = backend.openBox(new Uint8Array(1), output, nonce, { publicKey, secretKey })
        expect(opened).toBe(false)
      }
    }
  })
})

function topBitSet(bytes: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(bytes)
  changed[31] = (changed[31] ?? 0) | 0x80
  return changed
}
