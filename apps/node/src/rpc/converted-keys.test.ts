import { describe, expect, it } from 'vitest'
import { toEd25519PublicKey } from '@sotto/crypto/signing'
import type { ConvertKey } from '@sotto/protocol/rpc'
import { createKeyConversion } from './converted-keys.ts'

function createKey(filler: number) {
  const key = toEd25519PublicKey(new Uint8Array(32).fill(filler))
  if (key === undefined) throw new Error('a key has 32 bytes')
  return key
}

function countConversions(convert: ConvertKey = (key) => key) {
  const counted = { calls: 0 }
  const counting: ConvertKey = (key) => {
    counted.calls += 1
    return convert(key)
  }
  return { counted, counting }
}

describe('createKeyConversion', () => {
  it('converts a key once', () => {
    const { counted, counting } = countConversions()
    const convert = createKeyConversion(counting)
    expect(convert(createKey(1))).toEqual(convert(createKey(1)))
    expect(counted.calls).toBe(1)
  })

  it('tells keys apart', () => {
    const convert = createKeyConversion((key) => key)
    expect(convert(createKey(1))).not.toEqual(convert(createKey(2)))
  })

  it('forgets the oldest key beyond its bound', () => {
    const { counted, counting } = countConversions()
    const convert = createKeyConversion(counting, 2)
    for (const filler of [1, 2, 3]) convert(createKey(filler))
    convert(createKey(3))
    expect(counted.calls).toBe(3)
    convert(createKey(1))
    expect(counted.calls).toBe(4)
  })

  it('gives no place to bytes that are no key', () => {
    const { counted, counting } = countConversions(() => undefined)
    const convert = createKeyConversion(counting, 1)
    expect(convert(createKey(1))).toBeUndefined()
    expect(convert(createKey(1))).toBeUndefined()
    expect(counted.calls).toBe(2)
  })
})
