import { describe, expect, test } from 'vitest'
import { createFakeClock } from './fake-clock.ts'

describe('createFakeClock', () => {
  test('it stands still until it is told to move', async () => {
    const clock = createFakeClock(1_000)
    expect(clock.now()).toBe(1_000)
    await clock.advance(250)
    expect(clock.now()).toBe(1_250)
  })

  test('it runs tasks in order of time, each seeing the time that it was due at', async () => {
    const clock = createFakeClock(0)
    const seen: [string, number][] = []
    clock.after(30, () => seen.push(['late', clock.now()]))
    clock.after(10, () => seen.push(['early', clock.now()]))
    clock.after(10, () => seen.push(['early, second', clock.now()]))
    await clock.advance(29)
    expect(seen).toEqual([
      ['early', 10],
      ['early, second', 10],
    ])
    await clock.advance(1)
    expect(seen.at(-1)).toEqual(['late', 30])
  })

  test('it runs a task that a task set, if it falls into the same stretch of time', async () => {
    const clock = createFakeClock(0)
    let runs = 0
    const again = (): void => {
      runs++
      clock.after(10, again)
    }
    clock.after(10, again)
    await clock.advance(100)
    expect(runs).toBe(10)
    expect(clock.pending).toBe(1)
  })

  test('it forgets a task that was cancelled, and a second cancel changes nothing', async () => {
    const clock = createFakeClock(0)
    let runs = 0
    const cancel = clock.after(5, () => runs++)
    cancel()
    cancel()
    await clock.advance(10)
    expect(runs).toBe(0)
    expect(clock.pending).toBe(0)
  })

  test('it lets promises settle between tasks, so that a retry can be awaited', async () => {
    const clock = createFakeClock(0)
    const wait = (ms: number): Promise<void> =>
      new Promise((resolve) => void clock.after(ms, resolve))
    const times: number[] = []
    const loop = (async () => {
      for (let turn = 0; turn < 3; turn++) {
        await wait(100)
        times.push(clock.now())
      }
    })()
    await clock.advance(300)
    await loop
    expect(times).toEqual([100, 200, 300])
  })

  test('it runs a task of a negative delay at once, without going back in time', () => {
    const clock = createFakeClock(50)
    let at = 0
    clock.after(-10, () => {
      at = clock.now()
    })
    clock.step(0)
    expect(at).toBe(50)
  })
})
