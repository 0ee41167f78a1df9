/** Values of decoded dicts, read by what a format says of them. */
import { describe, expect, it } from 'vitest'
import type { BtValue } from './index.ts'
import {
  isDict,
  readBytes,
  readDict,
  readInteger,
  readItems,
  readKey,
  readList,
} from './read-bt.ts'

const DICT = new Map<string, BtValue>([
  ['a', 1],
  ['b', new Uint8Array(2)],
])
/** One of each kind. */
const ALL: readonly (BtValue | undefined)[] = [undefined, 1, 5n, new Uint8Array(32), [1], DICT]

describe('a dict', () => {
  it('is read with exactly its keys', () => {
    expect(readDict(DICT, ['a', 'b'])).toBe(DICT)
    expect(readDict(DICT, ['b', 'a'])).toBe(DICT)
  })

  it.each([
    ['fewer', ['a']],
    ['more', ['a', 'b', 'c']],
    ['others', ['a', 'c']],
  ])('is not one that has %s keys than it should', (_what, keys) => {
    expect(readDict(DICT, keys)).toBeUndefined()
  })

  it('is nothing else', () => {
    for (const value of [1, 5n, new Uint8Array(), [1]]) {
      expect(readDict(value, [])).toBeUndefined()
      expect(isDict(value)).toBe(false)
    }
    expect(isDict(new Map())).toBe(true)
  })
})

describe('bytes', () => {
  it('are read at exactly their length', () => {
    const bytes = new Uint8Array(2)
    expect(readBytes(bytes, 2)).toBe(bytes)
    expect(readBytes(bytes, 1)).toBeUndefined()
    expect(readBytes(bytes, 3)).toBeUndefined()
  })

  it('are nothing else, and neither is a key', () => {
    const others = ALL.filter((value) => !(value instanceof Uint8Array))
    for (const value of others) {
      expect(readBytes(value, 1)).toBeUndefined()
      expect(readKey(value)).toBeUndefined()
    }
  })

  it('are a key at 32', () => {
    expect(readKey(new Uint8Array(32))).toEqual(new Uint8Array(32))
    expect(readKey(new Uint8Array(31))).toBeUndefined()
    expect(readKey(new Uint8Array(33))).toBeUndefined()
  })
})

describe('an integer', () => {
  it.each([
    [0, 0],
    [7, 7],
    [-1, undefined],
    [8, undefined],
  ])('between 0 and 7: %i is read as %s', (value, read) => {
    expect(readInteger(value, { min: 0, max: 7 })).toBe(read)
  })

  it('is at most what a number holds exactly, without a maximum', () => {
    expect(readInteger(Number.MAX_SAFE_INTEGER, { min: 0 })).toBe(Number.MAX_SAFE_INTEGER)
    expect(readInteger(2n ** 53n, { min: 0 })).toBeUndefined()
  })

  it('is nothing else', () => {
    for (const value of ALL.filter((each) => typeof each !== 'number')) {
      expect(readInteger(value, { min: 0 })).toBeUndefined()
    }
  })
})

describe('a list', () => {
  it('is nothing else', () => {
    expect(readList([1, 2])).toEqual([1, 2])
    for (const value of ALL.filter((each) => !Array.isArray(each))) {
      expect(readList(value)).toBeUndefined()
    }
  })

  it('is read when every item is, in order', () => {
    const read = (item: BtValue): number | undefined => readInteger(item, { min: 1 })
    expect(readItems([3, 1, 2], read)).toEqual([3, 1, 2])
    expect(readItems([], read)).toEqual([])
    expect(readItems([3, 0, 2], read)).toBeUndefined()
    expect(readItems([3, [1]], read)).toBeUndefined()
  })

  it('is not read beyond the first item that cannot be', () => {
    let count = 0
    readItems([0, 1, 2], () => {
      count += 1
      return undefined
    })
    expect(count).toBe(1)
  })
})
