/** Changes of data, and changes that come late (spec 11 §2.1, §5.5). */
import { describe, expect, it } from 'vitest'
import { fromByteText, toByteText } from './byte-text.ts'
import type { ConfigDict, ConfigValue } from './config-value.ts'
import { findValue, replaceValue } from './edit-data.ts'
import { applyLateChanges } from './late-changes.ts'

function dict(entries: Record<string, ConfigValue>): ConfigDict {
  return new Map(Object.entries(entries))
}

describe('replaceValue', () => {
  it('leaves the old state as it was', () => {
    const old = dict({ a: 1, b: dict({ c: 2 }) })
    const changed = replaceValue(old, ['b', 'c'], 3)
    expect([findValue(old, ['b', 'c']), findValue(changed, ['b', 'c'])]).toEqual([2, 3])
  })

  it('leaves nothing empty behind, which no reader accepts', () => {
    const old = dict({ a: dict({ b: dict({ c: 1 }) }) })
    expect(replaceValue(old, ['a', 'b', 'c'], undefined).size).toBe(0)
    expect(replaceValue(old, ['x'], new Set()).has('x')).toBe(false)
    expect(replaceValue(old, ['x'], dict({ y: dict({ z: new Set() }) })).has('x')).toBe(false)
  })

  it('replaces what is of another kind on the way', () => {
    expect(findValue(replaceValue(dict({ a: 1 }), ['a', 'b'], 2), ['a', 'b'])).toBe(2)
  })

  it('knows one form of every integer, so that a set has no item twice', () => {
    const changed = replaceValue(dict({}), ['s'], new Set([5, 5n, 0, -0]))
    expect(changed.get('s')).toEqual(new Set([5, 0]))
    expect(replaceValue(dict({}), ['i'], 7n).get('i')).toBe(7)
  })

  it.each<[string, readonly string[], ConfigValue]>([
    ['no path', [], 1],
    ['a path that is too deep', 'abcdefghi'.split(''), 1],
    ['a value that is too deep', 'abcdefgh'.split(''), dict({ x: 1 })],
    ['a fraction', ['a'], 0.5],
    ['an integer beyond 64 bits', ['a'], 2n ** 63n],
    ['a character beyond one byte', ['a'], '€'],
    ['a key beyond one byte', ['€'], 1],
  ])('throws for %s, which is a mistake of ours', (_, path, value) => {
    expect(() => replaceValue(dict({}), path, value)).toThrow(RangeError)
  })
})

describe('byte text', () => {
  it('holds every byte, and more of them than a call has arguments', () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index)
    expect(fromByteText(toByteText(bytes))).toEqual(bytes)
    expect(() => fromByteText('€')).toThrow(RangeError)
  })
})

describe('applyLateChanges', () => {
  const base = dict({ a: 1, b: 1, d: dict({ x: 1, y: 1 }), s: new Set([1, 2]) })

  it('adds what nobody else touched', () => {
    const own = dict({ a: 2, b: 1, d: dict({ x: 2, y: 1 }), s: new Set([1, 2]) })
    const target = dict({ a: 1, b: 5, d: dict({ x: 1, y: 5 }), s: new Set([1, 2]) })
    expect(applyLateChanges({ base, own, target, shown: [] })).toEqual(
      dict({ a: 2, b: 5, d: dict({ x: 2, y: 5 }), s: new Set([1, 2]) }),
    )
  })

  it('leaves to the others what they changed too', () => {
    const own = dict({ a: 2, d: dict({ x: 2, y: 1 }), s: new Set([1, 2]) })
    const target = dict({ a: 3, b: 2, s: new Set([1, 2]) })
    expect(applyLateChanges({ base, own, target, shown: [] })).toEqual(target)
  })

  it('counts its own earlier value as no change by others', () => {
    const own = new Map([...base, ['a', 3]])
    const target = new Map([...base, ['a', 2]])
    const shown = [new Map([...base, ['a', 2]])]
    expect(applyLateChanges({ base, own, target, shown }).get('a')).toBe(3)
    expect(applyLateChanges({ base, own, target, shown: [] }).get('a')).toBe(2)
  })

  it('joins changes of one set', () => {
    const own = new Map([...base, ['s', new Set([1, 2, 3])]])
    const target = new Map([...base, ['s', new Set([2, 4])]])
    expect(applyLateChanges({ base, own, target, shown: [] }).get('s')).toEqual(new Set([2, 3, 4]))
  })
})
