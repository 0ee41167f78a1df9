/** Forwards between the members of a swarm (spec 03 §6.2). */
import { encodeBase64, encodeHex } from '@sotto/crypto/bytes'
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
  signedByAlice,
  signedByMember,
  signText,
} from '../../test/rpc-fixtures.ts'
import { type BtInput, encodeBt } from '../bt/index.ts'
import {
  decodeForward,
  encodeForward,
  isRecursiveRequest,
  type RecursiveMethodName,
  type RequestOf,
} from './index.ts'

function parseRecursive(method: string, params: object): RequestOf<RecursiveMethodName> {
  const request = parsePlain(method, params)
  if (!isRecursiveRequest(request)) throw new TypeError('a recursive request was meant')
  return request
}

const token = createToken(3)
const messages = [HASHES[0], HASHES[1]]

const requests: readonly (readonly [string, object])[] = [
  ['store', { pubkey: alice.accountId, timestamp: NOW_MS, ttl: DAY_MS, data: 'aGVsbG8=' }],
  [
    'store',
    signedByMember(
      7,
      { timestamp: NOW_MS, ttl: DAY_MS, data: '', namespace: -21, sig_timestamp: NOW_MS + 1 },
      `store-21${NOW_MS + 1}`,
    ),
  ],
  ['delete', signedByAlice({ messages, required: true }, `delete${messages.join('')}`)],
  ['delete_all', signedByAlice({ namespace: 'all', timestamp: NOW_MS }, `delete_allall${NOW_MS}`)],
  ['delete_before', signedByAlice({ namespace: -11, before: NOW_MS }, `delete_before-11${NOW_MS}`)],
  ['expire_all', signedByAlice({ namespace: 5, expiry: NOW_MS }, `expire_all5${NOW_MS}`)],
  [
    'expire',
    signedByAlice(
      { messages, expiry: [NOW_MS, NOW_MS + 1], shorten: true },
      `expireshorten${NOW_MS}${NOW_MS + 1}${messages.join('')}`,
    ),
  ],
  [
    'revoke_subaccount',
    {
      pubkey: groupId,
      revoke: encodeBase64(token),
      timestamp: NOW_MS,
      signature: signText(groupKey, `revoke_subaccount${NOW_MS}`),
    },
  ],
  ['unrevoke_subaccount', { pubkey: groupId, unrevoke: [encodeHex(token)], timestamp: NOW_MS }],
]

function encodeCall(method: string, params: [string, BtInput][]): Uint8Array {
  return encodeBt([method, new Map(params)])
}

function refusalOf(bytes: Uint8Array): string {
  const decoded = decodeForward(bytes)
  return decoded.ok ? 'accepted' : `${decoded.error.status} ${decoded.error.text}`
}

describe('a forward', () => {
  it.each(requests)('of %s arrives as it was sent', (method, params) => {
    const request = parseRecursive(method, params)
    expect(decodeForward(encodeForward(request))).toEqual({ ok: true, value: request })
  })

  it('carries the client’s signature, so that each member can check it again', () => {
    for (const [method, params] of requests.slice(2, 7)) {
      const decoded = decodeForward(encodeForward(parseRecursive(method, params)))
      if (!decoded.ok) throw new TypeError(decoded.error.text)
      const isForwarded = true
      expect(check(decoded.value, { isForwarded }), method).toBeUndefined()
    }
  })

  it('carries the end of a message, not its length of life, so that delays do not add up', () => {
    const request = parseRecursive('store', requests[0]?.[1] ?? {})
    const text = new TextDecoder('latin1').decode(encodeForward(request))
    expect(text).toContain(`6:expiryi${NOW_MS + DAY_MS}e`)
    expect(text).not.toContain('3:ttl')
    expect(text).toContain(`13:sig_timestampi${NOW_MS}e`)
  })

  it('has keys in byte order and binary values, as other implementations expect', () => {
    const request = parseRecursive('store', requests[1]?.[1] ?? {})
    const text = new TextDecoder('latin1').decode(encodeForward(request))
    const keys = ['4:data', '6:expiry', '9:namespace', '6:pubkey33:', '13:sig_timestamp']
    const rest = ['9:signature64:', '10:subaccount36:', '14:subaccount_sig64:', '9:timestamp']
    const places = [...keys, ...rest].map((key) => text.indexOf(key))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(places).not.toContain(-1)
  })
})

