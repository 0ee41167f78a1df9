/**
 * What each method of the storage RPC signs, written a second time from the wire contract, with signatures by OpenSSL:
 * our nodes accept exactly these, and what our nodes say about their results is verified in the same way.
 */
import { sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  METHODS,
  type MethodName,
  type RequestOf,
  encodeDeleteEntryText,
  encodeExpireEntryText,
  encodeRangeEntryText,
  encodeRevokeEntryText,
  encodeStoreEntryText,
  isEntrySigned,
} from '../src/rpc/index.ts'
import { createReferenceAccount, exportPublic, importSecret } from './reference-keys.ts'
import {
  HASHES,
  NOW_MS,
  bytesOfAccount,
  check,
  createToken,
  groupKey,
  groupId,
  keyPairOf,
  memberKey,
  parsePlain,
  signText,
} from './rpc-fixtures.ts'

const owner = createReferenceAccount(Buffer.alloc(16, 1))
const groupSecret = importSecret('ed25519', groupKey.seed)
const memberSecret = importSecret('ed25519', memberKey.seed)
const TOKENS = [createToken(3), createToken(7)].map((token) => Buffer.from(token))

interface Params {
  readonly namespace?: number | 'all'
  readonly timestamp?: number
  readonly sig_timestamp?: number
  readonly before?: number
  readonly expiry?: number | readonly number[]
  readonly messages?: readonly string[]
  readonly shorten?: boolean
  readonly extend?: boolean
  readonly revoke?: readonly string[]
  readonly unrevoke?: readonly string[]
}

/** The signed strings as the contract lists them: no separators, lists in the order of the request. */
function writeText(method: string, params: Params): Buffer {
  const namespace = (params.namespace ?? 0) === 0 ? '' : String(params.namespace)
  const time = String(params.timestamp)
  const hashes = (params.messages ?? []).join('')
  const expiries = [params.expiry].flat().join('')
  const direction = params.shorten === true ? 'shorten' : params.extend === true ? 'extend' : ''
  const tokens = params.revoke ?? params.unrevoke ?? []
  const parts: Readonly<Record<string, readonly string[]>> = {
    store: [namespace, String(params.sig_timestamp ?? params.timestamp)],
    retrieve: [namespace, time],
    delete: [hashes],
    delete_all: [namespace, time],
    delete_before: [namespace, String(params.before)],
    expire_all: [namespace, expiries],
    expire: [direction, expiries, hashes],
    get_expiries: [time, hashes],
    revoke_subaccount: [time],
    unrevoke_subaccount: [time],
  }
  const text = [method, ...(parts[method] ?? [])].join('')
  return Buffer.concat([Buffer.from(text), ...tokens.map((token) => Buffer.from(token, 'base64'))])
}

const arbitraryHash = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('base64').slice(0, 43))
const messages = fc.array(arbitraryHash, { minLength: 1, maxLength: 4 })
const timestamp = fc.integer({ min: NOW_MS - 59_000, max: NOW_MS + 59_000 })
const expiry = fc.integer({ min: NOW_MS - 59_000, max: NOW_MS + 1e12 })
/** No public one, where a store would not be asked for its signature. */
const namespace = fc.integer({ min: -32_768, max: 32_767 }).filter((each) => each % 10 !== 0)
const selection = fc.oneof(namespace, fc.constant(0), fc.constant('all' as const))
const base64Tokens = fc
  .array(fc.uint8Array({ minLength: 36, maxLength: 36 }), { minLength: 1, maxLength: 3 })
  .map((tokens) => tokens.map((token) => Buffer.from(token).toString('base64')))

