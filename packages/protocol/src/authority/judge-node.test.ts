/** The verdict of one authority on one node: each reason at its edges, and alone. */
import { describe, expect, it } from 'vitest'
import { type Reason, REASONS } from '../directory/epoch-content.ts'
import { type NodeEvidence, judgeNode } from './index.ts'
import { findMedian } from './median.ts'

const EPOCH_MS = 1000
const NOW = 10_000_000

/** A node without fault. */
const FINE: NodeEvidence = {
  now: NOW,
  epochMs: EPOCH_MS,
  provedAt: NOW - EPOCH_MS,
  reachability: Array.from({ length: 5 }, () => ({ lastReachable: NOW - 10 })),
  audits: Array.from({ length: 5 }, () => ({
    latest: { passed: 1, failed: 0 },
    before: { passed: 1, failed: 0 },
  })),
  swarmSize: 6,
  addresses: [{ address: '10.0.0.1:22021', claimedAt: NOW - EPOCH_MS }],
  clockOffsetsMs: [0, 20, -30],
  software: [1, 2, 3],
  softwareMin: [1, 2, 3],
  instances: ['a', 'a', 'a'],
}

const DOWN = { firstUnreachable: NOW - 40 * EPOCH_MS, lastUnreachable: NOW - EPOCH_MS }
const LOST = { latest: { passed: 0, failed: 3 }, before: { passed: 0, failed: 3 } }

function judge(changes: Partial<NodeEvidence>): number {
  return judgeNode({ ...FINE, ...changes })
}

/** Whether the verdict has the reason and no other. */
function hasOnly(reason: Reason, changes: Partial<NodeEvidence>): boolean {
  const reasons = judge(changes)
  expect([0, REASONS[reason]]).toContain(reasons)
  return reasons !== 0
}

describe('judgeNode', () => {
  it('finds nothing wrong with a node without fault, and with one that nobody has looked at', () => {
    expect(judgeNode(FINE)).toBe(0)
    const unseen = {
      reachability: [],
      audits: [],
      clockOffsetsMs: [],
      addresses: [],
      instances: [],
    }
    expect(judge(unseen)).toBe(0)
  })

  it('says everything that is wrong at once', () => {
    const { provedAt: _, ...unproved } = FINE
    const reasons = judgeNode({
      ...unproved,
      reachability: [DOWN, DOWN, DOWN],
      audits: [LOST, LOST],
      clockOffsetsMs: [40_000],
      software: [1, 2, 2],
      addresses: [...FINE.addresses, { address: '10.0.0.2:22021', claimedAt: NOW }],
      instances: ['a', 'b', 'a'],
    })
    expect(reasons).toBe(127)
  })

  it('takes reachability and audits for what they are', () => {
    expect(hasOnly('unreachable', { reachability: [DOWN, DOWN, DOWN] })).toBe(true)
    expect(hasOnly('auditFailed', { audits: [LOST, LOST] })).toBe(true)
    expect(hasOnly('auditFailed', { audits: [LOST] })).toBe(false)
    expect(hasOnly('auditFailed', { audits: [LOST], swarmSize: 2 })).toBe(true)
  })
})

describe('a proof of uptime', () => {
  it.each([
    [0, false],
    [62.4, false],
    [62.5, false],
    [62.501, true],
    [1000, true],
    [-1, false],
  ])('of %d epochs ago is missing: %s', (epochsAgo, expected) => {
    expect(hasOnly('proofMissing', { provedAt: NOW - epochsAgo * EPOCH_MS })).toBe(expected)
  })

  it('that never came is missing', () => {
    const { provedAt: _, ...unproved } = FINE
    expect(judgeNode(unproved)).toBe(REASONS.proofMissing)
  })
})

describe('a clock', () => {
  it.each<[readonly number[], boolean]>([
    [[], false],
    [[30_000], false],
    [[30_001], true],
    [[-30_000], false],
    [[-30_001], true],
    [[0, 0, 90_000], false],
    [[0, 90_000, 90_000], true],
    [[-90_000, -90_000, 0], true],
    [[-90_000, 0, 90_000], false],
    [[40_000, 29_000], false],
    [[-40_000, -29_000], false],
    [[40_000, 31_000], true],
    [[40_000, -40_000], false],
    [[40_000, 40_000, -40_000, 0], false],
    [[40_000, 40_000, 40_000, 0], true],
  ])('with offsets %j is off: %s', (clockOffsetsMs, expected) => {
    expect(hasOnly('clockOff', { clockOffsetsMs })).toBe(expected)
  })

  it('is not held to a stricter time in a faster network', () => {
    expect(judge({ clockOffsetsMs: [29_000], epochMs: 500, provedAt: NOW })).toBe(0)
  })
})

describe('software', () => {
  it.each<[NodeEvidence['software'], boolean]>([
    [[1, 2, 3], false],
    [[1, 2, 4], false],
    [[1, 10, 0], false],
    [[2, 0, 0], false],
    [[1, 2, 2], true],
    [[1, 1, 255], true],
    [[0, 255, 255], true],
  ])('%j is too old for 1.2.3: %s', (software, expected) => {
    expect(hasOnly('softwareOld', { software })).toBe(expected)
  })
})

describe('addresses', () => {
  const claim = (address: string, epochsAgo: number): NodeEvidence['addresses'][number] => ({
    address,
    claimedAt: NOW - epochsAgo * EPOCH_MS,
  })

  it.each<[string, NodeEvidence['addresses'], boolean]>([
    ['one, claimed again and again', [claim('a', 100), claim('a', 50), claim('a', 0)], false],
    ['two within a day', [claim('a', 719), claim('b', 0)], true],
    ['two, the old one a day ago', [claim('a', 720), claim('b', 0)], false],
    ['there and back', [claim('a', 800), claim('b', 700), claim('a', 1)], true],
  ])('%s', (_, addresses, expected) => {
    expect(hasOnly('addressDisputed', { addresses })).toBe(expected)
  })
})

describe('instances', () => {
  it.each<[string, string, boolean]>([
    ['none', '', false],
    ['one', 'aaa', false],
    ['a restart', 'aab', false],
    ['many restarts', 'abcdef', false],
    ['two by turns', 'aba', true],
    ['two by turns after restarts', 'abcdb', true],
    ['two by turns, each for a while', 'aaabbba', true],
  ])('%s', (_, letters, expected) => {
    expect(hasOnly('keyShared', { instances: letters.split('') })).toBe(expected)
  })
})

describe('findMedian', () => {
  it.each<[readonly number[], number | undefined]>([
    [[], undefined],
    [[5], 5],
    [[9, 1], 9],
    [[3, 1, 2], 2],
    [[10, 9, 2, 1], 9],
  ])('of %j is %s', (numbers, expected) => {
    expect(findMedian(numbers)).toBe(expected)
  })
})
