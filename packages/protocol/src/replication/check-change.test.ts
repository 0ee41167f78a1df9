/** Which changes a member believes (spec 10 §8.1). */
import { concatBytes, encodeBase64, encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import {
  accountOf,
  createSignedChanges,
  encodeValid,
  parseChange,
  signedRevoke,
} from '../../test/change-fixtures.ts'
import {
  alice,
  bob,
  bytesOfAccount,
  createToken,
  DAY_MS,
  groupId,
  HASHES,
  memberKey,
  NOW_MS,
  parsePlain,
  signedByAlice,
  signedByMember,
  signText,
} from '../../test/rpc-fixtures.ts'
import { decodeBt, encodeBt } from '../bt/index.ts'
import { isBtDict, isBtList } from '../rpc/codec.ts'
import { encodeForward, isRecursiveRequest } from '../rpc/index.ts'
import { CHANGE_BYTES_MAX, type ChangeRequest } from './change.ts'
import { checkChange, type EncodedChange, readEffect } from './check-change.ts'
import { describeEffect } from './change-effect.ts'
import { CHANGE_MARGIN_MS } from './change-life.ts'

const [HASH] = HASHES
const LATER = { nowMs: NOW_MS + 20 * DAY_MS }
const changes = createSignedChanges()

function verdictOf(change: EncodedChange, nowMs = LATER.nowMs): string {
  const checked = checkChange(change, { nowMs })
  return checked.ok ? 'accepted' : `${checked.error.status} ${checked.error.text}`
}

/** The verdict on a change of alice's, dated `atMs`. */
function verdictOfAlice(method: string, params: object, atMs = NOW_MS): string {
  return verdictOf(encodeValid(parseChange(method, params), atMs))
}

const NOT_A_CHANGE = '400 not a change of this account'
const deleteParams = signedByAlice({ messages: [HASH] }, `delete${HASH}`)

describe('checkChange', () => {
  it.each(changes)('accepts %s, long after it was made, with its effect', (_name, request) => {
    expect(checkChange(encodeValid(request), LATER)).toEqual({
      ok: true,
      value: { request, effect: describeEffect(request, NOW_MS) },
    })
  })

  it.each(changes)('refuses %s with a forged signature', (_name, request) => {
    const { signature = new Uint8Array(64) } = request.params
    const forged = Uint8Array.from(signature, (byte, index) => (index === 40 ? byte ^ 1 : byte))
    const params = { ...request.params, signature: forged }
    // The compiler does not see that method and parameters still belong together.
    const altered = { ...request, params } as ChangeRequest
    expect(verdictOf(encodeValid(altered))).toBe(
      `401 ${request.method} signature verification failed`,
    )
  })

  it('refuses a signature by another account', () => {
    const params = { ...deleteParams, signature: signText(bob.signing, `delete${HASH}`) }
    expect(verdictOfAlice('delete', params)).toBe('401 delete signature verification failed')
  })

  it('refuses a change without a signature', () => {
    const params = { pubkey: alice.accountId, messages: [HASH] }
    expect(verdictOfAlice('delete', params)).toBe('401 delete: request signature required')
  })

  it('refuses what was altered after it was signed', () => {
    const altered = { ...deleteParams, messages: [HASHES[1]] }
    expect(verdictOfAlice('delete', altered)).toBe('401 delete signature verification failed')
  })

  it('refuses another account’s change', () => {
    const change = encodeValid(parseChange('delete', deleteParams))
    expect(verdictOf({ ...change, account: bytesOfAccount(bob.accountId) })).toBe(NOT_A_CHANGE)
  })

  it('refuses a store, which is no change', () => {
    const params = { timestamp: NOW_MS, ttl: DAY_MS, data: '', namespace: 2 }
    const store = parsePlain('store', signedByAlice(params, `store2${NOW_MS}`))
    if (!isRecursiveRequest(store)) throw new TypeError('a store is forwarded')
    const account = bytesOfAccount(alice.accountId)
    expect(verdictOf({ account, atMs: NOW_MS, request: encodeForward(store) })).toBe(NOT_A_CHANGE)
  })

  it('refuses one that is too large before it reads it', () => {
    const request = new Uint8Array(CHANGE_BYTES_MAX + 1).fill(0x6c)
    expect(verdictOf({ account: bytesOfAccount(alice.accountId), atMs: NOW_MS, request })).toBe(
      NOT_A_CHANGE,
    )
  })

  it('refuses a second spelling, or one request would be as many changes as an account may have', () => {
    const change = encodeValid(parseChange('delete', deleteParams))
    const decoded = decodeBt(change.request)
    if (!decoded.ok || !isBtList(decoded.value)) throw new TypeError('a forward is a list')
    const [, params] = decoded.value
    if (!isBtDict(params)) throw new TypeError('a forward has a dict')
    const request = encodeBt(['delete', new Map([...params, ['zzz', 1]])])
    expect(verdictOf({ ...change, request })).toBe(NOT_A_CHANGE)
    expect(verdictOf({ ...change, request: encodeBt(['delete', params]) })).toBe('accepted')
  })
})

describe('the date of a change', () => {
  const all = signedByAlice({ timestamp: NOW_MS }, `delete_all${NOW_MS}`)
  const before = signedByAlice({ before: NOW_MS }, `delete_before${NOW_MS}`)
  const shorten = signedByAlice({ expiry: NOW_MS }, `expire_all${NOW_MS}`)
  const expire = signedByAlice({ messages: [HASH], expiry: NOW_MS }, `expire${NOW_MS}${HASH}`)

  it.each([
    ['delete_all', all, -70_000, 70_000],
    ['delete_before', before, -60_000, DAY_MS],
    ['expire_all', shorten, -DAY_MS, 70_000],
    ['expire', expire, -DAY_MS, 60_000],
    ['delete', deleteParams, -DAY_MS, DAY_MS],
  ])('of %s agrees with the time that was signed', (method, params, from, to) => {
    expect(verdictOfAlice(method, params, NOW_MS + from)).toBe('accepted')
    expect(verdictOfAlice(method, params, NOW_MS + to)).toBe('accepted')
  })

  it.each([
    ['delete_all', all, -70_001, '406 delete_all timestamp too far from current time'],
    ['delete_all', all, 70_001, '406 delete_all timestamp too far from current time'],
    ['delete_before', before, -60_001, '401 delete_before timestamp too far in the future'],
    ['expire_all', shorten, 70_001, '406 expire_all: timestamp should be >= current time'],
    ['expire', expire, 60_001, '401 expire: timestamp should be >= current time'],
  ])('of %s is refused away from the time that was signed', (method, params, offset, refusal) => {
    expect(verdictOfAlice(method, params, NOW_MS + offset)).toBe(refusal)
  })

  it.each([-60_001, 60_001])('of a revocation is refused %i ms away', (offset) => {
    const change = encodeValid(signedRevoke('revoke_subaccount'), NOW_MS + offset)
    expect(verdictOf(change)).toBe('406 revoke_subaccount timestamp too far from current time')
  })

  it('is not ahead of the reader’s clock by more than two clocks differ, whatever was signed', () => {
    const nowMs = NOW_MS - CHANGE_MARGIN_MS
    const change = encodeValid(parseChange('delete', deleteParams))
    expect(verdictOf(change, nowMs)).toBe('accepted')
    expect(verdictOf(change, nowMs - 1)).toBe(NOT_A_CHANGE)
  })

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 63])(
    'is refused when it is %s, which is no time',
    (atMs) => {
      const change = encodeValid(parseChange('delete', deleteParams))
      expect(verdictOf({ ...change, atMs }, Number.POSITIVE_INFINITY)).toBe(NOT_A_CHANGE)
    },
  )
})

