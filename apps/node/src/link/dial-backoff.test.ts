/** When a dead peer is dialled again. */
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import { DialBackoff } from './dial-backoff.ts'

describe('DialBackoff', () => {
  it('lets the first dial pass', () => {
    expect(new DialBackoff(createFakeClock()).isOver).toBe(true)
  })

  it('waits twice as long after each failure, up to five seconds', () => {
    const clock = createFakeClock()
    const backoff = new DialBackoff(clock)
    const waits: number[] = []
    for (let failure = 0; failure < 9; failure += 1) {
      backoff.noteFailure()
      let waited = 0
      while (!backoff.isOver) {
        clock.step(100)
        waited += 100
      }
      waits.push(waited)
    }
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000])
  })

  it('does not wait longer for a clock that was set back meanwhile', () => {
    const clock = createFakeClock()
    const backoff = new DialBackoff(clock)
    backoff.noteFailure()
    expect(backoff.isOver).toBe(false)
    clock.step(-3_600_000)
    expect(backoff.isOver).toBe(true)
    backoff.noteFailure()
    expect(backoff.isOver).toBe(false)
    clock.step(200)
    expect(backoff.isOver).toBe(true)
  })

  it('forgets failures after a success, so that a restart is not felt', () => {
    const clock = createFakeClock()
    const backoff = new DialBackoff(clock)
    for (let failure = 0; failure < 5; failure += 1) backoff.noteFailure()
    backoff.noteSuccess()
    expect(backoff.isOver).toBe(true)
    backoff.noteFailure()
    clock.step(100)
    expect(backoff.isOver).toBe(true)
  })
})
