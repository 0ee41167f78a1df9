/** A remembered conversion is the conversion itself, done less often. */
import { describe, expect, test } from 'vitest'
import { type ConvertKey, createKeyConversion } from './key-conversion.ts'

function createKey(filler: number): Uint8Array {
  return new Uint8Array(32).fill(filler)
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
  test('it converts a key once', () => {
    const { counted, counting } = countConversions()
    const convert = createKeyConversion(counting)
    expect(convert(createKey(1))).toEqual(convert(createKey(1)))
    expect(counted.calls).toBe(1)
  })

  test('it tells keys apart', () => {
    const convert = createKeyConversion((key) => key)
    expect(convert(createKey(1))).not.toEqual(convert(createKey(2)))
  })

  test('it gives bytes that nobody else changes', () => {
    const convert = createKeyConversion((key) => key.slice())
    for (let time = 0; time < 3; time++) {
      const key = convert(createKey(7))
      expect(key).toEqual(createKey(7))
      key?.fill(0)
    }
  })

  test('it forgets the oldest key beyond its bound', () => {
    const { counted, counting } = countConversions()
    const convert = createKeyConversion(counting, 2)
    for (const filler of [1, 2, 3]) convert(createKey(filler))
    convert(createKey(3))
    expect(counted.calls).toBe(3)
    convert(createKey(1))
    expect(counted.calls).toBe(4)
  })

  test('it gives no place to bytes that are no key', () => {
    const { counted, counting } = countConversions(() => undefined)
    const convert = createKeyConversion(counting, 1)
    expect(convert(createKey(1))).toBeUndefined()
    expect(convert(createKey(1))).toBeUndefined()
    expect(counted.calls).toBe(2)
  })
})
