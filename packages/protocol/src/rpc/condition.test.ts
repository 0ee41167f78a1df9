/** The conditions of ifelse (spec 03 §4.14). */
import { describe, expect, it } from 'vitest'
import { type Condition, encodeCondition, isConditionMet, parseCondition } from './index.ts'

const node = { hardFork: [19, 4], version: [2, 8, 0], height: 1000 }

function isMet(condition: Condition): boolean {
  return isConditionMet(condition, node)
}

describe('isConditionMet', () => {
  it('compares versions part by part, not as text', () => {
    expect(isMet({ hardForkAtLeast: [19, 4] })).toBe(true)
    expect(isMet({ hardForkAtLeast: [19, 5] })).toBe(false)
    expect(isMet({ hardForkAtLeast: [9, 99] })).toBe(true)
    expect(isMet({ versionAtLeast: [2, 8, 0] })).toBe(true)
    expect(isMet({ versionAtLeast: [2, 10, 0] })).toBe(false)
    expect(isMet({ versionAtLeast: [3, 0, 0] })).toBe(false)
  })

  it('means strictly earlier by before', () => {
    expect(isMet({ hardForkBefore: [19, 4] })).toBe(false)
    expect(isMet({ hardForkBefore: [19, 5] })).toBe(true)
    expect(isMet({ hardForkBefore: [20, 0] })).toBe(true)
    expect(isMet({ versionBefore: [2, 8, 0] })).toBe(false)
    expect(isMet({ versionBefore: [2, 8, 1] })).toBe(true)
  })

  it('compares heights', () => {
    expect(isMet({ heightAtLeast: 1000 })).toBe(true)
    expect(isMet({ heightAtLeast: 1001 })).toBe(false)
    expect(isMet({ heightBefore: 1000 })).toBe(false)
    expect(isMet({ heightBefore: 1001 })).toBe(true)
  })

  it('wants all of several', () => {
    expect(isMet({ hardForkAtLeast: [19, 0], heightBefore: 5 })).toBe(false)
    expect(isMet({ hardForkAtLeast: [19, 0], heightBefore: 5000 })).toBe(true)
  })

  it('takes exactly one of at least and before as true', () => {
    for (const version of [
      [0, 0, 0],
      [2, 7, 9],
      [2, 8, 0],
      [2, 8, 1],
      [99, 0, 0],
    ]) {
      expect(isMet({ versionAtLeast: version })).toBe(!isMet({ versionBefore: version }))
    }
  })
})

describe('parseCondition', () => {
  it('reads what encodeCondition writes', () => {
    const condition: Condition = {
      hardForkAtLeast: [19, 0],
      hardForkBefore: [20, 0],
      versionAtLeast: [2, 0, 0],
      versionBefore: [3, 0, 0],
      heightAtLeast: 1,
      heightBefore: 2,
    }
    expect(parseCondition(encodeCondition(condition))).toEqual({ ok: true, value: condition })
  })

  it.each([
    undefined,
    null,
    5,
    [],
    {},
    { unknown: [1, 2] },
    { hf_at_least: [19] },
    { hf_at_least: [19, 0, 0] },
    { hf_at_least: '19.0' },
    { hf_before: [19, -1] },
    { v_at_least: [2, 8] },
    { v_before: [2, 8, 0.5] },
    { height_at_least: -1 },
    { height_before: '5' },
  ])('refuses %j', (value) => {
    expect(parseCondition(value).ok).toBe(false)
  })
})
