import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import { NetworkConditions } from './network-conditions.ts'
import { CALM } from './node-conditions.ts'

const keyOf = (name: string): string => `key of ${name}`

function createConditions() {
  const clock = createFakeClock()
  const conditions = new NetworkConditions(() => clock.now())
  return { clock, conditions, of: (name: string) => conditions.of(name, keyOf) }
}

describe('a network with nothing wrong', () => {
  it('tells each node so', () => {
    const { conditions, of } = createConditions()
    expect(of('a')).toEqual(CALM)
    expect(conditions.describe('a')).toEqual([])
  })
})

describe('a partition', () => {
  it('separates the groups from each other, and nobody else', () => {
    const { conditions, of } = createConditions()
    conditions.separate([['a', 'b'], ['c'], ['d']])
    expect(of('a').unreachable).toEqual(['key of c', 'key of d'])
    expect(of('c').unreachable).toEqual(['key of a', 'key of b', 'key of d'])
    expect(of('e').unreachable).toEqual([])
    expect(conditions.describe('a')).toEqual(['cut off from 2'])
  })

  it('takes the place of the one before, and is over after healing', () => {
    const { conditions, of } = createConditions()
    conditions.separate([['a'], ['b', 'c']])
    conditions.separate([['a', 'b'], ['c']])
    expect(of('a').unreachable).toEqual(['key of c'])
    conditions.heal()
    expect(of('a')).toEqual(CALM)
  })

  it('names only nodes that are still there', () => {
    const { conditions } = createConditions()
    conditions.separate([['a'], ['b', 'c']])
    const unreachable = conditions.of('a', (name) => (name === 'b' ? undefined : keyOf(name)))
    expect(unreachable.unreachable).toEqual(['key of c'])
  })
})

describe('what is wrong with a node', () => {
  it('adds up, is its own, and is said in words', () => {
    const { conditions, of } = createConditions()
    conditions.trouble(['a', 'b'], { lagMs: 200, jitterMs: 20 })
    conditions.trouble(['a'], { dropPercent: 5, isDiskFull: true, isLying: true, skewMs: -90_000 })
    expect(of('a')).toMatchObject({ lagMs: 200, dropPercent: 5, isDiskFull: true, isLying: true })
    expect(of('b')).toEqual({ ...CALM, lagMs: 200, jitterMs: 20 })
    expect(conditions.describe('a')).toEqual([
      'lag 200 ms ± 20',
      'drops 5 %',
      'clock −90000 ms',
      'disk full',
      'lies',
    ])
  })

  it('is healed as far as connections go', () => {
    const { conditions, of } = createConditions()
    conditions.trouble(['a'], { lagMs: 200, dropPercent: 5, isDiskFull: true })
    conditions.heal()
    expect(of('a')).toEqual({ ...CALM, isDiskFull: true })
    conditions.trouble(['a'], { isDiskFull: false })
    expect(of('a')).toEqual(CALM)
  })

  it('goes with the node', () => {
    const { conditions, of } = createConditions()
    conditions.trouble(['a'], { isLying: true })
    conditions.forget('a')
    expect(of('a')).toEqual(CALM)
  })
})

describe('the time of a network', () => {
  it('is the machine’s, and a node’s with its skew', () => {
    const { clock, conditions } = createConditions()
    conditions.trouble(['a'], { skewMs: 5000 })
    expect(conditions.now()).toBe(clock.now())
    expect(conditions.now('a')).toBe(clock.now() + 5000)
    expect(conditions.now('b')).toBe(clock.now())
  })

  it('freezes, steps while frozen, goes on, and comes back', () => {
    const { clock, conditions, of } = createConditions()
    const startMs = clock.now()
    conditions.turnTime({ mode: 'freeze' })
    clock.step(1000)
    expect(conditions.now()).toBe(startMs)
    conditions.turnTime({ mode: 'step', ms: 60_000 })
    expect(conditions.now()).toBe(startMs + 60_000)
    conditions.turnTime({ mode: 'resume' })
    clock.step(1000)
    expect(conditions.now()).toBe(startMs + 61_000)
    expect(of('a').timeline).toEqual(conditions.timeline)
    conditions.turnTime({ mode: 'now' })
    expect(conditions.now()).toBe(clock.now())
    expect(of('a')).toEqual(CALM)
  })

  it('runs at the rate that was ordered, from where it was', () => {
    const { clock, conditions } = createConditions()
    const startMs = clock.now()
    conditions.turnTime({ mode: 'step', ms: 500 })
    conditions.turnTime({ mode: 'scale', factor: 60 })
    clock.step(1000)
    expect(conditions.now()).toBe(startMs + 60_500)
  })
})
