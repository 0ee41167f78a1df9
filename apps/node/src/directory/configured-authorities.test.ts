import { encodeUtf8 } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import { describe, expect, it } from 'vitest'
import { createConfiguredAuthorities } from './configured-authorities.ts'

const KEYS = Array.from(
  { length: 9 },
  (_, index) => deriveSigningKeyPair(sha256(encodeUtf8(`configured ${index}`))).publicKey,
)

describe('createConfiguredAuthorities', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
    [9, 5],
  ])('asks of %i keys the majority, %i, if nothing else is configured', (count, threshold) => {
    const directoryKeys = KEYS.slice(0, count)
    const authorities = createConfiguredAuthorities({ directoryKeys })
    expect(authorities).toEqual({ keys: directoryKeys, threshold })
  })

  it('takes a threshold above the majority', () => {
    const directoryKeys = KEYS.slice(0, 5)
    const authorities = createConfiguredAuthorities({ directoryKeys, directoryThreshold: 4 })
    expect(authorities.threshold).toBe(4)
  })

  it.each([0, 1, 2, 6, 2.5])('throws for %d of five, which is no majority of them', (threshold) => {
    const directoryKeys = KEYS.slice(0, 5)
    expect(() =>
      createConfiguredAuthorities({ directoryKeys, directoryThreshold: threshold }),
    ).toThrow(RangeError)
  })
})
