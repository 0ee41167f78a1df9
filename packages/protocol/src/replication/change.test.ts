/** The one form of each change, and its key. */
import { concatBytes, encodeHex } from '@sotto/crypto/bytes'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CHANGES, bytesOfChange, parseChange } from '../../test/replication-fixtures.ts'
import {
  HASHES,
  NOW_MS,
  check,
  parsePlain,
  signedByAlice,
  signedByMember,
} from '../../test/rpc-fixtures.ts'
import { type BtInput, decodeBt, encodeBt } from '../bt/index.ts'
import { MESSAGES_MAX, encodeForward, isRecursiveRequest } from '../rpc/index.ts'
import {
  CHANGE_BYTES_MAX,
  type ChangeRequest,
  decodeChange,
  encodeChange,
  encodeChangeKey,
  isChangeRequest,
} from './index.ts'

const ALL = Object.entries(CHANGES)

function codeOf(bytes: Uint8Array): string {
  const change = decodeChange(bytes)
  return change.ok ? 'accepted' : change.error.code
}

/** The forward of a request with some parameters more, in canonical bt. */
function addParams(request: ChangeRequest, params: Readonly<Record<string, BtInput>>): Uint8Array {
  const decoded = decodeBt(encodeForward(request))
  if (!decoded.ok || !Array.isArray(decoded.value)) throw new TypeError('no forward')
  const [name, dict] = decoded.value as [Uint8Array, ReadonlyMap<string, BtInput>]
  const all = [...dict, ...Object.entries(params)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return encodeBt([name, new Map(all)])
}

describe('a change', () => {
  it.each(ALL)('of %s is read as it was', (_, request) => {
    expect(decodeChange(bytesOfChange(request))).toEqual({ ok: true, value: request })
  })

  it.each(ALL)('of %s can still be verified by whoever gets it', (_, original) => {
    const change = decodeChange(bytesOfChange(original))
    if (!change.ok) throw change.error
    expect(check(change.value)).toBeUndefined()
    const { params } = change.value
    const forged = { ...change.value, params: { ...params, signature: new Uint8Array(64) } }
    expect(check(forged as ChangeRequest)?.status).toBe(401)
  })

  it('of a subaccount keeps the token and both signatures', () => {
    const text = `delete_all11${NOW_MS}`
    const request = parseChange(
      'delete_all',
      signedByMember(4, { namespace: 11, timestamp: NOW_MS }, text),
    )
    const change = decodeChange(bytesOfChange(request))
    expect(change.ok && check(change.value)).toBeUndefined()
    expect(change.ok && change.value).toEqual(request)
  })
})

describe('the one form of a change', () => {
  const { delete: deletion, expire } = CHANGES

  it('leaves out what a delete asks about its answer', () => {
    const params = { messages: HASHES, required: true }
    const asked = parseChange('delete', signedByAlice(params, `delete${HASHES.join('')}`))
    expect(encodeForward(asked)).not.toEqual(encodeForward(deletion))
    expect(bytesOfChange(asked)).toEqual(bytesOfChange(deletion))
  })

  it('leaves out options of an expire that are not set', () => {
    const params = { messages: HASHES, expiry: NOW_MS }
    const text = `expire${NOW_MS}${HASHES.join('')}`
    const plain = parseChange('expire', signedByAlice(params, text))
    const verbose = parseChange(
      'expire',
      signedByAlice({ ...params, extend: false, shorten: false }, text),
    )
    expect(encodeForward(verbose)).not.toEqual(encodeForward(plain))
    expect(bytesOfChange(verbose)).toEqual(bytesOfChange(plain))
  })

  it('writes the end of a single message as a number', () => {
    const text = `expire${NOW_MS}${HASHES[0]}`
    const [single, list] = [NOW_MS, [NOW_MS]].map((expiry) =>
      parseChange('expire', signedByAlice({ messages: [HASHES[0]], expiry }, text)),
    )
    expect(single && list && encodeForward(single)).not.toEqual(list && encodeForward(list))
    expect(single && bytesOfChange(single)).toEqual(list && bytesOfChange(list))
  })

  it('keeps the ends of several messages as they were signed', () => {
    const expiry = [NOW_MS, NOW_MS + 1, NOW_MS + 2]
    const text = `expire${expiry.join('')}${HASHES.join('')}`
    const request = parseChange('expire', signedByAlice({ messages: HASHES, expiry }, text))
    const change = decodeChange(bytesOfChange(request))
    expect(change.ok && change.value).toEqual(request)
  })

  it('is not that of a forward with a parameter that nobody signed', () => {
    // Each of these would be another record of the same signature, and 256 of them would push out all others.
    for (let index = 0; index < 20; index++) {
      expect(codeOf(addParams(deletion, { [`x${index}`]: index }))).toBe('replication_malformed')
    }
  })

  it.each<[string, ChangeRequest, Readonly<Record<string, BtInput>>]>([
    ['required, set', deletion, { required: 1 }],
    ['required, not set', deletion, { required: 0 }],
    ['extend, not set', expire, { extend: 0 }],
  ])('is not that of a forward with %s', (_, request, params) => {
    expect(codeOf(addParams(request, params))).toBe('replication_malformed')
  })

  it('is the forward itself for what has nothing to leave out', () => {
    expect(bytesOfChange(CHANGES.delete_all)).toEqual(encodeForward(CHANGES.delete_all))
  })
})

describe('encodeChange', () => {
  const messages = Array.from({ length: MESSAGES_MAX }, () => HASHES[0])

  it('keeps the longest request that a member executes, or those who missed it would differ for good', () => {
    const expiry = messages.map(() => Number.MAX_SAFE_INTEGER)
    const longest = signedByMember(4, { messages, expiry, shorten: true }, '')
    const bytes = bytesOfChange(parseChange('expire', longest))
    expect(bytes.length).toBeGreaterThan(0.85 * CHANGE_BYTES_MAX)
    expect(decodeChange(bytes).ok).toBe(true)
  })

  it('keeps no change that is too long', () => {
    const { params } = CHANGES.delete
    const twice = { ...params, messages: [...messages, ...messages] }
    expect(encodeChange({ method: 'delete', params: twice })).toBeUndefined()
  })
})

describe('isChangeRequest', () => {
  it('is for requests that alter messages, and not for those that store or read them', () => {
    const store = parsePlain('store', {
      ...signedByAlice({ timestamp: NOW_MS, ttl: 86_400_000, data: 'aGk=' }, ''),
    })
    expect(isRecursiveRequest(store)).toBe(true)
    expect([store, parsePlain('info', {})].map(isChangeRequest)).toEqual([false, false])
    expect(ALL.map(([, request]) => isChangeRequest(request))).not.toContain(false)
  })
})

describe('decodeChange', () => {
  it('refuses a store: it is a message, not a change', () => {
    const store = parsePlain(
      'store',
      signedByAlice({ timestamp: NOW_MS, ttl: 86_400_000, data: 'aGk=' }, ''),
    )
    if (store.method !== 'store') throw new TypeError('no store')
    expect(codeOf(encodeForward(store))).toBe('replication_malformed')
  })

  it('refuses more than a change may have, before it reads it', () => {
    expect(codeOf(new Uint8Array(CHANGE_BYTES_MAX + 1))).toBe('replication_limit')
  })

  it('refuses a change with bytes behind it, or cut short', () => {
    const bytes = bytesOfChange(CHANGES.delete)
    expect(codeOf(concatBytes([bytes, Uint8Array.of(0x65)]))).toBe('replication_malformed')
    expect(codeOf(bytes.subarray(0, -1))).toBe('replication_malformed')
    expect(codeOf(new Uint8Array())).toBe('replication_malformed')
  })

  it('answers random bytes with a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(200), (bytes) => {
        expect(codeOf(bytes)).toBe('replication_malformed')
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('accepts of changed bytes only those that it would write itself, under another key', () => {
    const original = bytesOfChange(CHANGES.expire)
    const key = encodeHex(encodeChangeKey(original, NOW_MS))
    fc.assert(
      fc.property(arbitraryMutation(original), (bytes) => {
        const change = decodeChange(bytes)
        if (!change.ok) return
        expect(encodeChange(change.value)).toEqual(bytes)
        const isSame = encodeHex(bytes) === encodeHex(original)
        expect(encodeHex(encodeChangeKey(bytes, NOW_MS)) === key).toBe(isSame)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
