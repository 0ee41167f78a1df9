/** What `expire` may change, and for whom (spec 03 §4.8). */
import { encodeBase64 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import {
  alice,
  check,
  createToken,
  DAY_MS,
  groupId,
  groupKey,
  HASHES,
  NOW_MS,
  parsePlain,
  refusalOf,
  signedByAlice,
  signText,
} from '../../../test/rpc-fixtures.ts'
import { type ExpireParams, resolveExpireMode } from '../index.ts'

const messages = [HASHES[0], HASHES[1]]

function parseExpire(params: object): ExpireParams {
  const request = parsePlain('expire', { messages, expiry: NOW_MS, ...params })
  if (request.method !== 'expire') throw new TypeError('expire was meant')
  return request.params
}

function withToken(flags: number): object {
  const token = createToken(flags)
  return {
    pubkey: groupId,
    subaccount: encodeBase64(token),
    subaccount_sig: signText(groupKey, token),
  }
}

describe('the parameters of expire', () => {
  it('are one expiry for all, or one for each message', () => {
    const pubkey = alice.accountId
    expect(parseExpire({ pubkey }).expiryMs).toBe(NOW_MS)
    expect(parseExpire({ pubkey, expiry: [NOW_MS, NOW_MS + 1] }).expiryMs).toEqual([
      NOW_MS,
      NOW_MS + 1,
    ])
    for (const expiry of [[], [NOW_MS], [NOW_MS, NOW_MS, NOW_MS]]) {
      expect(refusalOf('expire', { pubkey, messages, expiry })).toMatch(
        /^400 invalid request: expiry/,
      )
    }
  })

  it('may ask to shorten or to extend, never both', () => {
    const both = { pubkey: alice.accountId, messages, expiry: NOW_MS, shorten: true, extend: true }
    expect(refusalOf('expire', both)).toBe(
      '400 invalid request: shorten and extend cannot both be given',
    )
    expect(refusalOf('expire', { ...both, shorten: false })).toBe('accepted')
    expect(refusalOf('expire', { ...both, extend: null })).toBe('accepted')
  })
})

describe('resolveExpireMode', () => {
  it('lets the owner do what the request says', () => {
    const pubkey = alice.accountId
    expect(resolveExpireMode(parseExpire({ pubkey }))).toEqual({ ok: true, value: 'set' })
    expect(resolveExpireMode(parseExpire({ pubkey, shorten: true }))).toEqual({
      ok: true,
      value: 'shorten',
    })
    expect(resolveExpireMode(parseExpire({ pubkey, extend: true }))).toEqual({
      ok: true,
      value: 'extend',
    })
  })

  it('makes a member without the delete flag extend only, trap 24', () => {
    expect(resolveExpireMode(parseExpire(withToken(3)))).toEqual({ ok: true, value: 'extend' })
    expect(resolveExpireMode(parseExpire({ ...withToken(3), extend: true }))).toEqual({
      ok: true,
      value: 'extend',
    })
  })

  it('answers 400 when such a member asks to shorten, trap 24', () => {
    const resolved = resolveExpireMode(parseExpire({ ...withToken(3), shorten: true }))
    expect(resolved).toMatchObject({ ok: false, error: { status: 400 } })
  })

  it('lets a member with the delete flag do everything', () => {
    expect(resolveExpireMode(parseExpire(withToken(7)))).toEqual({ ok: true, value: 'set' })
    expect(resolveExpireMode(parseExpire({ ...withToken(7), shorten: true }))).toEqual({
      ok: true,
      value: 'shorten',
    })
  })
})

describe('the clock of expire', () => {
  function signedExpire(expiry: number | number[]): object {
    const list = [expiry].flat()
    return signedByAlice({ messages, expiry }, `expire${list.join('')}${messages.join('')}`)
  }

  it('takes any end from a minute ago on, however far ahead', () => {
    for (const expiry of [NOW_MS - 60_000, NOW_MS, NOW_MS + 1000 * DAY_MS]) {
      expect(check(parsePlain('expire', signedExpire(expiry)))).toBeUndefined()
    }
  })

  it('answers 401 when one of the ends lies further back', () => {
    for (const expiry of [NOW_MS - 60_001, [NOW_MS, NOW_MS - 60_001]]) {
      expect(check(parsePlain('expire', signedExpire(expiry)))).toEqual({
        status: 401,
        text: 'expire: timestamp should be >= current time',
      })
    }
  })
})
