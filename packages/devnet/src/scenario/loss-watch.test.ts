import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import { LossWatch } from './loss-watch.ts'

/** A watch of a network that has lost so many messages, look by look; the last number goes on. */
function createWatch(losses: readonly number[]) {
  const clock = createFakeClock()
  let looks = 0
  const inspect = () => {
    const lost = losses[Math.min(looks, losses.length - 1)] ?? 0
    looks += 1
    return Promise.resolve({ acknowledged: 10, lost, wanted: 60, missing: 6 * lost })
  }
  const watch = new LossWatch({ clock, inspect })
  watch.start()
  return { clock, watch }
}

describe('a watch for losses', () => {
  it('looks again and again until it is stopped', async () => {
    const { clock, watch } = createWatch([0])
    await clock.advance(5500)
    expect(await watch.stop()).toEqual({ looks: 5, lost: 0 })
    expect(clock.pending).toBe(0)
  })

  it('remembers a loss that was over later', async () => {
    const { clock, watch } = createWatch([0, 3, 2, 0])
    await clock.advance(9000)
    expect((await watch.stop()).lost).toBe(2)
  })

  it('takes no message for lost that is there when it is looked for once more', async () => {
    const { clock, watch } = createWatch([0, 3, 0, 0])
    await clock.advance(9000)
    expect((await watch.stop()).lost).toBe(0)
  })

  it('says that it has not looked when it had no time to', async () => {
    const { watch } = createWatch([1])
    expect(await watch.stop()).toEqual({ looks: 0, lost: 0 })
  })
})
