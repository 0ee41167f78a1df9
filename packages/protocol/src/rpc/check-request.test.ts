/** Who may do what (spec 03 §5). `vectors/03-rpc/authentication.json` has the same rules for other languages. */
import { encodeBase64, encodeHex } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import {
  alice,
  bob,
  bytesOfAccount,
  check,
  createToken,
  DAY_MS,
  groupId,
  groupKey,
  HASHES,
  memberKey,
  NOW_MS,
  parsePlain,
  signedByAlice,
  signedByMember,
  signText,
} from '../../test/rpc-fixtures.ts'
import { selectOwnerKey, selectVerificationKey } from './index.ts'

const retrieveText = `retrieve${NOW_MS}`
const retrieve = parsePlain('retrieve', signedByAlice({ timestamp: NOW_MS }, retrieveText))
const store = { timestamp: NOW_MS, ttl: DAY_MS, data: 'aGVsbG8=' }

describe('checkRequest, the owner', () => {
  it('lets the owner of an account read its inbox', () => {
    expect(check(retrieve)).toBeUndefined()
  })

  it('refuses a key that is not the account’s, or anybody could read every inbox', () => {
    const request = parsePlain('retrieve', {
      pubkey: alice.accountId,
      pubkey_ed25519: encodeHex(bob.signing.publicKey),
      timestamp: NOW_MS,
      signature: signText(bob.signing, retrieveText),
    })
    expect(check(request)).toEqual({
      status: 401,
      text: 'retrieve signature verification failed',
    })
  })

  it('refuses a signature by another key', () => {
    const params = signedByAlice({ timestamp: NOW_MS }, retrieveText)
    const forged = { ...params, signature: signText(bob.signing, retrieveText) }
    expect(check(parsePlain('retrieve', forged))).toMatchObject({ status: 401 })
  })

  it('refuses a signature that is played back on another namespace', () => {
    const params = signedByAlice({ timestamp: NOW_MS, namespace: 3 }, `retrieve2${NOW_MS}`)
    expect(check(parsePlain('retrieve', params))).toMatchObject({ status: 401 })
  })

  it('refuses a signature that is played back on another account', () => {
    const params = { ...signedByAlice({ timestamp: NOW_MS }, retrieveText), pubkey: bob.accountId }
    expect(check(parsePlain('retrieve', params))).toMatchObject({ status: 401 })
  })

  it('uses the key of a 03 account directly, trap 27', () => {
    const params = { pubkey: groupId, namespace: 11, timestamp: NOW_MS }
    const text = `retrieve11${NOW_MS}`
    const signed = { ...params, signature: signText(groupKey, text) }
    expect(check(parsePlain('retrieve', signed))).toBeUndefined()
    const forged = { ...params, signature: signText(memberKey, text) }
    expect(check(parsePlain('retrieve', forged))).toMatchObject({ status: 401 })
  })

  it('refuses a 05 account without its Ed25519 key: its own bytes are no signing key', () => {
    const request = parsePlain('retrieve', {
      pubkey: alice.accountId,
      timestamp: NOW_MS,
      signature: signText(alice.signing, retrieveText),
    })
    expect(check(request)).toMatchObject({ status: 401 })
  })

  it('asks for the signature by name of the method', () => {
    const pubkey = alice.accountId
    const messages = [HASHES[0]]
    const unsigned: readonly (readonly [string, object])[] = [
      ['retrieve', {}],
      ['delete', { messages }],
      ['delete_all', { timestamp: NOW_MS }],
      ['delete_before', { before: NOW_MS }],
      ['expire_all', { expiry: NOW_MS }],
      ['expire', { messages, expiry: NOW_MS }],
      ['get_expiries', { messages, timestamp: NOW_MS }],
      ['revoke_subaccount', { revoke: 'ab'.repeat(36), timestamp: NOW_MS }],
      ['unrevoke_subaccount', { unrevoke: 'ab'.repeat(36), timestamp: NOW_MS }],
    ]
    for (const [method, params] of unsigned) {
      expect(check(parsePlain(method, { pubkey, ...params }))).toEqual({
        status: 401,
        text: `${method}: request signature required`,
      })
    }
  })
})

