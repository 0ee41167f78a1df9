import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import { FetchBudget } from './fetch-budget.ts'

function createBudget(atOnceMax: number, perMinuteMax: number) {
  const clock = createFakeClock(1_000_000)
  return { clock, budget: new FetchBudget({ atOnceMax, perMinuteMax, clock }) }
}

describe('the budget', () => {
  it('has so many at once, and a place again when one ends', () => {
    const { budget } = createBudget(2, 100)
    const end = budget.begin()
    expect(budget.begin()).toBeDefined()
    expect(budget.begin()).toBeUndefined()
    end?.()
    expect(budget.begin()).toBeDefined()
    expect(budget.begin()).toBeUndefined()
  })

  it('has so many in a minute, whether or not they ended', async () => {
    const { budget, clock } = createBudget(10, 3)
    for (let index = 0; index < 3; index++) budget.begin()?.()
    expect(budget.begin()).toBeUndefined()
    await clock.advance(59_999)
    expect(budget.begin()).toBeUndefined()
    await clock.advance(1)
    expect(budget.begin()).toBeDefined()
  })

  it('does not count what it refused', async () => {
    const { budget, clock } = createBudget(1, 2)
    const end = budget.begin()
    for (let index = 0; index < 50; index++) expect(budget.begin()).toBeUndefined()
    end?.()
    budget.begin()?.()
    expect(budget.begin()).toBeUndefined()
    await clock.advance(60_000)
    expect(budget.begin()).toBeDefined()
  })

  it('goes on when the clock was set back, instead of standing still until it caught up', () => {
    let nowMs = 1_000_000
    const clock = { now: () => nowMs, after: () => () => undefined }
    const budget = new FetchBudget({ atOnceMax: 10, perMinuteMax: 1, clock })
    budget.begin()
    expect(budget.begin()).toBeUndefined()
    nowMs = 0
    expect(budget.begin()).toBeDefined()
  })
})
