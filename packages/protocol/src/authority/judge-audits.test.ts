/** When audits count as failed, at each edge of the rule. */
import { describe, expect, it } from 'vitest'
import { type AuditCount, hasFailedAudits } from './judge-audits.ts'

const NONE: AuditCount = { passed: 0, failed: 0 }
const PASS: AuditCount = { passed: 10, failed: 0 }
const FAIL: AuditCount = { passed: 4, failed: 6 }
const EVEN: AuditCount = { passed: 5, failed: 5 }
const ALL: AuditCount = { passed: 0, failed: 10 }
const NINE_OF_TEN: AuditCount = { passed: 1, failed: 9 }

type Epochs = readonly [before: AuditCount, latest: AuditCount]

function judge(swarmSize: number, ...observers: readonly Epochs[]): boolean {
  const records = observers.map(([before, latest]) => ({ before, latest }))
  return hasFailedAudits({ swarmSize, records })
}

function repeat(count: number, epochs: Epochs): readonly Epochs[] {
  return Array.from({ length: count }, () => epochs)
}

describe('hasFailedAudits', () => {
  it.each<[string, readonly Epochs[], boolean]>([
    ['nobody audits', [], false],
    ['nobody has audited yet', repeat(5, [NONE, NONE]), false],
    ['all find everything', repeat(5, [PASS, PASS]), false],
    ['all find it failing in both epochs', repeat(5, [FAIL, FAIL]), true],
    ['all find it failing in the last alone', repeat(5, [PASS, FAIL]), false],
    ['all find it failing in the one before alone', repeat(5, [FAIL, PASS]), false],
    ['nobody audited in the one before', repeat(5, [NONE, FAIL]), false],
    ['half of four, in both', [...repeat(2, [FAIL, FAIL]), ...repeat(2, [PASS, PASS])], true],
    ['two of five, in both', [...repeat(2, [FAIL, FAIL]), ...repeat(3, [PASS, PASS])], false],
    [
      'two of two who audited, in both',
      [...repeat(2, [FAIL, FAIL]), ...repeat(3, [NONE, NONE])],
      true,
    ],
    [
      'the only one who audited, in both',
      [...repeat(1, [ALL, ALL]), ...repeat(4, [NONE, NONE])],
      false,
    ],
    [
      'two of three in the last, other two in the one before',
      [
        [FAIL, FAIL],
        [FAIL, PASS],
        [PASS, FAIL],
      ],
      true,
    ],
    ['half of the audits of each, in both', repeat(5, [EVEN, EVEN]), false],
    ['everything in the last epoch', repeat(5, [PASS, ALL]), true],
    ['nine tenths in the last epoch', repeat(5, [PASS, NINE_OF_TEN]), false],
    ['a little more than nine tenths', [[PASS, ALL], ...repeat(4, [PASS, NINE_OF_TEN])], true],
    [
      'everything, by one of two who audited',
      [[PASS, ALL], [PASS, PASS], ...repeat(3, [NONE, NONE])],
      false,
    ],
  ])('in a swarm of six: %s', (_, observers, expected) => {
    expect(judge(6, ...observers)).toBe(expected)
  })

  it('believes a single member in a swarm of two, and nowhere else', () => {
    expect(judge(2, [FAIL, FAIL])).toBe(true)
    expect(judge(2, [PASS, ALL])).toBe(true)
    expect(judge(2, [PASS, FAIL])).toBe(false)
    expect(judge(3, [ALL, ALL])).toBe(false)
    expect(judge(3, [ALL, ALL], [NONE, NONE])).toBe(false)
  })

  it('lets no observer weigh more by claiming more audits', () => {
    const loud: Epochs = [PASS, { passed: 0, failed: 1_000_000 }]
    expect(judge(6, loud, loud, [PASS, PASS], [PASS, PASS])).toBe(false)
    const praise: Epochs = [PASS, { passed: 1_000_000, failed: 0 }]
    expect(judge(6, ...repeat(20, [PASS, ALL]), praise)).toBe(true)
  })
})
