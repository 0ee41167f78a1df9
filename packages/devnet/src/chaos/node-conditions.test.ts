import { describe, expect, it } from 'vitest'
import { CALM, decodeConditions, encodeConditions, type NodeConditions } from './node-conditions.ts'

const BAD: NodeConditions = {
  unreachable: ['aa', 'bb'],
  lagMs: 200,
  jitterMs: 20,
  dropPercent: 2.5,
  timeline: { baseMs: 1, timeMs: 2, rate: 0.5 },
  skewMs: -90_000,
  isDiskFull: true,
  isLying: true,
}

describe('the conditions of a node', () => {
  it.each([
    ['calm', CALM],
    ['bad', BAD],
  ])('are what was written: %s', (_name, conditions) => {
    expect(decodeConditions(encodeConditions(conditions))).toEqual(conditions)
  })

  it.each(['', 'null', '[]', '{}', '{"lagMs":1}', encodeConditions(BAD).replace('20', '"20"')])(
    'are refused when they are not whole: %s',
    (text) => {
      expect(() => decodeConditions(text)).toThrow()
    },
  )
})
