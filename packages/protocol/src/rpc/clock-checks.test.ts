/** Which times a node accepts (spec 03 §3.1, §3.2), to the millisecond. */
import { describe, expect, it } from 'vitest'
import { DAY_MS, NOW_MS } from '../../test/rpc-fixtures.ts'
import {
  checkSignatureTime,
  checkStoreTimes,
  clampExpiry,
  CHECK_YOUR_CLOCK,
  findTtlMax,
  TTL_NOT_VALID,
} from './index.ts'

function checkTtl(namespace: number, ttlMs: number): unknown {
  const times = { namespace, timestampMs: NOW_MS, expiryMs: NOW_MS + ttlMs }
  return checkStoreTimes(times, NOW_MS)
}

describe('checkStoreTimes', () => {
  it('takes lives of 10 s to 14 d in namespaces that anybody writes to', () => {
    for (const namespace of [0, 10, -10, 20, -30]) {
      expect(checkTtl(namespace, 10_000)).toBeUndefined()
      expect(checkTtl(namespace, 14 * DAY_MS)).toBeUndefined()
      expect(checkTtl(namespace, 14 * DAY_MS + 1)).toBe(TTL_NOT_VALID)
    }
  })

  it('takes lives of up to 30 d everywhere else', () => {
    for (const namespace of [2, 11, -11, -21, -1]) {
      expect(checkTtl(namespace, 10_000)).toBeUndefined()
      expect(checkTtl(namespace, 30 * DAY_MS)).toBeUndefined()
      expect(checkTtl(namespace, 30 * DAY_MS + 1)).toBe(TTL_NOT_VALID)
    }
  })

  it('answers 403 to a life below 10 s, none, or a negative one', () => {
    for (const ttlMs of [9999, 1000, 1, 0, -1, -DAY_MS]) {
      expect(checkTtl(0, ttlMs)).toEqual({
        status: 403,
        text: 'Provided expiry/TTL is not valid.',
      })
    }
  })

  it('answers 406 to a message from more than 10 s ahead', () => {
    const at = (timestampMs: number): unknown =>
      checkStoreTimes({ namespace: 0, timestampMs, expiryMs: timestampMs + DAY_MS }, NOW_MS)
    expect(at(NOW_MS + 10_000)).toBeUndefined()
    expect(at(NOW_MS + 10_001)).toEqual({
      status: 406,
      text: 'Timestamp error: check your clock',
    })
  })

  it('answers 406 to a message that ended more than 10 s ago, trap 9', () => {
    const until = (expiryMs: number): unknown =>
      checkStoreTimes({ namespace: 0, timestampMs: expiryMs - DAY_MS, expiryMs }, NOW_MS)
    expect(until(NOW_MS - 10_000)).toBeUndefined()
    expect(until(NOW_MS - 10_001)).toBe(CHECK_YOUR_CLOCK)
  })

  it('takes an old message that still lives: a client may have been offline', () => {
    const times = { namespace: 0, timestampMs: NOW_MS - 13 * DAY_MS, expiryMs: NOW_MS + DAY_MS }
    expect(checkStoreTimes(times, NOW_MS)).toBeUndefined()
  })

  it('judges the lifetime before the clock, so that a client with a wrong clock learns of both', () => {
    const times = { namespace: 0, timestampMs: NOW_MS + DAY_MS, expiryMs: NOW_MS + DAY_MS + 1 }
    expect(checkStoreTimes(times, NOW_MS)).toBe(TTL_NOT_VALID)
  })
})

describe('findTtlMax', () => {
  it('is 14 d for public inboxes and 30 d for the rest', () => {
    expect([0, 10, -10, 100].map(findTtlMax)).toEqual(Array.from({ length: 4 }, () => 14 * DAY_MS))
    expect([1, -1, -21, 11].map(findTtlMax)).toEqual(Array.from({ length: 4 }, () => 30 * DAY_MS))
  })
})

describe('checkSignatureTime', () => {
  it('takes times up to a minute away in both directions', () => {
    for (const offset of [0, 60_000, -60_000]) {
      expect(checkSignatureTime('retrieve', NOW_MS + offset, { nowMs: NOW_MS })).toBeUndefined()
    }
  })

  it.each([60_001, -60_001, DAY_MS, -NOW_MS])('answers 406 to a time %d ms away', (offset) => {
    expect(checkSignatureTime('retrieve', NOW_MS + offset, { nowMs: NOW_MS })).toEqual({
      status: 406,
      text: 'retrieve timestamp too far from current time',
    })
  })

  it('takes another tolerance for forwarded requests', () => {
    const options = { nowMs: NOW_MS, toleranceMs: 70_000 }
    expect(checkSignatureTime('delete_all', NOW_MS - 70_000, options)).toBeUndefined()
    expect(checkSignatureTime('delete_all', NOW_MS - 70_001, options)).toMatchObject({
      status: 406,
    })
  })
})

describe('clampExpiry', () => {
  it('never lets expire give a longer life than a store could', () => {
    expect(clampExpiry(NOW_MS + 30 * DAY_MS, NOW_MS)).toBe(NOW_MS + 30 * DAY_MS)
    expect(clampExpiry(NOW_MS + 31 * DAY_MS, NOW_MS)).toBe(NOW_MS + 30 * DAY_MS)
    expect(clampExpiry(NOW_MS - 5, NOW_MS)).toBe(NOW_MS - 5)
  })
})
