import { describe, expect, it } from 'vitest'
import { describeSpan } from './describe-span.ts'

describe('describeSpan', () => {
  it.each([
    [-5, '0 s'],
    [0, '0 s'],
    [0.9, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [61, '1 min 1 s'],
    [3600, '1 h'],
    [3603, '1 h'],
    [3660, '1 h 1 min'],
    [86_400 + 3600 + 60, '1 d 1 h'],
    [172_800, '2 d'],
  ])('says %d seconds as %s', (seconds, text) => {
    expect(describeSpan(seconds)).toBe(text)
  })
})
