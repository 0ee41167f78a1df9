/** Key sets that are counted once for a comparison, and anew when they would mislead a peer. */
import { KeySet } from '@sotto/protocol/replication'
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import { KeyCache } from './key-cache.ts'

function createCache() {
  const clock = createFakeClock()
  const counted: bigint[] = []
  const cache = new KeyCache(clock, (swarm) => {
    counted.push(swarm)
    return Promise.resolve(new KeySet(new Uint8Array()))
  })
  return { clock, cache, counted }
}

describe('a key set', () => {
  it('is counted once for as long as a comparison lasts', () => {
    const { clock, cache, counted } = createCache()
    void cache.get(1n)
    clock.step(1999)
    void cache.get(1n)
    expect(counted).toEqual([1n])
    clock.step(1)
    void cache.get(1n)
    expect(counted).toEqual([1n, 1n])
  })

  it('is counted anew soon after records came, or their givers would give them again and again', () => {
    const { clock, cache, counted } = createCache()
    void cache.get(1n)
    cache.noteChange()
    clock.step(249)
    void cache.get(1n)
    expect(counted).toHaveLength(1)
    clock.step(1)
    void cache.get(1n)
    expect(counted).toHaveLength(2)
  })

  it('is not counted more often for records that come one by one', () => {
    const { clock, cache, counted } = createCache()
    for (let elapsed = 0; elapsed < 10_000; elapsed += 10) {
      void cache.get(1n)
      cache.noteChange()
      clock.step(10)
    }
    expect(counted.length).toBeLessThanOrEqual(10_000 / 250)
  })

  it('does not live longer because records came', () => {
    const { clock, cache, counted } = createCache()
    void cache.get(1n)
    clock.step(1900)
    cache.noteChange()
    clock.step(100)
    void cache.get(1n)
    expect(counted).toHaveLength(2)
  })

  it('is counted anew at once when it is forgotten', () => {
    const { cache, counted } = createCache()
    void cache.get(1n)
    cache.clear()
    void cache.get(1n)
    expect(counted).toHaveLength(2)
  })

  it('of a few swarms is kept at a time, and none for longer than it counts', () => {
    const { clock, cache, counted } = createCache()
    for (const swarm of [1n, 2n, 3n, 4n, 5n]) void cache.get(swarm)
    void cache.get(5n)
    expect(counted).toHaveLength(5)
    void cache.get(1n)
    expect(counted).toHaveLength(6)
    clock.step(2000)
    expect(clock.pending).toBe(0)
  })
})
