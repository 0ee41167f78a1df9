/** What a person reads about messages that may be lost. */
import { describe, expect, it } from 'vitest'
import { describeGap } from './describe-gap.ts'

const GAP = { fromMs: 1_767_225_600_000, toMs: 1_767_312_000_000 }

describe('a gap', () => {
  it('is a sentence with both ends for a person', () => {
    const times = describeGap(GAP, false).match(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}/g)
    expect(times).toHaveLength(2)
    expect(new Set(times).size).toBe(2)
  })

  it('is one line of JSON for a program, which no message looks like', () => {
    expect(JSON.parse(describeGap(GAP, true))).toEqual({ gap: { from: GAP.fromMs, to: GAP.toMs } })
  })
})
