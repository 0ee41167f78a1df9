/** Whom a node tests and when, spec 09 §3, over simulated hours. */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { TestRhythm } from './index.ts'

const EPOCH_MS = 120_000
/** Spec 07 §6: a twelfth of an epoch. */
const MEAN_MS = 10_000
const RETEST_MAX_MS = 120_000
const TICK_MS = 250
const HOUR_MS = 3_600_000

interface Tested {
  readonly key: string
  readonly atMs: number
}

interface Simulation {
  readonly rhythm: TestRhythm
  readonly tested: Tested[]
  /** Those that fail every test. */
  readonly down: Set<string>
  nowMs: number
}

function createNames(count: number, prefix = 'node'): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix} ${index}`)
}

function createSimulation(
  keys: readonly string[],
  seed = 'rhythm',
  epochMs = EPOCH_MS,
): Simulation {
  const randomness = createSeededRandomness(`${seed} ${keys.length}`)
  const rhythm = new TestRhythm({ epochMs, randomness })
  rhythm.setNodes(keys, 0)
  return { rhythm, tested: [], down: new Set(), nowMs: 0 }
}

/** Each test has its result at once. Returns how many began in each tick. */
function run(simulation: Simulation, durationMs: number, tickMs = TICK_MS): readonly number[] {
  const { rhythm, tested, down } = simulation
  const endMs = simulation.nowMs + durationMs
  const began: number[] = []
  while (simulation.nowMs < endMs) {
    simulation.nowMs += tickMs
    const due = rhythm.due(simulation.nowMs)
    began.push(due.length)
    for (const key of due) {
      tested.push({ key, atMs: simulation.nowMs })
      rhythm.recordResult(key, !down.has(key), simulation.nowMs)
    }
  }
  return began
}

function countTests({ tested }: Simulation): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { key } of tested) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

function listGaps({ tested }: Simulation, key: string): readonly number[] {
  const times = tested.filter((each) => each.key === key).map(({ atMs }) => atMs)
  return times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0))
}

describe('random tests', () => {
  it.each([5, 20, 100, 500, 2000])('come at the same rate among %i nodes', (count) => {
    const simulation = createSimulation(createNames(count))
    run(simulation, 5 * HOUR_MS)
    const expected = (5 * HOUR_MS) / MEAN_MS
    expect(simulation.tested.length).toBeGreaterThan(0.8 * expected)
    expect(simulation.tested.length).toBeLessThan(1.2 * expected)
  })

  it('are of one node at a time', () => {
    const began = run(createSimulation(createNames(300)), HOUR_MS)
    expect(Math.max(...began)).toBe(1)
  })

  it('are never closer than a quarter of the mean, and spread as a normal distribution does', () => {
    const simulation = createSimulation(createNames(50))
    run(simulation, 20 * HOUR_MS, 50)
    const times = simulation.tested.map(({ atMs }) => atMs)
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0))
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(MEAN_MS / 4)
    expect(mean).toBeGreaterThan(9700)
    expect(mean).toBeLessThan(10_300)
    expect(Math.sqrt(variance)).toBeGreaterThan(2700)
    expect(Math.sqrt(variance)).toBeLessThan(3300)
  })

  it.each([5, 60, 300])('reach each of %i nodes exactly three times in three rounds', (count) => {
    const simulation = createSimulation(createNames(count))
    while (simulation.tested.length < 3 * count) run(simulation, TICK_MS)
    const counts = countTests(simulation)
    expect(counts.size).toBe(count)
    expect(new Set(counts.values())).toEqual(new Set([3]))
  })

  it('come in another order in each round and for each tester', () => {
    const orders = ['one', 'other'].map((seed) => {
      const simulation = createSimulation(createNames(40), seed)
      while (simulation.tested.length < 80) run(simulation, TICK_MS)
      return simulation.tested.map(({ key }) => key)
    })
    const [first, second] = orders
    expect(first?.slice(0, 40)).not.toEqual(first?.slice(40))
    expect(first).not.toEqual(second)
  })

  it('are at most one in a second on average, however short epochs are', () => {
    const simulation = createSimulation(createNames(10), 'short', 500)
    run(simulation, 1_000_000, 20)
    expect(simulation.tested.length).toBeGreaterThan(800)
    expect(simulation.tested.length).toBeLessThan(1100)
  })

  it('are none when there is nobody else', () => {
    const simulation = createSimulation([])
    run(simulation, HOUR_MS)
    expect(simulation.tested).toEqual([])
  })

  it('are one, not many, after the program stood still for an hour', () => {
    const { rhythm } = createSimulation(createNames(30))
    rhythm.due(0)
    expect(rhythm.due(HOUR_MS)).toHaveLength(1)
    expect(rhythm.due(HOUR_MS)).toHaveLength(0)
  })

  it('do not wait for a clock that was set back to be there again', () => {
    const { rhythm } = createSimulation(createNames(5))
    rhythm.due(HOUR_MS)
    rhythm.recordResult('node 3', false, HOUR_MS)
    rhythm.setNodes([...createNames(5), 'new'], HOUR_MS)
    expect(rhythm.due(0)).toEqual([])
    const tested = new Set<string>()
    for (let nowMs = 0; nowMs <= 2 * RETEST_MAX_MS; nowMs += TICK_MS) {
      for (const key of rhythm.due(nowMs)) tested.add(key)
    }
    expect(tested.has('node 3')).toBe(true)
    expect(tested.has('new')).toBe(true)
    expect(tested.size).toBeGreaterThan(3)
  })
})

describe('re-tests of a failing node', () => {
  it('come after growing gaps, up to an epoch', () => {
    const simulation = createSimulation(createNames(20))
    simulation.down.add('node 3')
    run(simulation, 2 * HOUR_MS)
    const gaps = listGaps(simulation, 'node 3')
    expect(gaps.length).toBeGreaterThan(20)
    for (const [index, gap] of gaps.slice(0, 8).entries()) {
      // A step for each failure, and one interval of the rhythm.
      const step = (index + 1) * MEAN_MS
      expect(gap).toBeGreaterThanOrEqual(Math.min(step + MEAN_MS / 4, RETEST_MAX_MS))
      expect(gap).toBeLessThanOrEqual(Math.min(step + 3 * MEAN_MS, RETEST_MAX_MS) + TICK_MS)
    }
    for (const gap of gaps.slice(12)) {
      expect(gap).toBeGreaterThanOrEqual(RETEST_MAX_MS)
      expect(gap).toBeLessThanOrEqual(RETEST_MAX_MS + TICK_MS)
    }
  })

  it('are far more frequent than tests of it would be in a large network', () => {
    const simulation = createSimulation(createNames(500))
    simulation.down.add('node 3')
    run(simulation, 3 * HOUR_MS)
    const counts = countTests(simulation)
    expect(counts.get('node 3')).toBeGreaterThan(10)
    expect(counts.get('node 4')).toBeLessThanOrEqual(3)
  })

  it('end with the first test that passes, and begin anew with the first step', () => {
    const simulation = createSimulation(createNames(5))
    simulation.down.add('node 3')
    run(simulation, HOUR_MS)
    simulation.down.clear()
    run(simulation, HOUR_MS)
    simulation.tested.length = 0
    run(simulation, HOUR_MS)
    const healthy = countTests(simulation).get('node 3') ?? 0
    expect(healthy).toBeLessThanOrEqual(80)
    simulation.down.add('node 3')
    simulation.tested.length = 0
    run(simulation, HOUR_MS)
    expect(listGaps(simulation, 'node 3')[0]).toBeLessThanOrEqual(4 * MEAN_MS)
  })

  it('begin at most four at once though all fail, beside one random test', () => {
    const names = createNames(200)
    const simulation = createSimulation(names)
    for (const name of names) simulation.rhythm.recordResult(name, false, 0)
    for (const name of names) simulation.down.add(name)
    const began = run(simulation, HOUR_MS)
    expect(Math.max(...began)).toBe(4)
    expect(countTests(simulation).size).toBe(200)
  })

  it('take those first that are due for the longest time', () => {
    const { rhythm } = createSimulation(createNames(30))
    for (const [index, name] of createNames(12).entries()) {
      rhythm.recordResult(name, false, index * HOUR_MS)
    }
    const nowMs = 20 * HOUR_MS
    expect(rhythm.due(nowMs).slice(0, 4)).toEqual(createNames(4))
    expect(rhythm.due(nowMs)).toEqual(createNames(8).slice(4))
    expect(rhythm.due(nowMs)).toEqual(createNames(12).slice(8))
    expect(rhythm.due(nowMs)).toEqual([])
  })

  it('wait for the result of the one that is under way', () => {
    const { rhythm } = createSimulation(createNames(1))
    rhythm.recordResult('node 0', false, 0)
    expect(rhythm.due(HOUR_MS)).toEqual(['node 0'])
    expect(rhythm.due(2 * HOUR_MS)).toEqual([])
    rhythm.recordResult('node 0', false, 2 * HOUR_MS)
    expect(rhythm.due(3 * HOUR_MS)).toEqual(['node 0'])
  })

  it('leave the rate of random tests to the others as it is', () => {
    const names = createNames(50)
    const simulation = createSimulation(names)
    for (const name of names.slice(0, 10)) simulation.down.add(name)
    run(simulation, 2 * HOUR_MS)
    const healthy = simulation.tested.filter(({ key }) => !simulation.down.has(key)).length
    expect(healthy).toBeGreaterThan(0.8 * 720)
    expect(healthy).toBeLessThan(1.2 * 720)
  })
})

describe('newcomers', () => {
  /** How many of so many testers test a newcomer within half an interval after it came. */
  function countSoon(others: number, testers: number): number {
    let soon = 0
    for (let tester = 0; tester < testers; tester += 1) {
      const names = createNames(others)
      const simulation = createSimulation(names, `tester ${tester}`)
      simulation.rhythm.setNodes([...names, 'newcomer'], 0)
      run(simulation, MEAN_MS / 2 + TICK_MS)
      if (simulation.tested.some(({ key }) => key === 'newcomer')) soon += 1
    }
    return soon
  }

  it.each([100, 400])('are tested soon by about eight of %i nodes', (count) => {
    const rounds = 2000 / count
    const perNewcomer = countSoon(count, count * rounds) / rounds
    expect(perNewcomer).toBeGreaterThan(5)
    expect(perNewcomer).toBeLessThan(11)
  })

  it.each([3, 7])('are tested soon by everybody when there are %i others', (others) => {
    expect(countSoon(others, 50)).toBe(50)
  })

  it('are tested by all others in the next rounds at the latest', () => {
    const names = createNames(40)
    const simulation = createSimulation(names)
    run(simulation, 10 * MEAN_MS)
    simulation.rhythm.setNodes([...names, 'newcomer'], simulation.nowMs)
    run(simulation, 3 * 41 * MEAN_MS)
    expect(countTests(simulation).get('newcomer')).toBeGreaterThanOrEqual(2)
  })

  it('are none in the first directory: a start is no flood', () => {
    const simulation = createSimulation(createNames(8))
    expect(run(simulation, MEAN_MS / 4 - TICK_MS)).not.toContain(8)
    expect(simulation.tested).toEqual([])
  })

  it('are also those that come back, and those that moved', () => {
    const names = createNames(5)
    const simulation = createSimulation(names)
    simulation.rhythm.due(0)
    simulation.rhythm.setNodes(names.slice(1), 0)
    simulation.rhythm.setNodes(names, 0)
    simulation.rhythm.noteNewcomer('node 4', 0)
    expect(simulation.rhythm.due(MEAN_MS / 2)).toEqual(expect.arrayContaining(['node 0', 'node 4']))
  })

  it('are given once though they are due in two ways', () => {
    const { rhythm } = createSimulation(['only'])
    rhythm.due(0)
    rhythm.noteNewcomer('only', 0)
    rhythm.recordResult('only', false, 0)
    expect(rhythm.due(HOUR_MS)).toEqual(['only'])
  })
})

describe('a node that leaves', () => {
  it('is not tested any more, whether it waits in the list, fails or is new', () => {
    const names = createNames(30)
    const simulation = createSimulation(names)
    simulation.down.add('node 1')
    run(simulation, 15 * MEAN_MS)
    simulation.rhythm.recordResult('node 1', false, simulation.nowMs)
    simulation.rhythm.noteNewcomer('node 2', simulation.nowMs)
    // With about half of the list still waiting, some of those that leave are in it.
    const staying = names.slice(15)
    simulation.rhythm.setNodes(staying, simulation.nowMs)
    simulation.tested.length = 0
    run(simulation, 90 * MEAN_MS)
    expect(new Set(simulation.tested.map(({ key }) => key))).toEqual(new Set(staying))
  })

  it('does not come back with the result of a test that was under way', () => {
    const simulation = createSimulation(createNames(10))
    simulation.rhythm.setNodes(createNames(9), 0)
    simulation.rhythm.recordResult('node 9', false, 0)
    simulation.rhythm.noteNewcomer('node 9', 0)
    run(simulation, HOUR_MS)
    expect(countTests(simulation).has('node 9')).toBe(false)
  })

  it('leaves the others at their rate', () => {
    const simulation = createSimulation(createNames(300))
    run(simulation, HOUR_MS)
    simulation.rhythm.setNodes(createNames(20), simulation.nowMs)
    simulation.tested.length = 0
    run(simulation, 2 * HOUR_MS)
    expect(simulation.tested.length).toBeGreaterThan(0.8 * 720)
    expect(simulation.tested.length).toBeLessThan(1.2 * 720)
  })
})
