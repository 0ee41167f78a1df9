/** Each kind of parameter by itself, in JSON and in bt (spec 03 §2.4). */
import { encodeBase64, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import {
  alice,
  bytesOfAccount,
  createToken,
  groupId,
  HASHES,
  NOW_MS,
} from '../../test/rpc-fixtures.ts'
import { type BtInput, type BtValue, decodeBt, encodeBt } from '../bt/index.ts'
import {
  accountCodec,
  dataCodec,
  publicKeyCodec,
  signatureCodec,
  tokenCodec,
} from './byte-codecs.ts'
import { booleanCodec, type Codec, createIntegerCodec, createListCodec } from './codec.ts'
import {
  countCodec,
  expiriesCodec,
  hashCodec,
  hashesCodec,
  lastHashCodec,
  namespaceCodec,
  namespaceSelectionCodec,
  sizeCodec,
  storeTimestampCodec,
  storeTtlCodec,
  timestampCodec,
} from './text-codecs.ts'

const key = new Uint8Array(32).fill(9)
const signature = new Uint8Array(64).fill(8)
const token = createToken(3)
const [hash, other] = HASHES

/** As a peer would send it. */
function overBt(value: BtInput): BtValue {
  const decoded = decodeBt(encodeBt(value))
  if (!decoded.ok) throw decoded.error
  return decoded.value
}

function expectRoundTrip<T>(codec: Codec<T>, value: T): void {
  expect(codec.readJson(JSON.parse(JSON.stringify(codec.writeJson(value))))).toEqual({
    ok: true,
    value,
  })
  expect(codec.readBt(overBt(codec.writeBt(value)))).toEqual({ ok: true, value })
}

function expectRefused<T>(codec: Codec<T>, values: readonly unknown[]): void {
  for (const value of values) {
    expect(codec.readJson(value), JSON.stringify(value)).toMatchObject({ ok: false })
  }
}

function expectBtRefused<T>(codec: Codec<T>, values: readonly BtInput[]): void {
  for (const value of values) expect(codec.readBt(overBt(value)).ok).toBe(false)
}

describe('accountCodec', () => {
  it('keeps accounts of every kind: a node need not know them', () => {
    for (const id of [alice.accountId, groupId, `ff${'00'.repeat(32)}`]) {
      expectRoundTrip(accountCodec, bytesOfAccount(id))
    }
  })

  it('refuses other lengths, other letters, and numbers', () => {
    const id: string = alice.accountId
    expectRefused(accountCodec, [id.slice(2), `${id}00`, id.slice(1), `${id.slice(0, -1)}x`, '', 5])
    expectRefused(accountCodec, [[id], { id }, true])
    expectBtRefused(accountCodec, [new Uint8Array(32), new Uint8Array(34), id, 5, []])
  })
})

describe('publicKeyCodec', () => {
  it('keeps 32 bytes', () => {
    const read = publicKeyCodec.readJson(encodeHex(key))
    expect(read).toEqual({ ok: true, value: key })
    expect(publicKeyCodec.readBt(overBt(key))).toEqual({ ok: true, value: key })
  })

  it('refuses base64 and other lengths', () => {
    expectRefused(publicKeyCodec, [encodeBase64(key), encodeHex(key.subarray(1)), '', 0, key])
    expectBtRefused(publicKeyCodec, [encodeHex(key), key.subarray(1), 1])
  })
})

describe('signatureCodec', () => {
  it('keeps 64 bytes, with padding and without', () => {
    expectRoundTrip(signatureCodec, signature)
    const bare = encodeBase64(signature, { padding: false })
    expect(bare).toHaveLength(86)
    expect(signatureCodec.readJson(bare)).toEqual({ ok: true, value: signature })
  })

  it('refuses hex, other lengths and half a padding', () => {
    const text = encodeBase64(signature)
    expectRefused(signatureCodec, [
      encodeHex(signature),
      text.slice(0, -1),
      `${text}=`,
      text.slice(1),
      `${text.slice(0, 86)}AA`,
      `*${text.slice(1)}`,
      '',
    ])
    expectBtRefused(signatureCodec, [new Uint8Array(63), new Uint8Array(65), text, 1])
  })
})

describe('tokenCodec', () => {
  it('keeps 36 bytes, from base64 and from hex', () => {
    expectRoundTrip(tokenCodec, token)
    expect(tokenCodec.readJson(encodeHex(token))).toEqual({ ok: true, value: token })
    expect(encodeBase64(token)).toHaveLength(48)
  })

  it('refuses other lengths', () => {
    expectRefused(tokenCodec, [encodeHex(token.subarray(1)), encodeBase64(key), '', 36, null])
    expectBtRefused(tokenCodec, [token.subarray(1), encodeHex(token)])
  })
})

describe('dataCodec', () => {
  it('keeps every length from nothing on', () => {
    for (const length of [0, 1, 2, 3, 4, 1024, 76_800]) {
      expectRoundTrip(dataCodec, new Uint8Array(length).fill(length))
    }
  })

  it('refuses other alphabets, white space and wrong lengths', () => {
    expectRefused(dataCodec, ['a', 'aGVs bG8=', 'aGVs\nbG8=', '-_-_', 'aGVsbG8==', 5, null, []])
  })

  it('refuses what is too long without decoding it', () => {
    expect(dataCodec.readJson('*'.repeat(102_401))).toEqual({
      ok: false,
      error: 'must have at most 76800 bytes',
    })
  })
})

describe('times', () => {
  it('are kept', () => {
    expectRoundTrip(timestampCodec, NOW_MS)
    expectRoundTrip(timestampCodec, Number.MAX_SAFE_INTEGER)
    expectRoundTrip(storeTtlCodec, 0)
  })

  it('may be text in store, up to sixteen digits', () => {
    expect(storeTimestampCodec.readJson(String(NOW_MS))).toEqual({ ok: true, value: NOW_MS })
    expect(storeTtlCodec.readJson('86400000')).toEqual({ ok: true, value: 86_400_000 })
    expectRefused(storeTtlCodec, ['', '1.5', '-1', '+1', '1e3', '9'.repeat(16), '1'.repeat(17)])
    expectRefused(timestampCodec, [String(NOW_MS)])
  })

  it('are never text between nodes', () => {
    expectBtRefused(storeTimestampCodec, [String(NOW_MS)])
    expectBtRefused(storeTtlCodec, ['1'])
  })

  it('begin in 1973, so that seconds are told apart', () => {
    expect(timestampCodec.readJson(99_999_999_999)).toEqual({
      ok: false,
      error: 'must be in milliseconds',
    })
    expect(timestampCodec.readJson(100_000_000_000).ok).toBe(true)
    expectBtRefused(timestampCodec, [99_999_999_999, -1, 2n ** 60n])
  })
})

describe('numbers', () => {
  it('are whole and within bounds', () => {
    expectRoundTrip(namespaceCodec, -32_768)
    expectRoundTrip(countCodec, 0)
    expectRoundTrip(sizeCodec, -8)
    expectRefused(countCodec, [-1, 0.1, '1', Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, null])
    expectRefused(sizeCodec, [0.5, '−1', 2 ** 60])
  })

  it('of any range can be made', () => {
    const dice = createIntegerCodec(1, 6, 'dice')
    expect([0, 1, 6, 7].map((value) => dice.readJson(value).ok)).toEqual([false, true, true, false])
    expect(dice.description).toBe('dice')
  })
})

describe('namespaceSelectionCodec', () => {
  it('keeps numbers and the word', () => {
    for (const value of [0, -11, 32_767, 'all'] as const) {
      expectRoundTrip(namespaceSelectionCodec, value)
    }
  })

  it('refuses other words', () => {
    expectRefused(namespaceSelectionCodec, ['', 'ALL', '0', 'none', null, [], 40_000])
    expectBtRefused(namespaceSelectionCodec, ['', '0', Uint8Array.of(0xff), [], 40_000])
  })
})

describe('hashCodec', () => {
  it('keeps 43 characters of base64', () => {
    expectRoundTrip(hashCodec, hash)
    expect(hashCodec.readJson('a'.repeat(43)).ok).toBe(true)
  })

  it('refuses padding, other alphabets and other lengths', () => {
    expectRefused(hashCodec, [
      `${hash}=`,
      hash.slice(1),
      hash.replace('/', '_'),
      '',
      `${hash}\n`,
      5,
    ])
    expectBtRefused(hashCodec, ['', hash.slice(1), encodeUtf8(hash).fill(0xff), 5])
  })

  it('may be empty only as the last hash of a retrieve', () => {
    expectRoundTrip(lastHashCodec, '')
    expectRoundTrip(lastHashCodec, hash)
    expectRefused(lastHashCodec, [' ', hash.slice(1), 0, false])
    expectBtRefused(lastHashCodec, [' ', 0])
  })
})

describe('lists', () => {
  it('keep their order', () => {
    expectRoundTrip(hashesCodec, [other, hash])
  })

  it('may be written as one value', () => {
    expect(hashesCodec.readJson(hash)).toEqual({ ok: true, value: [hash] })
    expect(hashesCodec.readBt(overBt(hash))).toEqual({ ok: true, value: [hash] })
  })

  it('are neither empty nor too long, and every item counts', () => {
    const few = createListCodec(countCodec, 2)
    expect([[], [1], [1, 2], [1, 2, 3]].map((list) => few.readJson(list).ok)).toEqual([
      false,
      true,
      true,
      false,
    ])
    expectRefused(few, [[1, 'x'], [[1]], [null], {}])
    expectBtRefused(few, [[], [1, 'x'], [[1]], new Map()])
  })
})

describe('expiriesCodec', () => {
  it('keeps one time or many', () => {
    expectRoundTrip(expiriesCodec, NOW_MS)
    expectRoundTrip(expiriesCodec, [NOW_MS, NOW_MS + 1])
  })

  it('refuses text and nested lists', () => {
    expectRefused(expiriesCodec, [String(NOW_MS), [[NOW_MS]], [String(NOW_MS)], [], null])
    expectBtRefused(expiriesCodec, [[], [[NOW_MS]], 'now'])
  })
})

describe('booleanCodec', () => {
  it('keeps true and false, as 1 and 0 between nodes', () => {
    expectRoundTrip(booleanCodec, true)
    expectRoundTrip(booleanCodec, false)
    expect(booleanCodec.writeBt(true)).toBe(1)
  })

  it('refuses everything that is merely truthy', () => {
    expectRefused(booleanCodec, [1, 0, 'true', '', null, []])
    expectBtRefused(booleanCodec, [2, -1, 'true', []])
  })
})
