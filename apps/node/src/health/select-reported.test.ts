/** Whom a report names when there are too many, spec 09 §5.2. */
import { describe, expect, it } from 'vitest'
import { selectReported } from './select-reported.ts'

function listTested(count: number, failing: readonly number[] = []) {
  const entries = Array.from({ length: count }, (_, index) => {
    return [`node ${index}`, { failing: failing.includes(index) ? 1 : 0 }] as const
  })
  return new Map(entries)
}

describe('a report', () => {
  it('names everybody who was audited or tested when there is room, each once', () => {
    const audited = ['node 1', 'audited']
    const keys = selectReported({ audited, tested: listTested(3), countMax: 64 })
    expect(keys.toSorted()).toEqual(['audited', 'node 0', 'node 1', 'node 2'])
  })

  it('names those who were tested last when there are too many, so that newcomers are heard of', () => {
    const keys = selectReported({ audited: [], tested: listTested(500), countMax: 64 })
    expect(keys).toHaveLength(64)
    expect(keys[0]).toBe('node 499')
    expect(keys.at(-1)).toBe('node 436')
  })

  it('names the audited before all, and the failing before those who are well', () => {
    const tested = listTested(500, [3, 7])
    const keys = selectReported({ audited: ['node 9'], tested, countMax: 4 })
    expect(keys).toEqual(['node 9', 'node 7', 'node 3', 'node 499'])
  })

  it('is empty for a node that saw nothing', () => {
    expect(selectReported({ audited: [], tested: new Map(), countMax: 64 })).toEqual([])
  })
})
