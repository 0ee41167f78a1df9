/** The names of hashes, and the dicts that are signed. */
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { describe, expect, it } from 'vitest'
import { hashInDomain, label, LABEL, PERSONALISATION } from './domains.ts'
import {
  appendToRange,
  decodeDict,
  encodeSignedRange,
  readSignedRange,
  stripZeros,
} from './signed-dict.ts'

describe('PERSONALISATION', () => {
  it('has sixteen bytes in each name, and no name twice', () => {
    const names = Object.values(PERSONALISATION)
    for (const name of names) expect(encodeUtf8(name)).toHaveLength(16)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('hashInDomain', () => {
  const input = { domain: PERSONALISATION.slotIndex, parts: [encodeUtf8('a'), encodeUtf8('b')] }

  it('has the length in the hash: two bytes are no beginning of thirty-two (pitfall 5.6)', () => {
    const short = hashInDomain({ ...input, length: 2 })
    expect(hashInDomain({ ...input, length: 32 }).subarray(0, 2)).not.toEqual(short)
  })

  it('joins the parts, and differs by name and by key', () => {
    const personalisation = encodeUtf8(PERSONALISATION.slotIndex)
    const expected = blake2b(encodeUtf8('ab'), { length: 8, personalisation })
    expect(hashInDomain({ ...input, length: 8 })).toEqual(expected)
    const others = [
      { ...input, length: 8, domain: PERSONALISATION.wrappingKey },
      { ...input, length: 8, key: new Uint8Array(32) },
    ]
    for (const other of others) expect(hashInDomain(other)).not.toEqual(expected)
  })
})

describe('label', () => {
  it('is the label of X-Wing for the combiner', () => {
    expect(encodeHex(label('hybridCombiner'))).toBe('5c2e2f2f5e5c')
  })

  it('begins no SHAKE256 input with the name of another', () => {
    const { accountKeys, deviceKeys, messageSecret, plainSecret } = LABEL
    const names = [accountKeys, deviceKeys, messageSecret, plainSecret]
    for (const name of names) {
      expect(names.filter((other) => other.startsWith(name))).toEqual([name])
    }
  })
})

describe('signed dicts', () => {
  const fields = new Map([
    ['a', encodeUtf8('x')],
    ['b', encodeUtf8('y')],
  ])
  const range = encodeSignedRange(fields)

  it('covers the first byte and neither the signature’s key nor the last byte (pitfall 5.1)', () => {
    expect(range).toEqual(encodeUtf8('d1:a1:x1:b1:y'))
    const bytes = appendToRange(range, new Map([['~', encodeUtf8('sig')]]))
    expect(bytes).toEqual(encodeUtf8('d1:a1:x1:b1:y1:~3:sige'))
    const dict = decodeDict(bytes)
    expect(dict && readSignedRange(bytes, dict, '~')).toEqual(range)
  })

  it('gives the range before a later key too, the first signature in it (pitfall 5.2)', () => {
    const bytes = encodeUtf8('d1:a1:x1:~3:sig2:~P3:proe')
    const dict = decodeDict(bytes)
    expect(dict && readSignedRange(bytes, dict, '~P')).toEqual(encodeUtf8('d1:a1:x1:~3:sig'))
    expect(dict && readSignedRange(bytes, dict, '~')).toEqual(encodeUtf8('d1:a1:x'))
  })

  it('is refused out of order, twice, and with anything behind it', () => {
    for (const text of ['d1:b0:1:a0:e', 'd1:a0:1:a0:e', 'd1:a0:ex', 'le', '', 'd1:a0:']) {
      expect(decodeDict(encodeUtf8(text)), text).toBeUndefined()
    }
  })
})

describe('stripZeros', () => {
  it('takes away zeros at the end only', () => {
    expect(stripZeros(Uint8Array.of(0, 1, 0, 2, 0, 0))).toEqual(Uint8Array.of(0, 1, 0, 2))
    expect(stripZeros(new Uint8Array(5))).toHaveLength(0)
  })
})
