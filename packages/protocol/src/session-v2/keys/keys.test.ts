/** Account keys: where they come from, which one is active, when they are replaced and erased. */
import { encodeHex } from '@sotto/crypto/bytes'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountKeyAt, countUp, sha256Hex } from '../../../test/session-v2-fixtures.ts'
import {
  type AccountKey,
  addNewAccountKey,
  findActiveKey,
  findKeysByIndicator,
  mergeAccountKeys,
  OLD_KEY_KEPT_SECONDS,
  pruneAccountKeys,
  restoreAccountKey,
  type SharedAccountKey,
} from './account-key.ts'
import {
  arePublicKeysEqual,
  expandAccountSeed,
  expandDeviceSeed,
  publicKeysOf,
  toPublicKeys,
} from './key-pairs.ts'
import { computeRotationSeconds, rotationOffsetSeconds } from './rotation.ts'

const randomness = createSeededRandomness('account keys')
const NOW = 1_700_000_000
const HOUR = 3600

describe('expandAccountSeed', () => {
  it('gives the pairs of the vector', () => {
    const { agreement, kem } = expandAccountSeed(countUp(0, 32))
    expect(encodeHex(agreement.secretKey)).toBe(
      '07becf8a97e9ff522b3c23880fef32ad2789937db566c2e3a97d9cf3d68c9427',
    )
    expect(encodeHex(agreement.publicKey)).toBe(
      '1d9a352768744fe42467c85a811700599733c2fc327988fde05061e50c956a6a',
    )
    expect(sha256Hex(kem.publicKey)).toBe(
      '87e915ae7f2e4e101621dc82b278b296e2eef82c81d12d72e0edf42bf8189160',
    )
  })

  it('gives a device other pairs from the same seed', () => {
    const { agreement, kem } = expandDeviceSeed(countUp(0, 32))
    expect(encodeHex(agreement.publicKey)).toBe(
      'f2a1e63b707b3779400ae0fbed5a59ee43a60e8e688f0d2a7ddfc0fad5315704',
    )
    expect(sha256Hex(kem.publicKey)).toBe(
      '968ea0e424d3ae631f066338253caaebbe7974e7121b940701ce73cafb0f09d0',
    )
  })

  it('leaves the seed as it was and throws for another length', () => {
    const seed = countUp(0, 32)
    expandAccountSeed(seed)
    expect(seed).toEqual(countUp(0, 32))
    expect(() => expandAccountSeed(new Uint8Array(31))).toThrow(RangeError)
  })
})

describe('toPublicKeys', () => {
  const { kem, agreement } = publicKeysOf(expandAccountSeed(countUp(0, 32)))

  it('refuses a low-order X25519 key and coefficients beyond the modulus', () => {
    expect(toPublicKeys(kem, agreement)).toBeDefined()
    expect(toPublicKeys(kem, new Uint8Array(32))).toBeUndefined()
    expect(toPublicKeys(new Uint8Array(1184).fill(0xff), agreement)).toBeUndefined()
    expect(toPublicKeys(kem.subarray(1), agreement)).toBeUndefined()
  })

  it('tells keys apart by either half', () => {
    const other = publicKeysOf(expandAccountSeed(countUp(1, 32)))
    const mixed = { kem, agreement: other.agreement }
    expect(arePublicKeysEqual({ kem, agreement }, { kem, agreement })).toBe(true)
    expect(arePublicKeysEqual({ kem, agreement }, mixed)).toBe(false)
    expect(arePublicKeysEqual(other, mixed)).toBe(false)
  })
})

describe('addNewAccountKey', () => {
  it('makes the one active key, neither distributed nor published', () => {
    const keys = addNewAccountKey([], NOW, randomness)
    expect(keys).toHaveLength(1)
    expect(keys[0]).toMatchObject({ createdSeconds: NOW, isDistributed: false, isPublished: false })
  })

  it('is a second younger than all others, so that eight in a second replace one another', () => {
    let keys: readonly AccountKey[] = []
    for (let count = 0; count < 8; count++) keys = addNewAccountKey(keys, NOW, randomness)
    expect(findActiveKey(keys)?.createdSeconds).toBe(NOW + 7)
    expect(keys.filter(({ rotatedSeconds }) => rotatedSeconds === undefined)).toHaveLength(1)
  })

  it('says of the key before it that it was replaced when the new one was made', () => {
    const keys = addNewAccountKey([accountKeyAt(1, NOW - 500)], NOW, randomness)
    expect(keys[1]).toMatchObject({ createdSeconds: NOW - 500, rotatedSeconds: NOW })
  })
})

