/** What each kind of request means for messages (spec 10 §8.2). */
import { describe, expect, it } from 'vitest'
import { parseChange } from '../../test/change-fixtures.ts'
import {
  alice,
  createToken,
  DAY_MS,
  HASHES,
  NOW_MS,
  signedByMember,
} from '../../test/rpc-fixtures.ts'
import { encodeBase64 } from '@sotto/crypto/bytes'
import { describeEffect, listExpiries } from './change-effect.ts'

const AT_MS = NOW_MS + 5
const [HASH, OTHER] = HASHES
const END_MS = NOW_MS + DAY_MS
const READ_AND_WRITE = 3
const DELETE_TOO = 7

function effectOf(method: string, params: object): unknown {
  return describeEffect(parseChange(method, { pubkey: alice.accountId, ...params }), AT_MS)
}

describe('describeEffect', () => {
  it('of delete names the messages', () => {
    expect(effectOf('delete', { messages: [HASH, OTHER, HASH] })).toEqual({
      kind: 'delete',
      hashes: new Set([HASH, OTHER]),
    })
  })

  it('of delete_all takes whatever is there, however its sender dated it', () => {
    expect(effectOf('delete_all', { namespace: 'all', timestamp: NOW_MS })).toEqual({
      kind: 'delete_box',
      box: { namespace: 'all', sentUntilMs: Number.MAX_SAFE_INTEGER },
    })
  })

  it('of delete_before reaches to its date', () => {
    expect(effectOf('delete_before', { namespace: -3, before: NOW_MS })).toEqual({
      kind: 'delete_box',
      box: { namespace: -3, sentUntilMs: NOW_MS },
    })
  })

  it('of expire_all takes whatever is there', () => {
    expect(effectOf('expire_all', { expiry: END_MS })).toEqual({
      kind: 'expire_box',
      box: { namespace: 0, sentUntilMs: Number.MAX_SAFE_INTEGER },
      expiryMs: END_MS,
    })
  })

  it('of expire has an end for each message, at most thirty days from its date', () => {
    const far = NOW_MS + 31 * DAY_MS
    const expiry = [END_MS, far]
    expect(effectOf('expire', { messages: [HASH, OTHER], expiry, extend: true })).toEqual({
      kind: 'expire',
      expiries: new Map([
        [HASH, END_MS],
        [OTHER, AT_MS + 30 * DAY_MS],
      ]),
      mode: 'extend',
    })
  })

  it.each(['revoke', 'unrevoke'])('of %s_subaccount has the tokens', (kind) => {
    const params = { [kind]: encodeBase64(createToken(1)), timestamp: NOW_MS }
    expect(effectOf(`${kind}_subaccount`, params)).toEqual({ kind, tokens: [createToken(1)] })
  })

  it('lets a subaccount that may not delete only extend, as the node does at once', () => {
    const expire = (flags: number, mode: object) =>
      describeEffect(
        parseChange(
          'expire',
          signedByMember(flags, { messages: [HASH], expiry: END_MS, ...mode }, ''),
        ),
        AT_MS,
      )
    expect(expire(READ_AND_WRITE, {})).toMatchObject({ mode: 'extend' })
    expect(expire(READ_AND_WRITE, { shorten: true })).toBeUndefined()
    expect(expire(DELETE_TOO, {})).toMatchObject({ mode: 'set' })
    expect(expire(DELETE_TOO, { shorten: true })).toMatchObject({ mode: 'shorten' })
  })
})

describe('listExpiries', () => {
  it('lets the last of two ends for one message count, as the node does at once', () => {
    const params = { messages: [HASH, OTHER, HASH], expiryMs: [END_MS, END_MS, END_MS - 1] }
    expect(listExpiries(params, AT_MS).get(HASH)).toBe(END_MS - 1)
  })

  it('gives one end to all messages when there is only one', () => {
    const ends = listExpiries({ messages: [HASH, OTHER], expiryMs: END_MS }, AT_MS)
    expect([...ends.values()]).toEqual([END_MS, END_MS])
  })
})
