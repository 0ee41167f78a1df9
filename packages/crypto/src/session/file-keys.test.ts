import { arbitraryBytes } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, encodeHex } from '../bytes.ts'
import type { Ed25519Seed } from '../signing.ts'
import type { FileKeys, FileOrigin } from './file-keys.ts'
import { FileKeyDerivation, equalFileKeys } from './file-keys.ts'
import { FILE_CONTENT_BYTES_MAX } from './file-size.ts'

const origin: FileOrigin = {
  seed: new Uint8Array(32).fill(1) as Ed25519Seed,
  purpose: 'attachment',
}

function derive(pieces: readonly Uint8Array[], from: FileOrigin = origin): FileKeys {
  const derivation = new FileKeyDerivation(from)
  for (const piece of pieces) derivation.push(piece)
  const keys = derivation.finish()
  if (keys === undefined) throw new TypeError('a small file')
  return keys
}

describe('FileKeyDerivation', () => {
  test('it depends on the content and not on how it was cut', () => {
    fc.assert(
      fc.property(fc.array(arbitraryBytes(100), { maxLength: 6 }), (pieces) => {
        expect(derive(pieces)).toEqual(derive([concatBytes(pieces)]))
      }),
    )
  })

  test('it gives other keys for another content, sender or purpose', () => {
    const content = [Uint8Array.of(1, 2, 3)]
    const keys = [
      derive(content),
      derive([Uint8Array.of(1, 2)]),
      derive([]),
      derive(content, { ...origin, purpose: 'profile_picture' }),
      derive(content, { ...origin, seed: new Uint8Array(32) as Ed25519Seed }),
    ]
    expect(new Set(keys.map(({ key }) => encodeHex(key))).size).toBe(keys.length)
    expect(new Set(keys.map(({ header }) => encodeHex(header))).size).toBe(keys.length)
  })

  test('it gives nothing for a file above the largest, however it was cut', () => {
    for (const last of [0, 1]) {
      const derivation = new FileKeyDerivation(origin)
      derivation.push(new Uint8Array(FILE_CONTENT_BYTES_MAX))
      derivation.push(new Uint8Array(last))
      expect(derivation.finish() === undefined).toBe(last === 1)
    }
  })
})

describe('equalFileKeys', () => {
  test('it tells any difference', () => {
    const keys = derive([Uint8Array.of(1)])
    expect(equalFileKeys(keys, { ...keys, key: Uint8Array.from(keys.key) })).toBe(true)
    expect(equalFileKeys(keys, undefined)).toBe(false)
    expect(equalFileKeys(keys, { ...keys, contentBytes: 2 })).toBe(false)
    expect(equalFileKeys(keys, { ...keys, key: new Uint8Array(32) })).toBe(false)
    expect(equalFileKeys(keys, { ...keys, header: new Uint8Array(24) })).toBe(false)
  })
})
