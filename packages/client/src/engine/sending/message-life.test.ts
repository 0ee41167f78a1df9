/** The life of a stored message tells its timer to those who have to know, and its kind to nobody. */
import { describe, expect, it } from 'vitest'
import { computeLife } from './message-life.ts'

const DAY_MS = 86_400_000

describe('computeLife', () => {
  it('is two weeks for everything without a timer, whatever its kind', () => {
    expect(computeLife()).toEqual({ ttlMs: 14 * DAY_MS, copyTtlMs: 14 * DAY_MS })
  })

  it('is the timer for what ends after it was sent', () => {
    const life = computeLife({ mode: 'after_send', seconds: 3600 })
    expect(life).toEqual({ ttlMs: 3_600_000, copyTtlMs: 3_600_000 })
  })

  it('is two weeks for what waits to be read, and the timer for our own copy', () => {
    const life = computeLife({ mode: 'after_read', seconds: 300 })
    expect(life).toEqual({ ttlMs: 14 * DAY_MS, copyTtlMs: 300_000 })
  })

  it('is never shorter than a swarm accepts', () => {
    const life = computeLife({ mode: 'after_send', seconds: 1 })
    expect(life).toEqual({ ttlMs: 10_000, copyTtlMs: 10_000 })
  })

  it('is never longer than a swarm keeps anything', () => {
    const life = computeLife({ mode: 'after_send', seconds: 60 * 86_400 })
    expect(life).toEqual({ ttlMs: 14 * DAY_MS, copyTtlMs: 14 * DAY_MS })
  })
})
