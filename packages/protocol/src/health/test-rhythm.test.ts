import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { TestRhythm } from './test-rhythm.ts'

const EPOCH_MS = 120_000
const MEAN_MS = 10_000
const STEP_MS = 250

function nameNodes(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `node-${index}`)
}

function createRhythm(count: number, seed = 'rhythm'): TestRhythm {
  const rhythm = new TestRhythm({ epochMs: EPOCH_MS, randomness: createSeededRandomness(seed) })
  rhythm.setNodes(nameNodes(count), 0)
  return rhythm
}

/** Everything that is due until a time, with the time at which it was. */
function run(
  rhythm: TestRhythm,
  {
    fromMs = 0,
    untilMs,
    passes = () => true,
  }: {
    readonly fromMs?: number
    readonly untilMs: number
    readonly passes?: (key: string) => boolean
  },
): readonly { readonly key: string; readonly atMs: number }[] {
  const tests: { key: string; atMs: number }[] = []
  for (let atMs = fromMs; atMs < untilMs; atMs += STEP_MS) {
    for (const key of rhythm.due(atMs)) {
      tests.push({ key, atMs })
      rhythm.recordResult(key, passes(key), atMs)
    }
  }
  return tests
}

describe('the rhythm of tests', () => {
  it.each([5, 50, 500, 2000])('is the same in a network of %i nodes', (count) => {
    const epochs = 20
    const tests = run(createRhythm(count), { untilMs: epochs * EPOCH_MS })
    const perEpoch = tests.length / epochs
    expect(perEpoch).toBeGreaterThan(9)
    expect(perEpoch).toBeLessThan(14)
  })

  it('tests every node once before any twice', () => {
    const tests = run(createRhythm(40), { untilMs: 60 * MEAN_MS })
    const firstRound = tests.slice(0, 40).map(({ key }) => key)
    expect(new Set(firstRound).size).toBe(40)
  })

  it('cannot be foreseen from the names', () => {
    const one = run(createRhythm(40, 'one'), { untilMs: 20 * MEAN_MS }).map(({ key }) => key)
    const other = run(createRhythm(40, 'other'), { untilMs: 20 * MEAN_MS }).map(({ key }) => key)
    expect(one).not.toEqual(other)
  })

  it('tests a failing node again and again, with growing gaps up to an epoch', () => {
    const failing = 'node-3'
    const tests = run(createRhythm(6), {
      untilMs: 30 * EPOCH_MS,
      passes: (key) => key !== failing,
    }).filter(({ key }) => key === failing)
    const gaps = tests.slice(1).map(({ atMs }, index) => atMs - (tests[index]?.atMs ?? 0))
    expect(gaps[0]).toBeLessThan(4 * MEAN_MS)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(EPOCH_MS + STEP_MS)
    expect(gaps.at(-1)).toBeGreaterThan(EPOCH_MS - STEP_MS)
  })

  it('never tests more than four failing nodes at once', () => {
    const rhythm = createRhythm(50)
    for (const key of nameNodes(50)) rhythm.recordResult(key, false, 0)
    const retests = rhythm.due(10 * EPOCH_MS)
    expect(retests.length).toBeLessThanOrEqual(5)
    // Asked again at once, the next ones are due, and none of the first.
    const next = rhythm.due(10 * EPOCH_MS)
    expect(next.some((key) => retests.includes(key))).toBe(false)
  })

  it('lets about eight observers test a newcomer at once, whatever their number', () => {
    for (const count of [20, 200]) {
      let testers = 0
      for (let observer = 0; observer < count; observer += 1) {
        const rhythm = createRhythm(count, `observer ${observer}`)
        rhythm.setNodes([...nameNodes(count), 'newcomer'], 0)
        const tests = run(rhythm, { untilMs: MEAN_MS / 2 + STEP_MS })
        testers += Number(tests.some(({ key }) => key === 'newcomer'))
      }
      expect(testers).toBeGreaterThan(2)
      expect(testers).toBeLessThan(20)
    }
  })

  it('tests nobody who is gone', () => {
    const rhythm = createRhythm(10)
    rhythm.recordResult('node-9', false, 0)
    rhythm.setNodes(nameNodes(3), 0)
    const tested = new Set(run(rhythm, { untilMs: 100 * MEAN_MS }).map(({ key }) => key))
    expect([...tested].toSorted()).toEqual(['node-0', 'node-1', 'node-2'])
  })

  it('has nobody to test in a network of one', () => {
    const rhythm = createRhythm(0)
    expect(run(rhythm, { untilMs: 10 * MEAN_MS })).toEqual([])
  })

  it('does not test more than once a second where epochs are short', () => {
    const rhythm = new TestRhythm({ epochMs: 500, randomness: createSeededRandomness('short') })
    rhythm.setNodes(nameNodes(10), 0)
    expect(run(rhythm, { untilMs: 60_000 }).length).toBeLessThan(75)
  })
})
