/** Signed times must be the network's, or nodes refuse them (trap 9). */
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import { NetworkClock } from './network-clock.ts'

const HOUR_MS = 3_600_000

function createClocks(aheadMs: number): {
  readonly networkClock: NetworkClock
  readonly observe: (...errors: readonly number[]) => void
  readonly trueNow: () => number
} {
  const device = createFakeClock()
  const networkClock = new NetworkClock(device)
  const trueNow = (): number => device.now() - aheadMs
  return {
    networkClock,
    trueNow,
    observe: (...errors) => {
      for (const error of errors) networkClock.observe(trueNow() + error)
    },
  }
}

describe('the network’s time', () => {
  it('is the device’s until a node said something', () => {
    const { networkClock, trueNow } = createClocks(0)
    expect(networkClock.now()).toBe(trueNow())
  })

  it.each([HOUR_MS, -HOUR_MS])(
    'trap 9: is the nodes’ on a device that is %d ms ahead',
    (aheadMs) => {
      const { networkClock, observe, trueNow } = createClocks(aheadMs)
      observe(0)
      expect(networkClock.now()).toBe(trueNow())
    },
  )

  it('is the mean of what several nodes said', () => {
    const { networkClock, observe, trueNow } = createClocks(HOUR_MS)
    observe(100, 200, 300)
    expect(networkClock.now()).toBe(trueNow() + 200)
  })

  it('forgets all but the last ten answers', () => {
    const { networkClock, observe, trueNow } = createClocks(HOUR_MS)
    observe(9000, ...Array.from({ length: 10 }, () => 50))
    expect(networkClock.now()).toBe(trueNow() + 50)
  })

  it.each([HOUR_MS * 1e6, -HOUR_MS * 1e6, HOUR_MS])(
    'is not moved by one node that lies by %d ms',
    (lie) => {
      const { networkClock, observe, trueNow } = createClocks(HOUR_MS)
      observe(0, lie, 10, 20)
      expect(networkClock.now()).toBe(trueNow() + 10)
    },
  )

  it('is not moved by a minority that lies together', () => {
    const { networkClock, observe, trueNow } = createClocks(0)
    observe(0, 0, 0, 0, 0, HOUR_MS, HOUR_MS, HOUR_MS, HOUR_MS)
    expect(networkClock.now()).toBe(trueNow())
  })
})
