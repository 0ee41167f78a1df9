import { describe, expect, test } from 'vitest'
import { systemRandomness } from './randomness.ts'

describe('systemRandomness', () => {
  // 65,536 is what browsers give at most in one call.
  test.each([0, 1, 32, 65_535, 65_536, 65_537, 200_000])('it fills all of %d bytes', (length) => {
    const bytes = systemRandomness.bytes(length)
    expect(bytes).toHaveLength(length)
    const tail = bytes.subarray(Math.max(0, length - 32))
    if (length >= 32) expect(tail.some((byte) => byte !== 0)).toBe(true)
  })

  test('it gives bytes that the caller owns', () => {
    const first = systemRandomness.bytes(32)
    const copy = Uint8Array.from(first)
    expect(systemRandomness.bytes(32)).not.toEqual(first)
    expect(first).toEqual(copy)
    expect(first.buffer.byteLength).toBe(32)
  })
})
