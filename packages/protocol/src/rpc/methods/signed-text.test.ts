/** What signatures cover, for each method (spec 03 §5.4). The vectors have more cases; these name the traps. */
import { concatBytes, decodeUtf8, encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import {
  alice,
  createToken,
  groupId,
  HASHES,
  NOW_MS,
  parsePlain,
} from '../../../test/rpc-fixtures.ts'
import {
  encodeDeleteAllText,
  encodeDeleteBeforeText,
  encodeDeleteText,
  encodeExpireAllText,
  encodeExpireText,
  encodeGetExpiriesText,
  encodeRetrieveText,
  encodeRevokeText,
  encodeStoreText,
  METHODS,
  type MethodName,
  type RequestOf,
} from '../index.ts'

const pubkey = alice.accountId
const [first, second] = HASHES

function textOf<M extends MethodName>({ method, params }: RequestOf<M>): string | undefined {
  const bytes = METHODS[method].signing?.text(params)
  return bytes && decodeUtf8(bytes)
}

function signedText(method: string, params: object): string | undefined {
  return textOf(parsePlain(method, { pubkey, ...params }))
}

describe('the signed text', () => {
  it('leaves namespace 0 out, trap 25', () => {
    const store = { timestamp: NOW_MS, ttl: 1_000_000, data: '' }
    expect(signedText('store', store)).toBe(`store${NOW_MS}`)
    expect(signedText('store', { ...store, namespace: 0 })).toBe(`store${NOW_MS}`)
    expect(signedText('retrieve', { timestamp: NOW_MS })).toBe(`retrieve${NOW_MS}`)
    expect(signedText('delete_all', { timestamp: NOW_MS })).toBe(`delete_all${NOW_MS}`)
    expect(signedText('delete_before', { before: NOW_MS })).toBe(`delete_before${NOW_MS}`)
    expect(signedText('expire_all', { expiry: NOW_MS })).toBe(`expire_all${NOW_MS}`)
  })

  it('is what other clients sign for a group', () => {
    const retrieve = encodeRetrieveText({ namespace: 13, timestampMs: 1234 })
    expect(decodeUtf8(retrieve)).toBe('retrieve131234')
    const store = encodeStoreText({ namespace: 12, sigTimestampMs: 1234 })
    expect(decodeUtf8(store)).toBe('store121234')
    const messages = ['hash4321', 'hash4221']
    expect(decodeUtf8(encodeDeleteText({ messages }))).toBe('deletehash4321hash4221')
  })

  it('has every other namespace in base 10, with its sign', () => {
    const namespaces = [1, 2, 11, 32_767, -1, -10, -11, -32_768]
    for (const namespace of namespaces) {
      const params = { namespace, timestamp: NOW_MS }
      expect(signedText('retrieve', params)).toBe(`retrieve${namespace}${NOW_MS}`)
      expect(signedText('delete_all', params)).toBe(`delete_all${namespace}${NOW_MS}`)
    }
  })

  it('names all namespaces by the word', () => {
    expect(signedText('delete_all', { namespace: 'all', timestamp: NOW_MS })).toBe(
      `delete_allall${NOW_MS}`,
    )
    expect(signedText('delete_before', { namespace: 'all', before: NOW_MS })).toBe(
      `delete_beforeall${NOW_MS}`,
    )
    expect(signedText('expire_all', { namespace: 'all', expiry: NOW_MS })).toBe(
      `expire_allall${NOW_MS}`,
    )
  })

  it('of a store has the time of the signature, which defaults to that of the message', () => {
    const store = { timestamp: NOW_MS, ttl: 1_000_000, data: '', namespace: 3 }
    expect(signedText('store', store)).toBe(`store3${NOW_MS}`)
    expect(signedText('store', { ...store, sig_timestamp: NOW_MS + 7 })).toBe(`store3${NOW_MS + 7}`)
  })

  it('of a delete has the hashes in the order of the request', () => {
    expect(signedText('delete', { messages: [second, first] })).toBe(`delete${second}${first}`)
    expect(signedText('delete', { messages: first })).toBe(`delete${first}`)
  })

  it('of an expire has the mode, the expiries as sent, and the hashes', () => {
    const messages = [second, first]
    const late = NOW_MS + 1e12
    expect(signedText('expire', { messages, expiry: late })).toBe(`expire${late}${second}${first}`)
    expect(signedText('expire', { messages, expiry: late, shorten: true })).toBe(
      `expireshorten${late}${second}${first}`,
    )
    expect(signedText('expire', { messages, expiry: [late, NOW_MS], extend: true })).toBe(
      `expireextend${late}${NOW_MS}${second}${first}`,
    )
    expect(signedText('expire', { messages, expiry: late, shorten: false, extend: false })).toBe(
      `expire${late}${second}${first}`,
    )
  })

  it('ignores the misspelt extends of one client, so that its signature over nothing holds, trap 24', () => {
    expect(signedText('expire', { messages: [first], expiry: NOW_MS, extends: true })).toBe(
      `expire${NOW_MS}${first}`,
    )
  })

  it('of get_expiries has the time before the hashes', () => {
    expect(signedText('get_expiries', { messages: [first, second], timestamp: NOW_MS })).toBe(
      `get_expiries${NOW_MS}${first}${second}`,
    )
  })

  it('of a revocation has the raw bytes of the tokens, not their base64', () => {
    const tokens = [createToken(3), createToken(7)]
    const params = { tokens, timestampMs: NOW_MS }
    const text = concatBytes([encodeUtf8(`revoke_subaccount${NOW_MS}`), ...tokens])
    expect(encodeRevokeText('revoke_subaccount', params)).toEqual(text)
    expect(encodeRevokeText('unrevoke_subaccount', params)).toEqual(
      concatBytes([encodeUtf8(`unrevoke_subaccount${NOW_MS}`), ...tokens]),
    )
  })

  it('does not exist for what anybody may ask', () => {
    expect(METHODS.info.signing).toBeUndefined()
    expect(METHODS.get_swarm.signing).toBeUndefined()
    expect(METHODS.oxend_request.signing).toBeUndefined()
  })
})

describe('the builders that clients use', () => {
  it('give the same bytes as the registry', () => {
    const namespace = -21
    const messages = [first, second]
    expect(decodeUtf8(encodeStoreText({ namespace, sigTimestampMs: NOW_MS }))).toBe(
      `store-21${NOW_MS}`,
    )
    expect(decodeUtf8(encodeRetrieveText({ namespace, timestampMs: NOW_MS }))).toBe(
      `retrieve-21${NOW_MS}`,
    )
    expect(decodeUtf8(encodeDeleteText({ messages }))).toBe(`delete${first}${second}`)
    expect(decodeUtf8(encodeDeleteAllText({ namespace: 'all', timestampMs: 5 }))).toBe(
      'delete_allall5',
    )
    expect(decodeUtf8(encodeDeleteBeforeText({ namespace: 0, beforeMs: 5 }))).toBe('delete_before5')
    expect(decodeUtf8(encodeExpireAllText({ namespace, expiryMs: 5 }))).toBe('expire_all-215')
    expect(decodeUtf8(encodeExpireText({ messages, expiryMs: 5, isExtend: true }))).toBe(
      `expireextend5${first}${second}`,
    )
    expect(decodeUtf8(encodeGetExpiriesText({ messages, timestampMs: 5 }))).toBe(
      `get_expiries5${first}${second}`,
    )
  })

  it('can sign nothing into another method: no text begins another', () => {
    const texts = [
      signedText('delete_all', { timestamp: NOW_MS }),
      signedText('delete_before', { before: NOW_MS }),
      signedText('expire_all', { expiry: NOW_MS }),
      signedText('retrieve', { timestamp: NOW_MS }),
      signedText('get_expiries', { messages: [first], timestamp: NOW_MS }),
      signedText('delete', { messages: [first] }),
      signedText('expire', { messages: [first], expiry: NOW_MS }),
    ]
    expect(new Set(texts).size).toBe(texts.length)
  })
})

describe('a group', () => {
  it('signs with the same texts as an account', () => {
    const request = parsePlain('retrieve', { pubkey: groupId, namespace: 11, timestamp: NOW_MS })
    expect(textOf(request)).toBe(`retrieve11${NOW_MS}`)
  })
})