describe('mergeAccountKeys', () => {
  it('decides between two keys of one second by the lower seed, in either order', () => {
    const low = { seed: new Uint8Array(32).fill(1), createdSeconds: NOW }
    const high = { seed: new Uint8Array(32).fill(0xff), createdSeconds: NOW }
    for (const order of [
      [low, high],
      [high, low],
    ]) {
      const keys = mergeAccountKeys([], order)
      expect(findActiveKey(keys)?.seed).toEqual(low.seed)
      expect(keys[1]?.rotatedSeconds).toBe(NOW)
    }
  })

  it('takes the earlier of two rotations, and a rotation over none', () => {
    const seed = new Uint8Array(32).fill(1)
    const held = [accountKeyAt(1, NOW)]
    const once = mergeAccountKeys(held, [{ seed, createdSeconds: NOW, rotatedSeconds: NOW + 9 }])
    const twice = mergeAccountKeys(once, [{ seed, createdSeconds: NOW, rotatedSeconds: NOW + 5 }])
    expect(twice[0]?.rotatedSeconds).toBe(NOW + 5)
    expect(mergeAccountKeys(twice, [{ seed, createdSeconds: NOW }])[0]?.rotatedSeconds).toBe(
      NOW + 5,
    )
  })

  it('gives the same keys in whatever order and however often lists arrive', () => {
    const shared = fc.record({
      seed: fc.integer({ min: 1, max: 5 }).map((byte) => new Uint8Array(32).fill(byte)),
      createdSeconds: fc.integer({ min: NOW, max: NOW + 3 }),
      rotatedSeconds: fc.option(fc.integer({ min: NOW, max: NOW + 9 }), { nil: undefined }),
    })
    fc.assert(
      fc.property(
        fc.uniqueArray(shared, { selector: ({ seed }) => seed[0], maxLength: 5 }),
        (list) => {
          const clean = list.map((key): SharedAccountKey => {
            const { seed, createdSeconds, rotatedSeconds } = key
            return { seed, createdSeconds, ...(rotatedSeconds !== undefined && { rotatedSeconds }) }
          })
          const forwards = mergeAccountKeys([], clean)
          let backwards: readonly AccountKey[] = []
          for (const key of clean.toReversed()) backwards = mergeAccountKeys(backwards, [key])
          const again = mergeAccountKeys(backwards, clean)
          expect(again.map(describeKey)).toEqual(backwards.map(describeKey))
          expect(forwards.filter(isActive).length).toBeLessThanOrEqual(1)
          expect(findActiveKey(backwards)?.seed).toEqual(findActiveKey(forwards)?.seed)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('pruneAccountKeys', () => {
  it('keeps a replaced key for sixteen days and no second longer', () => {
    const old = accountKeyAt(1, NOW - 10, NOW)
    const active = accountKeyAt(2, NOW)
    expect(pruneAccountKeys([active, old], NOW + OLD_KEY_KEPT_SECONDS)).toEqual([active, old])
    expect(pruneAccountKeys([active, old], NOW + OLD_KEY_KEPT_SECONDS + 1)).toEqual([active])
  })

  it('keeps the active key for ever', () => {
    const active = accountKeyAt(2, 0)
    expect(pruneAccountKeys([active], NOW)).toEqual([active])
  })
})

describe('findKeysByIndicator', () => {
  it('looks at the ML-KEM key, not at the X25519 key (pitfall 5.8)', () => {
    const key = restoreAccountKey({ seed: countUp(0, 32), createdSeconds: NOW })
    expect(findKeysByIndicator([key], Uint8Array.of(0xda, 0x03))).toEqual([key])
    expect(findKeysByIndicator([key], Uint8Array.of(0x1d, 0x9a))).toEqual([])
  })
})

describe('computeRotationSeconds', () => {
  const active = restoreAccountKey({ seed: countUp(0, 32), createdSeconds: NOW })
  const deviceId = countUp(0xc0, 32)

  it.each([
    [1, 45_494.662_450_172_86],
    [2, 46_563.346_372_362_68],
    [4, 46_792.221_536_184_18],
  ])('gives for %i devices the offset of the vector', (deviceCount, offset) => {
    expect(rotationOffsetSeconds({ active, deviceId, deviceCount })).toBe(offset)
  })

  it('lies between 11 and 13 hours for every device', () => {
    for (let byte = 0; byte < 50; byte++) {
      const input = { active, deviceId: countUp(byte, 32), deviceCount: 1 + (byte % 5) }
      const offset = rotationOffsetSeconds(input)
      expect(offset).toBeGreaterThanOrEqual(11 * HOUR)
      expect(offset).toBeLessThanOrEqual(13 * HOUR)
    }
  })

  it('has the same earliest time on average for one device and for four, so that N does not show', () => {
    const mean = (deviceCount: number): number => {
      let sum = 0
      for (let round = 0; round < 400; round++) {
        const key = { ...active, seed: randomness.bytes(32) }
        const offsets = Array.from({ length: deviceCount }, () =>
          rotationOffsetSeconds({ active: key, deviceId: randomness.bytes(32), deviceCount }),
        )
        sum += Math.min(...offsets)
      }
      return sum / 400
    }
    expect(Math.abs(mean(1) - mean(4))).toBeLessThan(HOUR / 4)
  })

  it('takes a key from the future for one made now (pitfall 5.28)', () => {
    const input = { active, deviceId, deviceCount: 1 }
    const ahead = computeRotationSeconds({ ...input, nowSeconds: NOW - 2 * HOUR })
    expect(ahead - (NOW - 2 * HOUR)).toBeLessThanOrEqual(13 * HOUR)
    expect(computeRotationSeconds({ ...input, nowSeconds: NOW - 1800 })).toBeGreaterThan(NOW)
  })
})

function isActive({ rotatedSeconds }: AccountKey): boolean {
  return rotatedSeconds === undefined
}

function describeKey({ seed, createdSeconds, rotatedSeconds }: AccountKey): unknown {
  return [seed[0], createdSeconds, rotatedSeconds]
}
