/** What `store` reads (spec 03 §4.1) and what `retrieve` reads (spec 03 §4.2). */
import { describe, expect, it } from 'vitest'
import { alice, DAY_MS, HASHES, NOW_MS, parsePlain, refusalOf } from '../../../test/rpc-fixtures.ts'
import type { RetrieveParams, StoreParams } from '../index.ts'

const pubkey = alice.accountId
const base = { pubkey, timestamp: NOW_MS, data: 'aGVsbG8=' }

function parseStore(params: object): StoreParams {
  const request = parsePlain('store', { ...base, ...params })
  if (request.method !== 'store') throw new TypeError('store was meant')
  return request.params
}

function parseRetrieve(params: object): RetrieveParams {
  const request = parsePlain('retrieve', { pubkey, ...params })
  if (request.method !== 'retrieve') throw new TypeError('retrieve was meant')
  return request.params
}

describe('store', () => {
  it('ends at timestamp and ttl together, or at expiry', () => {
    expect(parseStore({ ttl: DAY_MS }).expiryMs).toBe(NOW_MS + DAY_MS)
    expect(parseStore({ expiry: NOW_MS + 5 }).expiryMs).toBe(NOW_MS + 5)
    expect(parseStore({ ttl: 0 }).expiryMs).toBe(NOW_MS)
  })

  it('wants exactly one of the two', () => {
    const text = '400 invalid request: exactly one of ttl and expiry must be given'
    expect(refusalOf('store', base)).toBe(text)
    expect(refusalOf('store', { ...base, ttl: null, expiry: null })).toBe(text)
    expect(refusalOf('store', { ...base, ttl: DAY_MS, expiry: NOW_MS })).toBe(text)
    expect(refusalOf('store', { ...base, ttl: DAY_MS, expiry: null })).toBe('accepted')
  })

  it('refuses an end beyond what is exact', () => {
    expect(refusalOf('store', { ...base, ttl: Number.MAX_SAFE_INTEGER })).toBe(
      '400 invalid request: ttl is out of range',
    )
  })

  it('goes to namespace 0 and is signed at its timestamp unless it says otherwise', () => {
    expect(parseStore({ ttl: DAY_MS })).toMatchObject({ namespace: 0, sigTimestampMs: NOW_MS })
    expect(parseStore({ ttl: DAY_MS, namespace: -1, sig_timestamp: NOW_MS + 1 })).toMatchObject({
      namespace: -1,
      sigTimestampMs: NOW_MS + 1,
    })
  })

  it('takes empty data: what it means is the clients’ affair', () => {
    expect(parseStore({ ttl: DAY_MS, data: '' }).data).toHaveLength(0)
  })

  it.each(['pubkey', 'timestamp', 'data'])('is refused without %s', (name) => {
    expect(refusalOf('store', { ...base, ttl: DAY_MS, [name]: undefined })).toBe(
      `400 invalid request: missing required parameter ${name}`,
    )
  })
})

describe('retrieve', () => {
  it('needs nothing but an account', () => {
    expect(parseRetrieve({})).toMatchObject({ namespace: 0 })
    expect(Object.keys(parseRetrieve({})).toSorted()).toEqual(['account', 'namespace'])
  })

  it('takes both spellings of the last hash', () => {
    expect(parseRetrieve({ last_hash: HASHES[0] }).lastHash).toBe(HASHES[0])
    expect(parseRetrieve({ lastHash: HASHES[0] }).lastHash).toBe(HASHES[0])
    expect(parseRetrieve({ last_hash: '' }).lastHash).toBe('')
    expect(parseRetrieve({ last_hash: null, lastHash: HASHES[1] }).lastHash).toBe(HASHES[1])
  })

  it('takes limits of every sign that has a meaning', () => {
    expect(parseRetrieve({ max_size: -2, max_count: 0 })).toMatchObject({
      maxSize: -2,
      maxCount: 0,
    })
    expect(refusalOf('retrieve', { pubkey, max_count: -1 })).toMatch(/^400/)
    expect(refusalOf('retrieve', { pubkey, max_size: '5' })).toMatch(/^400/)
    expect(refusalOf('retrieve', { pubkey, max_size: 0.5 })).toMatch(/^400/)
  })

  it('wants the time of a signature, but no signature for a time', () => {
    const signature = 'A'.repeat(86)
    expect(refusalOf('retrieve', { pubkey, signature })).toBe(
      '400 invalid request: missing required parameter timestamp',
    )
    expect(refusalOf('retrieve', { pubkey, timestamp: NOW_MS })).toBe('accepted')
  })
})
