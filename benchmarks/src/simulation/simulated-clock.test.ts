/** The clock of a simulation: everything in its order, and nothing while somebody works. */
import { describe, expect, it } from 'vitest'
import { settleLoop, SimulatedClock } from './simulated-clock.ts'

const START_MS = 1_000_003

describe('simulated time', () => {
  it('stands still until it is advanced', async () => {
    const clock = new SimulatedClock(START_MS)
    clock.after(0, () => expect.fail('nobody let time go on'))
    await settleLoop()
    expect(clock.now()).toBe(START_MS)
  })

  it('shows each task the time at which it is due, in the order of these times', async () => {
    const clock = new SimulatedClock(START_MS)
    const ran: number[] = []
    for (const delayMs of [700, 30, 31, 0, 49, 50, 699]) {
      clock.after(delayMs, () => ran.push(clock.now() - START_MS))
    }
    await clock.advance(1000)
    expect(ran).toEqual([0, 30, 31, 49, 50, 699, 700])
    expect(clock.now()).toBe(START_MS + 1000)
  })

  it('does not run what is due later than it was advanced', async () => {
    const clock = new SimulatedClock(START_MS)
    const ran: number[] = []
    for (const delayMs of [10, 11]) clock.after(delayMs, () => ran.push(delayMs))
    await clock.advance(10)
    expect(ran).toEqual([10])
    await clock.advance(1)
    expect(ran).toEqual([10, 11])
  })

  it('runs a timer that a task sets for the same moment, and one that repeats as often as it should', async () => {
    const clock = new SimulatedClock(START_MS)
    let beats = 0
    const beat = (): void => {
      beats += 1
      clock.after(7, beat)
    }
    clock.after(0, () => clock.after(0, beat))
    await clock.advance(700)
    expect(beats).toBe(101)
  })

  it('does not run what was cancelled, not even by a task of the same moment', async () => {
    const clock = new SimulatedClock(START_MS)
    let cancelOther = (): void => undefined
    clock.after(5, () => cancelOther())
    cancelOther = clock.after(5, () => expect.fail('cancelled'))
    clock.after(6, () => expect.fail('cancelled'))()
    await clock.advance(100)
  })

  it('passes at once where its owner does the waiting, and says how many tasks that began', () => {
    const clock = new SimulatedClock(START_MS)
    const ran: number[] = []
    for (const delayMs of [10, 99, 100, 101]) clock.after(delayMs, () => ran.push(delayMs))
    expect(clock.step(100)).toBe(3)
    expect(ran).toEqual([10, 99, 100])
    expect(clock.step(0)).toBe(0)
    expect(clock.step(1)).toBe(1)
    expect(clock.now()).toBe(START_MS + 101)
  })

  it('waits in each step for the work that the step has begun', async () => {
    const clock = new SimulatedClock(START_MS)
    const seen: number[] = []
    clock.after(10, () => {
      // As many turns of the loop as a conversation between nodes takes.
      let turns = 200
      const turn = (): void => {
        turns -= 1
        if (turns > 0) setImmediate(turn)
        else seen.push(clock.now() - START_MS)
      }
      turn()
    })
    clock.after(500, () => seen.push(500))
    await clock.advance(1000)
    expect(seen[0]).toBeLessThan(100)
    expect(seen).toHaveLength(2)
  })
})