describe('a subaccount', () => {
  const params = { messages: [HASH] }

  it('that was revoked later was permitted when it made the change', () => {
    const remove = parseChange('delete', signedByMember(4, params, `delete${HASH}`))
    expect(verdictOf(encodeValid(remove))).toBe('accepted')
  })

  it('cannot make what its token does not permit', () => {
    const remove = parseChange('delete', signedByMember(3, params, `delete${HASH}`))
    expect(verdictOf(encodeValid(remove))).toBe('401 delete signature verification failed')
    const expiry = NOW_MS + DAY_MS
    const shorten = parseChange(
      'expire',
      signedByMember(3, { ...params, expiry, shorten: true }, `expireshorten${expiry}${HASH}`),
    )
    expect(verdictOf(encodeValid(shorten))).toBe(NOT_A_CHANGE)
  })

  it('cannot revoke', () => {
    const token = createToken(4)
    const text = concatBytes([encodeUtf8(`revoke_subaccount${NOW_MS}`), token])
    const request = parseChange('revoke_subaccount', {
      pubkey: groupId,
      revoke: encodeBase64(token),
      timestamp: NOW_MS,
      signature: signText(memberKey, text),
    })
    expect(verdictOf(encodeValid(request))).toBe(
      '401 revoke_subaccount signature verification failed',
    )
  })
})

describe('readEffect', () => {
  it.each(changes)('finds the effect of %s again', (_name, request) => {
    const change = encodeValid(request)
    expect(readEffect(change)).toEqual(describeEffect(request, NOW_MS))
    expect(accountOf(request)).toEqual(change.account)
  })

  it('gives nothing for bytes that are no change', () => {
    expect(readEffect({ atMs: NOW_MS, request: new Uint8Array(4) })).toBeUndefined()
  })
})
