import { describe, expect, it } from 'vitest'
import { type GroupKey, hasConflict, mergeKeys } from './key-history.ts'
import { GROUP_KEY_LIFE_MS } from './limits.ts'
import { decodeSupplement, encodeSupplement } from './supplement.ts'

const START_MS = 1_767_225_600_000

function keyOf(generation: number, byte: number, timestampMs = START_MS): GroupKey {
  return { generation, key: new Uint8Array(32).fill(byte), timestampMs }
}

describe('mergeKeys', () => {
  it('orders by generation, then time, then bytes, so that all devices seal with one key', () => {
    const keys = [keyOf(1, 1), keyOf(0, 9, START_MS + 5), keyOf(0, 2, START_MS + 5), keyOf(0, 3)]
    expect(mergeKeys(keys)).toEqual([
      keyOf(0, 3),
      keyOf(0, 2, START_MS + 5),
      keyOf(0, 9, START_MS + 5),
      keyOf(1, 1),
    ])
  })

  it('takes the earlier of two times of one key', () => {
    expect(mergeKeys([keyOf(0, 1, START_MS + 1), keyOf(0, 1)])).toEqual([keyOf(0, 1)])
  })

  it('keeps one key in two generations apart', () => {
    expect(mergeKeys([keyOf(0, 1), keyOf(1, 1)])).toHaveLength(2)
  })

  it('keeps a generation for 60 days after the next began, and not a millisecond more', () => {
    const limit = START_MS + GROUP_KEY_LIFE_MS
    const keys = [keyOf(0, 1, START_MS - 1), keyOf(1, 2, START_MS)]
    expect(mergeKeys([...keys, keyOf(2, 3, limit)])).toHaveLength(3)
    expect(mergeKeys([...keys, keyOf(2, 3, limit + 1)])).toHaveLength(2)
  })

  it('keeps the newest generation however old it is', () => {
    expect(mergeKeys([keyOf(0, 1, 0), keyOf(1, 2, 1)])).toHaveLength(2)
    expect(mergeKeys([keyOf(7, 1, 0), keyOf(7, 2, START_MS)])).toHaveLength(2)
  })
})

describe('hasConflict', () => {
  it('sees two keys in the newest generation, and not in older ones', () => {
    expect(hasConflict([])).toBe(false)
    expect(hasConflict([keyOf(0, 1), keyOf(1, 2)])).toBe(false)
    expect(hasConflict([keyOf(0, 1), keyOf(0, 2)])).toBe(true)
    expect(hasConflict([keyOf(0, 1), keyOf(0, 2), keyOf(1, 3)])).toBe(false)
  })
})

describe('a supplement', () => {
  it('is read as it was written', () => {
    const keys = [keyOf(0, 1), keyOf(3, 2, 0)]
    expect(decodeSupplement(encodeSupplement(keys), 3)).toEqual({ ok: true, value: keys })
  })

  it('refuses keys that are newer than it says, none at all, and too many', () => {
    const many = Array.from({ length: 513 }, (_, index) => keyOf(0, index))
    const cases = [[[keyOf(4, 1)], 3] as const, [[], 3] as const, [many, 3] as const]
    for (const [keys, newest] of cases) {
      const decoded = decodeSupplement(encodeSupplement(keys), newest)
      expect(decoded.ok ? 'read' : decoded.error.code).toBe('group_malformed')
    }
  })

  it('refuses keys of another length, and times before all time', () => {
    for (const broken of [
      { ...keyOf(0, 1), key: new Uint8Array(31) },
      { ...keyOf(0, 1), timestampMs: -1 },
      { ...keyOf(0, 1), generation: -1 },
    ]) {
      const decoded = decodeSupplement(encodeSupplement([broken]), 9)
      expect(decoded.ok ? 'read' : decoded.error.code).toBe('group_malformed')
    }
  })
})
