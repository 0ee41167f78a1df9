/** Reading whole requests: the texts of spec 03 §2.2, nesting of spec 03 §2.3, and writing them again. */
import { encodeBase64, encodeHex } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import {
  alice,
  DAY_MS,
  groupId,
  HASHES,
  NOW_MS,
  parseValid,
  refusalOf,
} from '../../test/rpc-fixtures.ts'
import { DATA_MAX_BYTES, encodeRequest, METHODS, parseParams, parseRequest } from './index.ts'

const pubkey = alice.accountId
const store = { pubkey, timestamp: NOW_MS, ttl: DAY_MS, data: 'aGVsbG8=' }

function textOf(body: string): string {
  const parsed = parseRequest(body)
  return parsed.ok ? 'accepted' : `${parsed.error.status} ${parsed.error.text}`
}

describe('parseRequest, the frame', () => {
  it.each(['', '{', 'hello', '{"method":"info",}', '\u0000', '{"method":"info","params":{}} x'])(
    'answers "invalid json" to %j',
    (body) => {
      expect(textOf(body)).toBe('400 invalid json')
    },
  )

  it.each(['null', '[]', '5', '"info"', '{}', '{"method":null,"params":{}}', '{"params":{}}'])(
    'answers that there is no method to %s',
    (body) => {
      expect(textOf(body)).toBe('400 invalid json: no `method` field')
    },
  )

  it.each([
    '{"method":"info"}',
    '{"method":"info","params":null}',
    '{"method":"info","params":[]}',
  ])('answers that there are no params to %s', (body) => {
    expect(textOf(body)).toBe('400 invalid json: no `params` field')
  })

  it('names an unknown method, so that a client sees its mistake', () => {
    expect(textOf('{"method":"steal","params":{}}')).toBe('400 no method steal')
  })

  it('repeats only the beginning of a long unknown name, so that an answer stays short', () => {
    expect(textOf(`{"method":"${'x'.repeat(5000)}","params":{}}`)).toBe(
      `400 no method ${'x'.repeat(64)}`,
    )
  })

  it.each(['toString', '__proto__', 'constructor', 'hasOwnProperty', ''])(
    'does not take the inherited name %j for a method',
    (name) => {
      expect(refusalOf(name, {})).toBe(`400 no method ${name}`)
    },
  )

  it('ignores jsonrpc, id and unknown parameters, as clients of others send them', () => {
    const body = { jsonrpc: '2.0', id: 1, method: 'info', params: { anything: [1] } }
    expect(parseRequest(body)).toEqual({ ok: true, value: { method: 'info', params: {} } })
  })

  it('does not read parameters from the prototype of what it is given', () => {
    const params = Object.setPrototypeOf({}, { pubkey }) as object
    expect(refusalOf('get_swarm', params)).toBe(
      '400 invalid request: missing required parameter pubkey',
    )
  })

  it('answers to the old name of get_swarm under its new one', () => {
    expect(parseValid('get_snodes_for_pubkey', { pubkey }).method).toBe('get_swarm')
  })
})

