/** How messages end (spec 03 §3.6, §4.7, §4.8). */
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import { startExpirySweep } from '../../src/store/expiry-sweep.ts'
import type { MessageStore } from '../../src/store/message-store.ts'
import { createExpire } from './change-fixture.ts'
import {
  ALICE,
  BOB,
  createMessage,
  HOUR_MS,
  NOW_MS,
  openMemoryStore,
  storeAll,
} from './store-fixture.ts'

const INTERVAL_MS = 10_000
const sooner = NOW_MS + HOUR_MS / 2
const same = NOW_MS + HOUR_MS
const later = NOW_MS + 2 * HOUR_MS
const message = createMessage()
const { hash } = message
const AT_NOW = { atMs: NOW_MS, change: createExpire(hash, later) }

describe('expire', () => {
  it.each([
    { mode: 'set', asked: sooner, updated: true },
    { mode: 'set', asked: later, updated: true },
    { mode: 'shorten', asked: sooner, updated: true },
    { mode: 'shorten', asked: same, updated: false },
    { mode: 'shorten', asked: later, updated: false },
    { mode: 'extend', asked: later, updated: true },
    { mode: 'extend', asked: same, updated: false },
    { mode: 'extend', asked: sooner, updated: false },
  ] as const)('$mode to $asked changes the message: $updated', async ({ mode, asked, updated }) => {
    await using store = openMemoryStore()
    await storeAll(store, [message])
    const expiryMs = updated ? asked : same
    expect(await store.expire(ALICE, [{ hash, expiryMs: asked, mode }], AT_NOW)).toEqual({
      ok: true,
      value: [{ hash, updated, expiryMs }],
    })
    expect(store.expiries(ALICE, [hash], NOW_MS)).toEqual(new Map([[hash, expiryMs]]))
  })

  it('does not bring an expired message back before it is swept', async () => {
    await using store = openMemoryStore()
    await storeAll(store, [createMessage({ expiryMs: NOW_MS })])
    const change = { hash, expiryMs: later, mode: 'extend' } as const
    expect(await store.expire(ALICE, [change], AT_NOW)).toEqual({ ok: true, value: [] })
  })

  it('does not touch another account’s message', async () => {
    await using store = openMemoryStore()
    await storeAll(store, [message])
    const change = { hash, expiryMs: sooner, mode: 'set' } as const
    expect(await store.expire(BOB, [change], AT_NOW)).toEqual({ ok: true, value: [] })
    expect(store.expiries(ALICE, [hash], NOW_MS).get(hash)).toBe(same)
  })
})

describe('expireAll', () => {
  it('only shortens', async () => {
    await using store = openMemoryStore()
    const long = createMessage({ text: 'long', expiryMs: later })
    const short = createMessage({ text: 'short', expiryMs: sooner })
    await storeAll(store, [long, short])
    expect(await store.expireAll({ account: ALICE, namespace: 0 }, same)).toEqual({
      ok: true,
      value: [{ hash: long.hash, namespace: 0 }],
    })
    expect(store.expiries(ALICE, [long.hash, short.hash], NOW_MS)).toEqual(
      new Map([
        [long.hash, same],
        [short.hash, sooner],
      ]),
    )
  })

  it('reaches every namespace of one account, and no other account', async () => {
    await using store = openMemoryStore()
    const other = createMessage({ account: BOB })
    await storeAll(store, [message, createMessage({ namespace: 2 }), other])
    const shortened = await store.expireAll({ account: ALICE, namespace: 'all' }, sooner)
    expect(shortened.ok && shortened.value.map(({ namespace }) => namespace)).toEqual([0, 2])
    expect(store.expiries(BOB, [other.hash], NOW_MS).get(other.hash)).toBe(same)
  })
})

describe('expiries', () => {
  it('leaves out what is unknown, expired, or another account’s', async () => {
    await using store = openMemoryStore()
    const expired = createMessage({ text: 'gone', expiryMs: NOW_MS })
    const foreign = createMessage({ account: BOB })
    await storeAll(store, [message, expired, foreign])
    const asked = [hash, expired.hash, foreign.hash, 'A'.repeat(43)]
    expect([...store.expiries(ALICE, asked, NOW_MS)]).toEqual([[hash, same]])
  })
})

describe('sweep', () => {
  it('removes expired messages only, and at most as many as it may', async () => {
    await using store = openMemoryStore()
    const ended = ['a', 'b', 'c'].map((text) => createMessage({ text, expiryMs: NOW_MS }))
    await storeAll(store, [...ended, message])
    expect(await store.sweep(NOW_MS, 2)).toEqual({ ok: true, value: 2 })
    expect(await store.sweep(NOW_MS, 2)).toEqual({ ok: true, value: 1 })
    expect(store.expiries(ALICE, [hash], NOW_MS).size).toBe(1)
  })
})

/** Answers at once with what is left to sweep, and counts. */
function createSweepTarget(expiredRows: number) {
  const target = { left: expiredRows, calls: 0 }
  const store: Pick<MessageStore, 'sweep'> = {
    async sweep(_nowMs, limit) {
      target.calls += 1
      const removed = Math.min(limit, target.left)
      target.left -= removed
      return { ok: true, value: removed }
    },
  }
  return { target, store }
}

describe('startExpirySweep', () => {
  it('begins with what ended while the node was down', async () => {
    const clock = createFakeClock()
    const { target, store } = createSweepTarget(5)
    using _sweep = startExpirySweep({ store, clock, intervalMs: INTERVAL_MS })
    await clock.advance(0)
    expect(target.left).toBe(0)
  })

  it('works a backlog off in slices, with the event loop between them', async () => {
    const clock = createFakeClock()
    const { target, store } = createSweepTarget(1000)
    using _sweep = startExpirySweep({ store, clock, intervalMs: INTERVAL_MS })
    await clock.advance(0)
    expect(target.left).toBeGreaterThan(0)
    await clock.advance(0)
    expect(target.left).toBe(0)
    expect(target.calls).toBeGreaterThan(10)
  })

  it('rests for the interval when nothing has expired', async () => {
    const clock = createFakeClock()
    const { target, store } = createSweepTarget(0)
    using _sweep = startExpirySweep({ store, clock, intervalMs: INTERVAL_MS })
    await clock.advance(0)
    await clock.advance(INTERVAL_MS - 1)
    expect(target.calls).toBe(1)
    await clock.advance(1)
    expect(target.calls).toBe(2)
  })

  it('goes on after a sweep that the disk refused', async () => {
    const clock = createFakeClock()
    let calls = 0
    const store: Pick<MessageStore, 'sweep'> = {
      async sweep() {
        calls += 1
        return { ok: false, error: 'full' }
      },
    }
    using _sweep = startExpirySweep({ store, clock, intervalMs: INTERVAL_MS })
    await clock.advance(0)
    await clock.advance(INTERVAL_MS)
    expect(calls).toBe(2)
  })

  it('leaves no timer behind', async () => {
    const clock = createFakeClock()
    const { store } = createSweepTarget(0)
    const sweep = startExpirySweep({ store, clock, intervalMs: INTERVAL_MS })
    await clock.advance(0)
    sweep[Symbol.dispose]()
    expect(clock.pending).toBe(0)
  })

  it('stops in the middle of a sweep', async () => {
    const clock = createFakeClock()
    const { target, store } = createSweepTarget(1000)
    startExpirySweep({ store, clock, intervalMs: INTERVAL_MS })[Symbol.dispose]()
    await clock.advance(INTERVAL_MS)
    expect(target.calls).toBe(1)
    expect(clock.pending).toBe(0)
  })
})