describe('decodeForward', () => {
  const account = new Uint8Array(33).fill(5)
  const deleteAll: [string, BtInput][] = [
    ['pubkey', account],
    ['timestamp', NOW_MS],
  ]

  it('ignores keys that it does not know, so that newer members can say more', () => {
    expect(refusalOf(encodeCall('delete_all', [...deleteAll, ['zzz', 1]]))).toBe('accepted')
  })

  it.each(['retrieve', 'get_swarm', 'info', 'oxend_request', 'batch', 'ifelse', 'steal', ''])(
    'refuses %j, which no member forwards',
    (method) => {
      expect(refusalOf(encodeCall(method, deleteAll))).toBe(
        '400 invalid request: not a forwarded request',
      )
    },
  )

  it('refuses what is not a list of a name and a dict', () => {
    const shapes: BtInput[] = [
      1,
      'delete_all',
      [],
      ['delete_all'],
      ['delete_all', []],
      ['delete_all', 'x'],
      [new Map(deleteAll), 'delete_all'],
      ['delete_all', new Map(deleteAll), 1],
      [['delete_all'], new Map(deleteAll)],
      new Map(deleteAll),
    ]
    for (const shape of shapes) {
      expect(refusalOf(encodeBt(shape))).toBe('400 invalid request: not a forwarded request')
    }
  })

  it.each([
    ['pubkey', new Uint8Array(32)],
    ['pubkey', encodeHex(account)],
    ['pubkey', 5],
    ['timestamp', 'now'],
    ['timestamp', -1],
    ['timestamp', 1_767_225_600],
    ['timestamp', 2n ** 63n],
    ['namespace', 40_000],
    ['namespace', 'ALL'],
    ['namespace', []],
    ['signature', new Uint8Array(63)],
    ['pubkey_ed25519', new Uint8Array(33)],
    ['subaccount', new Uint8Array(36)],
  ] as [string, BtInput][])('refuses %s of the wrong form (%s)', (name, value) => {
    const params = new Map([...deleteAll, [name, value]])
    expect(refusalOf(encodeCall('delete_all', [...params]))).toMatch(/^400 invalid request: /)
  })

  it('checks the rules between parameters again: a peer may be hostile', () => {
    const store: [string, BtInput][] = [
      ['pubkey', account],
      ['timestamp', NOW_MS],
      ['data', new Uint8Array(3)],
    ]
    expect(refusalOf(encodeCall('store', store))).toBe(
      '400 invalid request: exactly one of ttl and expiry must be given',
    )
    const expire: [string, BtInput][] = [
      ['pubkey', account],
      ['messages', [...messages]],
      ['expiry', [NOW_MS]],
    ]
    expect(refusalOf(encodeCall('expire', expire))).toBe(
      '400 invalid request: expiry must be as long as messages',
    )
  })

  it('refuses data of 76,801 bytes from a peer too', () => {
    const store: [string, BtInput][] = [
      ['pubkey', account],
      ['timestamp', NOW_MS],
      ['expiry', NOW_MS + DAY_MS],
      ['data', new Uint8Array(76_801)],
    ]
    expect(refusalOf(encodeCall('store', store))).toBe(
      '400 invalid request: data must have at most 76800 bytes',
    )
  })

  it('takes 1 for true and nothing but 0 and 1', () => {
    const withRequired = (required: BtInput): [string, BtInput][] => [
      ['pubkey', account],
      ['messages', [...messages]],
      ['required', required],
    ]
    expect(decodeForward(encodeCall('delete', withRequired(1)))).toMatchObject({
      value: { params: { isRequired: true } },
    })
    expect(decodeForward(encodeCall('delete', withRequired(0)))).toMatchObject({
      value: { params: { isRequired: false } },
    })
    expect(refusalOf(encodeCall('delete', withRequired(2)))).toMatch(/^400/)
    expect(refusalOf(encodeCall('delete', withRequired('true')))).toMatch(/^400/)
  })
})