describe('checkRequest, store', () => {
  it('lets anybody write to a public inbox, with whatever signature, trap 26', () => {
    const plain = parsePlain('store', { pubkey: alice.accountId, ...store })
    expect(check(plain)).toBeUndefined()
    const wrong = { pubkey: alice.accountId, ...store, signature: signText(bob.signing, 'other') }
    expect(check(parsePlain('store', wrong))).toBeUndefined()
  })

  it('asks for the signature of every other namespace, by its number', () => {
    for (const namespace of [2, 11, -1, -21, -11]) {
      const params = { pubkey: alice.accountId, ...store, namespace }
      expect(check(parsePlain('store', params))).toEqual({
        status: 401,
        text: `store: signature required to store to namespace ${namespace}`,
      })
    }
  })

  it('judges times before signatures', () => {
    const params = { pubkey: alice.accountId, ...store, namespace: 2, ttl: 60 * DAY_MS }
    expect(check(parsePlain('store', params))).toMatchObject({ status: 403 })
  })

  it('lets the signature be younger than the message', () => {
    const signedAt = NOW_MS
    const params = signedByAlice(
      {
        ...store,
        timestamp: NOW_MS - DAY_MS,
        ttl: 2 * DAY_MS,
        namespace: 2,
        sig_timestamp: signedAt,
      },
      `store2${signedAt}`,
    )
    expect(check(parsePlain('store', params))).toBeUndefined()
  })

  it('answers 406 to a signature of more than a minute ago, forwarded or not', () => {
    const request = parsePlain(
      'store',
      signedByAlice({ ...store, namespace: 2 }, `store2${NOW_MS}`),
    )
    for (const isForwarded of [false, true]) {
      expect(check(request, { nowMs: NOW_MS + 60_001, isForwarded })).toEqual({
        status: 406,
        text: 'store signature timestamp too far from current time',
      })
    }
  })
})

describe('checkRequest, what anybody may read', () => {
  it('is a public outbox, without time and signature, trap 23', () => {
    for (const namespace of [-1, -21, -41]) {
      const request = parsePlain('retrieve', { pubkey: alice.accountId, namespace })
      expect(check(request)).toBeUndefined()
    }
  })

  it('is the box of groups of old, and nothing more', () => {
    const at = (namespace: number): unknown =>
      check(parsePlain('retrieve', { pubkey: alice.accountId, namespace }))
    expect(at(-10)).toBeUndefined()
    for (const namespace of [0, 10, -20, 1, -11, -31]) {
      expect(at(namespace)).toMatchObject({ status: 401 })
    }
  })

  it('is info, swarms and the directory', () => {
    expect(check(parsePlain('info', {}))).toBeUndefined()
    expect(check(parsePlain('get_swarm', { pubkey: alice.accountId }))).toBeUndefined()
    expect(check(parsePlain('oxend_request', { endpoint: 'ons_resolve' }))).toBeUndefined()
  })
})

describe('checkRequest, forwarded', () => {
  it('gives delete_all and expire_all ten seconds for the way', () => {
    const deleteAll = signedByAlice({ timestamp: NOW_MS }, `delete_all${NOW_MS}`)
    const expireAll = signedByAlice({ expiry: NOW_MS }, `expire_all${NOW_MS}`)
    for (const request of [
      parsePlain('delete_all', deleteAll),
      parsePlain('expire_all', expireAll),
    ]) {
      const nowMs = NOW_MS + 65_000
      expect(check(request, { nowMs })).toMatchObject({ status: 406 })
      expect(check(request, { nowMs, isForwarded: true })).toBeUndefined()
      expect(check(request, { nowMs: NOW_MS + 70_001, isForwarded: true })).toMatchObject({
        status: 406,
      })
    }
  })
})