const REQUESTS: Readonly<Record<string, fc.Arbitrary<Params>>> = {
  store: fc.record(
    { timestamp: fc.constant(NOW_MS), sig_timestamp: timestamp, namespace },
    { requiredKeys: ['timestamp', 'namespace'] },
  ),
  retrieve: fc.record({ timestamp, namespace: fc.oneof(fc.constant(0), namespace) }),
  delete: fc.record({ messages }),
  delete_all: fc.record({ timestamp, namespace: selection }, { requiredKeys: ['timestamp'] }),
  delete_before: fc.record({ before: timestamp, namespace: selection }),
  expire_all: fc.record({ expiry, namespace: selection }),
  expire: fc
    .tuple(messages, expiry, fc.boolean(), fc.constantFrom('shorten', 'extend', 'neither'))
    .map(([list, end, isOneEach, which]) => {
      const ends = isOneEach ? list.map((_, index) => end + 7 * index) : end
      return {
        messages: list,
        expiry: ends,
        shorten: which === 'shorten',
        extend: which === 'extend',
      }
    }),
  get_expiries: fc.record({ messages, timestamp }),
  revoke_subaccount: fc.record({ timestamp, revoke: base64Tokens }),
  unrevoke_subaccount: fc.record({ timestamp, unrevoke: base64Tokens }),
}
const METHOD_NAMES = Object.keys(REQUESTS)
const EXTRA: Readonly<Record<string, object>> = { store: { data: 'aGVsbG8=', ttl: 86_400_000 } }

function readText<M extends MethodName>({ method, params }: RequestOf<M>): Buffer {
  return Buffer.from(METHODS[method].signing?.text(params) ?? [])
}

function requestsOf(method: string): fc.Arbitrary<Params> {
  return REQUESTS[method] ?? fc.constant({})
}

/** The node's answer to a request by the account's owner with a signature over `text`. */
function answer(method: string, params: Params, text: Uint8Array): string {
  const request = parsePlain(method, {
    pubkey: owner.id,
    pubkey_ed25519: owner.signingKey.toString('hex'),
    ...EXTRA[method],
    ...params,
    signature: sign(null, text, owner.signingSecret).toString('base64'),
  })
  const refusal = check(request)
  return refusal === undefined ? 'accepted' : `${refusal.status} ${refusal.text}`
}