describe('parseRequest, values', () => {
  it('refuses data of 76,801 bytes and takes 76,800', () => {
    const largest = encodeBase64(new Uint8Array(DATA_MAX_BYTES))
    const tooLarge = encodeBase64(new Uint8Array(DATA_MAX_BYTES + 1))
    expect(refusalOf('store', { ...store, data: largest })).toBe('accepted')
    expect(refusalOf('store', { ...store, data: tooLarge })).toBe(
      '400 invalid request: data must have at most 76800 bytes',
    )
  })

  it('takes namespaces at both ends and none beyond them', () => {
    expect(refusalOf('store', { ...store, namespace: 32_767 })).toBe('accepted')
    expect(refusalOf('store', { ...store, namespace: -32_768 })).toBe('accepted')
    for (const namespace of [32_768, -32_769, 40_000, 1e300]) {
      expect(refusalOf('store', { ...store, namespace })).toMatch(/^400 invalid request: namespace/)
    }
  })

  it.each([null, undefined])('takes %s for an absent parameter', (absent) => {
    const request = parseValid('store', { ...store, namespace: absent, expiry: absent })
    expect(request.params).toMatchObject({ namespace: 0, expiryMs: NOW_MS + DAY_MS })
  })

  it('reads text for a number in timestamp and ttl of store, and nowhere else', () => {
    const textual = { ...store, timestamp: String(NOW_MS), ttl: String(DAY_MS) }
    expect(parseValid('store', textual).params).toEqual(parseValid('store', store).params)
    for (const timestamp of ['', '-5', '1e12', ' 1767225600000', '0x1', '17672256000000000']) {
      expect(refusalOf('store', { ...store, timestamp })).toMatch(/^400 invalid request: timestamp/)
    }
    expect(refusalOf('delete_all', { pubkey, timestamp: String(NOW_MS) })).toBe(
      '400 invalid request: timestamp must be an unsigned integer',
    )
  })

  it('recognises times in seconds, whose reader would otherwise expire everything at once', () => {
    const seconds = NOW_MS / 1000
    expect(refusalOf('store', { ...store, timestamp: seconds })).toBe(
      '400 invalid request: timestamp must be in milliseconds',
    )
    expect(refusalOf('delete_before', { pubkey, before: seconds })).toBe(
      '400 invalid request: before must be in milliseconds',
    )
    expect(refusalOf('expire', { pubkey, messages: [HASHES[0]], expiry: [seconds] })).toBe(
      '400 invalid request: expiry must be in milliseconds',
    )
  })

  it.each([1.5, -1, '5', true, {}, [], Number.MAX_VALUE])(
    'refuses %j where an unsigned integer belongs',
    (timestamp) => {
      expect(refusalOf('delete_all', { pubkey, timestamp })).toMatch(/^400 invalid request: /)
    },
  )

  it('takes account ids in upper case as the same account', () => {
    const upper = pubkey.toUpperCase()
    expect(parseValid('get_swarm', { pubkey: upper })).toEqual(parseValid('get_swarm', { pubkey }))
  })

  it('takes the other spelling pubKey in store, retrieve and get_swarm only', () => {
    const { pubkey: account, ...rest } = store
    expect(refusalOf('store', { ...rest, pubKey: account })).toBe('accepted')
    expect(refusalOf('get_swarm', { pubKey: account })).toBe('accepted')
    expect(refusalOf('retrieve', { pubKey: account })).toBe('accepted')
    expect(refusalOf('delete_all', { pubKey: account, timestamp: NOW_MS })).toBe(
      '400 invalid request: missing required parameter pubkey',
    )
  })

  it('prefers the canonical spelling when both are there', () => {
    const request = parseValid('retrieve', { pubkey, last_hash: HASHES[0], lastHash: HASHES[1] })
    expect(request.params).toMatchObject({ lastHash: HASHES[0] })
  })

  it('refuses pubkey_ed25519 with a 03 account, trap 27', () => {
    const params = { pubkey: groupId, pubkey_ed25519: encodeHex(alice.signing.publicKey) }
    expect(refusalOf('retrieve', params)).toBe(
      '400 invalid request: pubkey_ed25519 is only permitted with 05 accounts',
    )
  })

  it('wants subaccount and its signature together, in every method that takes them', () => {
    const token = 'ab'.repeat(36)
    const times = { timestamp: NOW_MS, before: NOW_MS, expiry: NOW_MS, messages: HASHES }
    for (const method of ['retrieve', 'delete', 'delete_all', 'delete_before', 'expire_all']) {
      expect(refusalOf(method, { pubkey: groupId, ...times, subaccount: token })).toBe(
        '400 invalid request: subaccount and subaccount_sig must be given together',
      )
    }
  })
})