describe('checkRequest, subaccounts', () => {
  const messages = [HASHES[0]]
  const cases: readonly (readonly [string, object, string, number])[] = [
    ['retrieve', { namespace: 11, timestamp: NOW_MS }, `retrieve11${NOW_MS}`, 1],
    ['get_expiries', { messages, timestamp: NOW_MS }, `get_expiries${NOW_MS}${HASHES[0]}`, 1],
    ['store', { ...store, namespace: 11 }, `store11${NOW_MS}`, 2],
    ['store', { ...store, namespace: -21 }, `store-21${NOW_MS}`, 6],
    ['expire', { messages, expiry: NOW_MS }, `expire${NOW_MS}${HASHES[0]}`, 2],
    ['delete', { messages }, `delete${HASHES[0]}`, 4],
    ['delete_all', { timestamp: NOW_MS }, `delete_all${NOW_MS}`, 4],
    ['delete_before', { before: NOW_MS }, `delete_before${NOW_MS}`, 4],
    ['expire_all', { expiry: NOW_MS }, `expire_all${NOW_MS}`, 4],
  ]

  it.each(cases)('may %s with exactly the flags that it needs', (method, params, text, needed) => {
    for (let flags = 0; flags < 8; flags++) {
      const refusal = check(parsePlain(method, signedByMember(flags, params, text)))
      const isEnough = (flags & needed) === needed
      expect(refusal, `flags ${flags}`).toEqual(
        isEnough ? undefined : { status: 401, text: `${method} signature verification failed` },
      )
    }
  })

  it('may not delete with the flags of an ordinary member, trap 24', () => {
    const request = parsePlain('delete', signedByMember(3, { messages }, `delete${HASHES[0]}`))
    expect(check(request)).toMatchObject({ status: 401 })
  })

  it('may do nothing once its token is revoked, except read what tells it so, trap 23', () => {
    const isRevoked = (): boolean => true
    for (const [method, params, text] of cases) {
      const request = parsePlain(method, signedByMember(15, params, text))
      expect(check(request, { isRevoked })).toMatchObject({ status: 401 })
    }
    for (const namespace of [-11, -111]) {
      const params = { namespace, timestamp: NOW_MS }
      const text = `retrieve${namespace}${NOW_MS}`
      expect(check(parsePlain('retrieve', signedByMember(3, params, text)), { isRevoked })).toBe(
        undefined,
      )
    }
  })

  it('is asked about by its token', () => {
    const seen: Uint8Array[] = []
    const params = { namespace: 11, timestamp: NOW_MS }
    check(parsePlain('retrieve', signedByMember(3, params, `retrieve11${NOW_MS}`)), {
      isRevoked(token) {
        seen.push(token)
        return false
      },
    })
    expect(seen).toEqual([createToken(3)])
  })

  it('needs a token that the owner signed: a member cannot make others', () => {
    const params = {
      ...signedByMember(3, { namespace: 11, timestamp: NOW_MS }, `retrieve11${NOW_MS}`),
      subaccount_sig: signText(memberKey, createToken(3)),
    }
    expect(check(parsePlain('retrieve', params))).toMatchObject({ status: 401 })
  })

  it('cannot raise its own flags: the owner signed them too', () => {
    const params = {
      ...signedByMember(3, { messages }, `delete${HASHES[0]}`),
      subaccount: encodeBase64(createToken(7)),
    }
    expect(check(parsePlain('delete', params))).toMatchObject({ status: 401 })
  })

  it('must be of its account’s kind, unless the token says any kind', () => {
    const text = `retrieve11${NOW_MS}`
    for (const [flags, isFine] of [
      [3, false],
      [11, true],
    ] as const) {
      const token = createToken(flags, 0x05)
      const request = parsePlain('retrieve', {
        pubkey: groupId,
        namespace: 11,
        timestamp: NOW_MS,
        subaccount: encodeBase64(token),
        subaccount_sig: signText(groupKey, token),
        signature: signText(memberKey, text),
      })
      expect(check(request) === undefined).toBe(isFine)
    }
  })

  it('may not revoke: that text must be signed by the owner', () => {
    const tokens = { revoke: encodeBase64(createToken(3)), timestamp: NOW_MS }
    const params = signedByMember(15, tokens, `revoke_subaccount${NOW_MS}`)
    expect(check(parsePlain('revoke_subaccount', params))).toMatchObject({ status: 401 })
  })
})

describe('selectOwnerKey', () => {
  it('gives the Ed25519 key whose X25519 form is the account', () => {
    const account = bytesOfAccount(alice.accountId)
    const { publicKey } = alice.signing
    expect(selectOwnerKey({ account, publicKey })).toEqual(publicKey)
    expect(selectOwnerKey({ account, publicKey: bob.signing.publicKey })).toBeUndefined()
  })

  it('gives the account’s own bytes for a group', () => {
    expect(selectOwnerKey({ account: bytesOfAccount(groupId) })).toEqual(groupKey.publicKey)
  })

  it('gives nothing for a group with another key, trap 27', () => {
    const account = bytesOfAccount(groupId)
    expect(selectOwnerKey({ account, publicKey: alice.signing.publicKey })).toBeUndefined()
  })
})

describe('selectVerificationKey', () => {
  it('gives nothing for a token without its signature', () => {
    const params = { account: bytesOfAccount(groupId), subaccount: createToken(3) }
    const rules = { permission: 1, isRevoked: () => false }
    expect(selectVerificationKey(params, rules)).toBeUndefined()
  })

  it('gives the owner’s key where only the owner may sign, token or not', () => {
    const params = { account: bytesOfAccount(groupId), subaccount: createToken(15) }
    const rules = { permission: undefined, isRevoked: () => false }
    expect(selectVerificationKey(params, rules)).toEqual(groupKey.publicKey)
  })
})
