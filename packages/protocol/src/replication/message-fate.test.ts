/** What becomes of a message, to the millisecond (spec 10 §8.2, §8.3). */
import { describe, expect, it } from 'vitest'
import { createDated, MINUTE_MS, parseChange } from '../../test/change-fixtures.ts'
import { alice, createToken, DAY_MS, HASHES, NOW_MS } from '../../test/rpc-fixtures.ts'
import { encodeBase64 } from '@sotto/crypto/bytes'
import { describeEffect, type TimedEffect } from './change-effect.ts'
import { type DatedMessage, findFate } from './message-fate.ts'

const [HASH, OTHER] = HASHES
const END_MS = NOW_MS + DAY_MS

function timed(method: string, params: object, atMs = NOW_MS): TimedEffect {
  const request = parseChange(method, { pubkey: alice.accountId, ...params })
  const effect = describeEffect(request, atMs)
  if (effect === undefined) throw new TypeError('the owner may make every change')
  return { atMs, effect }
}

function fateOf(draft: Partial<DatedMessage>, ...effects: readonly TimedEffect[]): number | 'gone' {
  const fate = findFate(createDated(draft), effects)
  return 'isDeleted' in fate ? 'gone' : fate.expiryMs
}

const remove = timed('delete', { messages: [HASH] })
const removeAll = timed('delete_all', { timestamp: NOW_MS })
const removeBefore = timed('delete_before', { before: NOW_MS - MINUTE_MS })
const shortenAll = timed('expire_all', { expiry: NOW_MS + MINUTE_MS })

function expire(expiry: number, mode: object = {}, atMs = NOW_MS): TimedEffect {
  return timed('expire', { messages: [HASH], expiry, ...mode }, atMs)
}

describe('a message without changes', () => {
  it('ends when its store said', () => {
    expect(fateOf({})).toBe(END_MS)
  })

  it('is not touched by changes of tokens', () => {
    const revoke = encodeBase64(createToken(3))
    expect(fateOf({}, timed('revoke_subaccount', { revoke, timestamp: NOW_MS }))).toBe(END_MS)
  })
})

describe('delete', () => {
  it('removes what it names, from whichever namespace, and nothing else', () => {
    expect(fateOf({}, remove)).toBe('gone')
    expect(fateOf({ namespace: 5 }, remove)).toBe('gone')
    expect(fateOf({ hash: OTHER }, remove)).toBe(END_MS)
  })

  it.each([
    [-DAY_MS, 'gone'],
    [0, 'gone'],
    [1, END_MS],
  ])('leaves what was stored %i ms after it: %s', (offset, fate) => {
    expect(fateOf({ storedMs: NOW_MS + offset }, remove)).toBe(fate)
  })

  it('may be made a second time of the same message, with the same bytes', () => {
    const later = NOW_MS + 5 * MINUTE_MS
    const again = timed('delete', { messages: [HASH] }, later)
    expect(fateOf({ storedMs: later - MINUTE_MS }, remove)).toBe(END_MS)
    expect(fateOf({ storedMs: later - MINUTE_MS }, remove, again)).toBe('gone')
  })
})

describe('delete_all', () => {
  it('empties its namespace only, or all of them', () => {
    expect(fateOf({}, removeAll)).toBe('gone')
    expect(fateOf({ namespace: 2 }, removeAll)).toBe(END_MS)
    const everything = timed('delete_all', { timestamp: NOW_MS, namespace: 'all' })
    expect(fateOf({ namespace: 2 }, everything)).toBe('gone')
  })

  it('removes what was stored before it, although its sender’s clock was ahead', () => {
    expect(fateOf({ timestampMs: NOW_MS + MINUTE_MS }, removeAll)).toBe('gone')
  })

  it('leaves what is stored right after it, also when its sender’s clock is slow', () => {
    const draft = { storedMs: NOW_MS + 1, timestampMs: NOW_MS - DAY_MS }
    expect(fateOf(draft, removeAll)).toBe(END_MS)
  })
})

describe('delete_before', () => {
  it('goes by the sender’s date alone, among what was there', () => {
    expect(fateOf({ timestampMs: NOW_MS - MINUTE_MS }, removeBefore)).toBe('gone')
    expect(fateOf({ timestampMs: NOW_MS - MINUTE_MS + 1 }, removeBefore)).toBe(END_MS)
    const later = { timestampMs: NOW_MS - DAY_MS, storedMs: NOW_MS + 1 }
    expect(fateOf(later, removeBefore)).toBe(END_MS)
  })
})

describe('expire_all', () => {
  it('only shortens, and only what was there', () => {
    expect(fateOf({}, shortenAll)).toBe(NOW_MS + MINUTE_MS)
    expect(fateOf({ firstExpiryMs: NOW_MS + 1 }, shortenAll)).toBe(NOW_MS + 1)
    expect(fateOf({ namespace: 2 }, shortenAll)).toBe(END_MS)
    const after = { storedMs: NOW_MS + 1, timestampMs: NOW_MS - MINUTE_MS }
    expect(fateOf(after, shortenAll)).toBe(END_MS)
  })
})

describe('expire', () => {
  it.each([
    ['sets', {}, END_MS - 1, END_MS - 1],
    ['sets', {}, END_MS + 1, END_MS + 1],
    ['shortens', { shorten: true }, END_MS - 1, END_MS - 1],
    ['does not lengthen by shortening', { shorten: true }, END_MS + 1, END_MS],
    ['extends', { extend: true }, END_MS + 1, END_MS + 1],
    ['does not shorten by extending', { extend: true }, END_MS - 1, END_MS],
  ])('%s', (_what, mode, asked, end) => {
    expect(fateOf({}, expire(asked, mode))).toBe(end)
    expect(fateOf({ hash: OTHER }, expire(asked, mode))).toBe(END_MS)
  })

  it('gives no longer life than thirty days from when the swarm had it', () => {
    expect(fateOf({}, expire(NOW_MS + 40 * DAY_MS))).toBe(NOW_MS + 30 * DAY_MS)
  })

  it('takes the last word of two', () => {
    const first = expire(END_MS + 2, {}, NOW_MS)
    const last = expire(END_MS + 1, {}, NOW_MS + 1)
    expect(fateOf({}, first, last)).toBe(END_MS + 1)
  })

  it('does not bring back what had ended when it was made', () => {
    const ended = { firstExpiryMs: NOW_MS }
    expect(fateOf(ended, expire(END_MS, { extend: true }))).toBe(NOW_MS)
    expect(fateOf({ firstExpiryMs: NOW_MS + 1 }, expire(END_MS, { extend: true }))).toBe(END_MS)
  })

  it('does not bring back what an earlier change had ended', () => {
    const shorten = expire(NOW_MS + 1000, { shorten: true })
    const extend = expire(END_MS, { extend: true }, NOW_MS + 1000)
    expect(fateOf({}, shorten, extend)).toBe(NOW_MS + 1000)
  })

  it('does not save what is deleted later', () => {
    const later = timed('delete', { messages: [HASH] }, NOW_MS + 1)
    expect(fateOf({}, expire(END_MS + DAY_MS), later)).toBe('gone')
  })
})