describe('parseRequest, nesting', () => {
  const info = { method: 'info', params: {} }

  it('takes batches of 1 to 20', () => {
    expect(refusalOf('batch', { requests: [info] })).toBe('accepted')
    expect(refusalOf('sequence', { requests: Array.from({ length: 20 }, () => info) })).toBe(
      'accepted',
    )
    expect(refusalOf('batch', { requests: [] })).toMatch(/^400 invalid request: requests/)
    expect(refusalOf('batch', { requests: Array.from({ length: 21 }, () => info) })).toMatch(
      /^400 invalid request: requests/,
    )
    expect(refusalOf('batch', { requests: info })).toMatch(/^400 invalid request: requests/)
    expect(refusalOf('batch', {})).toMatch(/^400 invalid request: requests/)
  })

  it('refuses the whole batch for one bad parameter, so that no part of it is done', () => {
    const bad = { method: 'store', params: { ...store, timestamp: 5 } }
    expect(refusalOf('sequence', { requests: [info, bad, info] })).toBe(
      '400 invalid request: requests[1]: timestamp must be in milliseconds',
    )
  })

  it.each(['batch', 'sequence', 'ifelse'])('refuses %s inside a batch', (method) => {
    const nested = { method, params: { requests: [info], if: { height_before: 1 } } }
    expect(refusalOf('batch', { requests: [nested] })).toBe(
      `400 invalid request: requests[0]: ${method} cannot be nested`,
    )
  })

  it('takes a batch inside ifelse, in either branch', () => {
    const batch = { method: 'batch', params: { requests: [info] } }
    const request = { if: { hf_at_least: [19, 1] }, then: batch, else: batch }
    expect(refusalOf('ifelse', request)).toBe('accepted')
  })

  it('says in which branch the fault is', () => {
    expect(
      refusalOf('ifelse', { if: { height_before: 1 }, else: { method: 'store', params: {} } }),
    ).toBe('400 invalid request: else: missing required parameter pubkey')
  })

  it('bounds ifelse inside ifelse, so that no request exhausts the stack', () => {
    let request: object = info
    for (let depth = 0; depth < 8; depth++) {
      request = { method: 'ifelse', params: { if: { height_before: 1 }, then: request } }
    }
    expect(parseRequest(request).ok).toBe(true)
    for (let depth = 0; depth < 20_000; depth++) {
      request = { method: 'ifelse', params: { if: { height_before: 1 }, then: request } }
    }
    expect(parseRequest(request)).toMatchObject({ ok: false, error: { status: 400 } })
  })

  it('does not let a thenable loose: a then that is a function is no request', () => {
    const params = { if: { height_before: 1 }, then: () => undefined }
    expect(refusalOf('ifelse', params)).toBe(
      '400 invalid request: then: invalid json: no `method` field',
    )
  })
})

describe('encodeRequest', () => {
  const requests: readonly (readonly [string, object])[] = [
    ['info', {}],
    ['get_swarm', { pubkey }],
    ['oxend_request', { endpoint: 'ons_resolve', params: { type: 0 } }],
    ['store', { ...store, namespace: -21 }],
    ['retrieve', { pubkey, namespace: 2, max_size: -2, last_hash: HASHES[0] }],
    ['delete', { pubkey, messages: HASHES, required: true }],
    ['delete_all', { pubkey, namespace: 'all', timestamp: NOW_MS }],
    ['delete_before', { pubkey, before: NOW_MS }],
    ['expire_all', { pubkey, expiry: NOW_MS }],
    ['expire', { pubkey, messages: [HASHES[0]], expiry: NOW_MS, extend: true }],
    ['expire', { pubkey, messages: [HASHES[0]], expiry: [NOW_MS], shorten: true }],
    ['get_expiries', { pubkey, messages: HASHES, timestamp: NOW_MS }],
    ['revoke_subaccount', { pubkey: groupId, revoke: ['cd'.repeat(36)], timestamp: NOW_MS }],
    ['unrevoke_subaccount', { pubkey: groupId, unrevoke: 'cd'.repeat(36), timestamp: NOW_MS }],
    ['batch', { requests: [{ method: 'info', params: {} }] }],
    ['ifelse', { if: { v_before: [9, 0, 0] }, then: { method: 'info', params: {} } }],
  ]

  it.each(requests)('writes a %s that reads as the same request', (method, params) => {
    const request = parseValid(method, params)
    expect(parseRequest(JSON.stringify(encodeRequest(request)))).toEqual({
      ok: true,
      value: request,
    })
  })

  it('covers every method of the registry', () => {
    const covered = new Set(requests.map(([method]) => method))
    expect(Object.keys(METHODS).filter((name) => !covered.has(name))).toEqual([])
  })
})

describe('parseParams', () => {
  it('reads the parameters of a method that is already known', () => {
    expect(parseParams('get_swarm', { pubkey })).toMatchObject({
      ok: true,
      value: { method: 'get_swarm' },
    })
  })

  it.each([null, undefined, 5, 'x', []])('refuses %j for params', (params) => {
    expect(parseParams('info', params)).toMatchObject({ ok: false, error: { status: 400 } })
  })
})