describe('the signed text of a request', () => {
  it('exists for these ten methods and no other', () => {
    const signed = Object.entries(METHODS).filter(([, { signing }]) => signing !== undefined)
    expect(signed.map(([name]) => name).toSorted()).toEqual(METHOD_NAMES.toSorted())
  })

  it.each(METHOD_NAMES)('of %s is what another implementation writes', (method) => {
    fc.assert(
      fc.property(requestsOf(method), (params) => {
        const request = parsePlain(method, { pubkey: owner.id, ...EXTRA[method], ...params })
        expect(readText(request).equals(writeText(method, params))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it.each(METHOD_NAMES)('of %s is accepted with a signature by OpenSSL', (method) => {
    fc.assert(
      fc.property(requestsOf(method), (params) => {
        expect(answer(method, params, writeText(method, params))).toBe('accepted')
      }),
      { numRuns: 40 },
    )
  })

  it.each(METHOD_NAMES)('of %s is refused with one byte more, less or other', (method) => {
    const fixed: Params = {
      namespace: 3,
      timestamp: NOW_MS,
      before: NOW_MS,
      messages: HASHES,
      ...(method !== 'store' && { expiry: NOW_MS + 1 }),
      ...(method === 'revoke_subaccount' && {
        revoke: TOKENS.map((each) => each.toString('base64')),
      }),
      ...(method === 'unrevoke_subaccount' && {
        unrevoke: TOKENS.map((each) => each.toString('base64')),
      }),
    }
    const text = writeText(method, fixed)
    const others = [
      Buffer.alloc(0),
      Buffer.concat([text, Buffer.from('\n')]),
      Buffer.concat([text, Buffer.alloc(1)]),
      Buffer.concat([Buffer.from(' '), text]),
      text.subarray(1),
      text.subarray(0, -1),
      text.subarray(method.length),
      Buffer.from(text.toString('latin1').toUpperCase(), 'latin1'),
      Buffer.from(`${method}0${text.subarray(method.length).toString('latin1')}`, 'latin1'),
    ]
    expect(answer(method, fixed, text)).toBe('accepted')
    for (const other of others) {
      expect(answer(method, fixed, other)).toBe(`401 ${method} signature verification failed`)
    }
  })

  it('of namespace 0 is refused with the 0 (trap 25)', () => {
    for (const method of ['retrieve', 'delete_all']) {
      const params = { namespace: 0, timestamp: NOW_MS }
      const withZero = Buffer.from(`${method}0${NOW_MS}`)
      expect(answer(method, params, writeText(method, params))).toBe('accepted')
      expect(answer(method, params, withZero)).toMatch(/^401 /)
    }
  })

  it('of a revocation is refused with tokens in hex or base64 in place of their bytes', () => {
    const revoke = TOKENS.map((each) => each.toString('base64'))
    const params = { timestamp: NOW_MS, revoke }
    const head = `revoke_subaccount${NOW_MS}`
    const hex = TOKENS.map((each) => each.toString('hex'))
    for (const tokens of [revoke, hex, []]) {
      expect(answer('revoke_subaccount', params, Buffer.from(head + tokens.join('')))).toMatch(
        /^401 /,
      )
    }
  })
})

describe('the keys that may sign', () => {
  const params = { namespace: 11, timestamp: NOW_MS }
  const text = writeText('retrieve', params)

  it('is the group’s own for a 03 account, without naming it (trap 27)', () => {
    const signature = sign(null, text, groupSecret).toString('base64')
    expect(exportPublic(groupSecret)).toEqual(Buffer.from(groupKey.publicKey))
    const request = parsePlain('retrieve', { pubkey: groupId, ...params, signature })
    expect(check(request)).toBeUndefined()
  })

  it('is the token’s for a member, and neither the group’s nor another member’s', () => {
    const token = createToken(1)
    const base = { pubkey: groupId, ...params, subaccount: Buffer.from(token).toString('base64') }
    const subaccount_sig = sign(null, token, groupSecret).toString('base64')
    for (const [secret, isRight] of [
      [memberSecret, true],
      [groupSecret, false],
      [importSecret('ed25519', keyPairOf(9).seed), false],
    ] as const) {
      const signature = sign(null, text, secret).toString('base64')
      const request = parsePlain('retrieve', { ...base, subaccount_sig, signature })
      expect(check(request) === undefined).toBe(isRight)
    }
  })

  it('is for a request the same in 86 and in 88 characters of base64, and in no other form', () => {
    const padded = sign(null, text, groupSecret).toString('base64')
    expect(padded).toHaveLength(88)
    for (const signature of [padded, padded.slice(0, 86)]) {
      const request = parsePlain('retrieve', { pubkey: groupId, ...params, signature })
      expect(check(request)).toBeUndefined()
    }
    for (const signature of [
      padded.slice(0, 87),
      `${padded}=`,
      padded.slice(0, 84),
      ` ${padded}`,
    ]) {
      expect(() => parsePlain('retrieve', { pubkey: groupId, ...params, signature })).toThrow()
    }
  })
})

describe('what a node signs about its result', () => {
  const node = keyPairOf(7)
  const nodeSecret = importSecret('ed25519', node.seed)
  const account = bytesOfAccount(owner.id)
  const [first, second, third] = HASHES
  const sorted = [...HASHES].toSorted()
  const reversed = [...HASHES].toReversed()

  it('is verified over the contract’s text, signed by OpenSSL', () => {
    const cases: readonly (readonly [Uint8Array, string | Buffer])[] = [
      [encodeStoreEntryText(first), first],
      [
        encodeDeleteEntryText({ account, requested: reversed, deleted: reversed }),
        `${owner.id}${reversed.join('')}${sorted.join('')}`,
      ],
      [
        encodeRangeEntryText({
          account,
          timeMs: NOW_MS,
          changed: { '0': [third], '-11': [second], '5': [first] },
        }),
        `${owner.id}${NOW_MS}${sorted.join('')}`,
      ],
      [
        encodeExpireEntryText({
          account,
          expiryMs: [NOW_MS, NOW_MS + 1],
          requested: reversed,
          updated: [second, third],
          unchanged: { [first]: NOW_MS + 2 },
        }),
        `${owner.id}${NOW_MS}${NOW_MS + 1}${reversed.join('')}${second}${third}${first}${NOW_MS + 2}`,
      ],
      [
        encodeRevokeEntryText({ account, timestampMs: NOW_MS, tokens: TOKENS }),
        Buffer.concat([Buffer.from(`${owner.id}${NOW_MS}`), ...TOKENS]),
      ],
    ]
    for (const [text, written] of cases) {
      const signature = Uint8Array.from(sign(null, Buffer.from(written), nodeSecret))
      expect(Buffer.from(text)).toEqual(Buffer.from(written))
      expect(isEntrySigned({ node: node.publicKey, text, signature })).toBe(true)
      expect(isEntrySigned({ node: groupKey.publicKey, text, signature })).toBe(false)
      expect(Buffer.from(signature).toString('base64')).toBe(signText(node, text))
    }
  })
})
