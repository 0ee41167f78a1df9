/** Token buckets per source address (ADR 0005). */
import { createFakeClock } from '@sotto/testkit/fake-clock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSource, RateLimit } from './rate-limit.ts'

function createLimit(
  options: { readonly sourcesMax?: number; readonly nodes?: readonly string[] } = {},
) {
  const { sourcesMax, nodes = [] } = options
  const clock = createFakeClock()
  const limit = new RateLimit({
    burst: 600,
    perSecond: 300,
    perSecondNode: 600,
    isNode: (address) => nodes.includes(address),
    clock,
    ...(sourcesMax === undefined ? {} : { sourcesMax }),
  })
  return { clock, limit }
}

function countTaken(limit: RateLimit, address: string, attempts: number): number {
  return Array.from({ length: attempts }, () => limit.take(address)).filter(Boolean).length
}

describe('RateLimit', () => {
  it('lets a burst of 600 pass, and the 601st not', () => {
    const { limit } = createLimit()
    expect(countTaken(limit, '192.0.2.1', 700)).toBe(600)
  })

  it('refills 300 tokens a second, evenly, and never beyond the burst', async () => {
    const { clock, limit } = createLimit()
    countTaken(limit, '192.0.2.1', 600)
    await clock.advance(100)
    expect(countTaken(limit, '192.0.2.1', 100)).toBe(30)
    await clock.advance(1000)
    expect(countTaken(limit, '192.0.2.1', 1000)).toBe(300)
    await clock.advance(3_600_000)
    expect(countTaken(limit, '192.0.2.1', 1000)).toBe(600)
  })

  it('refills 600 a second for the address of a node', async () => {
    const { clock, limit } = createLimit({ nodes: ['192.0.2.7'] })
    countTaken(limit, '192.0.2.7', 600)
    await clock.advance(500)
    expect(countTaken(limit, '192.0.2.7', 1000)).toBe(300)
  })

  it('counts each address by itself: one that floods does not hurt another', () => {
    const { limit } = createLimit()
    countTaken(limit, '192.0.2.1', 10_000)
    expect(countTaken(limit, '192.0.2.2', 10)).toBe(10)
  })

  it('counts a /64 of IPv6 as one source, because one customer has all of it', () => {
    const { limit } = createLimit()
    let taken = 0
    for (let host = 1; host <= 700; host += 1) {
      if (limit.take(`2001:db8:1:2::${host.toString(16)}`)) taken += 1
    }
    expect(taken).toBe(600)
    expect(limit.take('2001:db8:1:3::1')).toBe(true)
  })

  it('keeps no more buckets than the table has places, and forgets the one idle longest', () => {
    const { limit } = createLimit({ sourcesMax: 100 })
    countTaken(limit, '10.0.0.1', 600)
    for (let host = 0; host < 99; host += 1) limit.take(`10.0.1.${host}`)
    expect(limit.take('10.0.0.1')).toBe(false)
    for (let host = 0; host < 99; host += 1) limit.take(`10.0.2.${host}`)
    expect(limit.size).toBe(100)
    expect(limit.take('10.0.0.1')).toBe(false)
    for (let host = 0; host < 100; host += 1) limit.take(`10.0.3.${host}`)
    expect(limit.take('10.0.0.1')).toBe(true)
    expect(limit.size).toBe(100)
  })

  it('does not refill when the clock goes back', async () => {
    const clock = { nowMs: 1_000_000 }
    const limit = new RateLimit({
      burst: 2,
      perSecond: 1,
      perSecondNode: 1,
      isNode: () => false,
      clock: { now: () => clock.nowMs, after: () => () => undefined },
    })
    expect(countTaken(limit, '192.0.2.1', 5)).toBe(2)
    clock.nowMs -= 500_000
    expect(countTaken(limit, '192.0.2.1', 5)).toBe(0)
  })
})

describe('formatSource', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['', ''],
  ])('writes %s as %s', (address, source) => {
    expect(formatSource(address)).toBe(source)
  })

  it('gives two addresses of one /64 one source, and of two /64s two', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16))
    const half = fc.tuple(group, group, group, group).map((groups) => groups.join(':'))
    fc.assert(
      fc.property(half, half, half, (network, one, other) => {
        expect(formatSource(`${network}:${one}`)).toBe(formatSource(`${network}:${other}`))
        if (network !== one) {
          expect(formatSource(`${network}:${other}`)).not.toBe(formatSource(`${one}:${other}`))
        }
      }),
    )
  })

  it('never throws, whatever the socket says', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV6()), (address) => {
        expect(typeof formatSource(address)).toBe('string')
      }),
      { numRuns: 10_000 },
    )
  })
})
