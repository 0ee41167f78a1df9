/** The outbox message as its owner writes it and as a stranger reads it. */
import { encodeHex } from '@sotto/crypto/bytes'
import { xed25519Sign } from '@sotto/crypto/signing'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import {
  countUp,
  PUBLISHED_PAIRS,
  RECIPIENT,
  SENDER,
  sha256Hex,
  STRANGER,
  ZERO_RANDOMNESS,
} from '../../../test/session-v2-fixtures.ts'
import type { BtInput } from '../../bt/index.ts'
import { appendToRange, encodeSignedRange } from '../signed-dict.ts'
import { expandAccountSeed, publicKeysOf } from './key-pairs.ts'
import { decodeOutbox, encodeOutbox } from './outbox.ts'

const KEYS = publicKeysOf(expandAccountSeed(countUp(0, 32)))
const VECTOR_KEYS = publicKeysOf(PUBLISHED_PAIRS)
const randomness = createSeededRandomness('outbox')

function signFields(fields: ReadonlyMap<string, BtInput>): Uint8Array {
  const range = encodeSignedRange(fields)
  const signature = xed25519Sign(RECIPIENT.agreement.secretKey, range, randomness)
  return appendToRange(range, new Map([['~', signature]]))
}

function refusal(bytes: Uint8Array, owner = RECIPIENT): string | undefined {
  const decoded = decodeOutbox(owner.accountId, bytes)
  return decoded.ok ? undefined : decoded.error.code
}

describe('encodeOutbox', () => {
  it.each([
    ['0', RECIPIENT, 'a0eeea65e9af4e8ad4496b6d0f0631cbe6e8716b398d9b18cb59702bab9a47e5'],
    ['1', SENDER, '5f2660efd4c79bfd1929585115557a91e699bfcb86069ad6c43791bac03e6078'],
  ])('writes the vector of an account with sign bit %s (pitfall 5.12)', (_bit, account, digest) => {
    const bytes = encodeOutbox(account, VECTOR_KEYS, ZERO_RANDOMNESS)
    expect(bytes).toHaveLength(1302)
    expect(sha256Hex(bytes)).toBe(digest)
    expect(decodeOutbox(account.accountId, bytes)).toEqual({ ok: true, value: VECTOR_KEYS })
  })

  it('signs everything from the first byte to the key of the signature (pitfall 5.1)', () => {
    const bytes = encodeOutbox(RECIPIENT, VECTOR_KEYS, ZERO_RANDOMNESS)
    expect(sha256Hex(bytes.subarray(0, 1231))).toBe(
      'e545e444ff83b9f44fb457cbe53b7121ea5c9a80ac692e0f39244c605b1d5e64',
    )
    expect(encodeHex(bytes.subarray(1231, 1237))).toBe('313a7e36343a')
  })

  it('makes another signature each time', () => {
    const [a, b] = [
      encodeOutbox(RECIPIENT, KEYS, randomness),
      encodeOutbox(RECIPIENT, KEYS, randomness),
    ]
    expect(a.subarray(0, 1231)).toEqual(b.subarray(0, 1231))
    expect(a).not.toEqual(b)
  })
})

describe('decodeOutbox', () => {
  const bytes = encodeOutbox(RECIPIENT, KEYS, randomness)

  it('gives copies, so that a key of a few bytes keeps no message in memory', () => {
    const decoded = decodeOutbox(RECIPIENT.accountId, bytes)
    expect(decoded.ok && decoded.value.kem.buffer === bytes.buffer).toBe(false)
  })

  it('refuses what another account signed: a node cannot give a key of its own', () => {
    expect(refusal(bytes, STRANGER)).toBe('session_v2_signature')
    expect(refusal(encodeOutbox(STRANGER, KEYS, randomness))).toBe('session_v2_signature')
  })

  it('takes fields that it does not know, and covers them by the signature', () => {
    const fields = new Map<string, BtInput>([
      ['E', 1_700_000_000],
      ['M', KEYS.kem],
      ['X', KEYS.agreement],
    ])
    expect(decodeOutbox(RECIPIENT.accountId, signFields(fields))).toEqual({ ok: true, value: KEYS })
    const range = encodeSignedRange(new Map([...fields].slice(1)))
    const signature = xed25519Sign(RECIPIENT.agreement.secretKey, range, randomness)
    const added = appendToRange(encodeSignedRange(fields), new Map([['~', signature]]))
    expect(refusal(added)).toBe('session_v2_signature')
  })

  it('gives the time and the features that the owner signed, and passes over what is no number', () => {
    const extras = { issuedAtSeconds: 1_777_777_777, features: 1 }
    const issued = encodeOutbox(RECIPIENT, { ...KEYS, ...extras }, randomness)
    expect(issued).toHaveLength(1323)
    expect(decodeOutbox(RECIPIENT.accountId, issued)).toEqual({
      ok: true,
      value: { ...KEYS, ...extras },
    })
    const odd = new Map<string, BtInput>([
      ['@', -1],
      ['F', 'one'],
      ['M', KEYS.kem],
      ['X', KEYS.agreement],
    ])
    expect(decodeOutbox(RECIPIENT.accountId, signFields(odd))).toEqual({ ok: true, value: KEYS })
  })

  it('refuses keys that nobody can use, though their owner signed them', () => {
    const lowOrder = new Map<string, BtInput>([
      ['M', KEYS.kem],
      ['X', new Uint8Array(32)],
    ])
    const beyondModulus = new Map<string, BtInput>([
      ['M', new Uint8Array(1184).fill(0xff)],
      ['X', KEYS.agreement],
    ])
    for (const fields of [lowOrder, beyondModulus]) {
      expect(refusal(signFields(fields))).toBe('session_v2_malformed')
    }
  })

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a list', Uint8Array.from([0x6c, 0x65])],
    ['a dict without fields', Uint8Array.from([0x64, 0x65])],
    ['a byte behind it', Uint8Array.from([...bytes, 0])],
    ['more than a swarm keeps', new Uint8Array(76_801)],
  ])('refuses %s', (_what, malformed) => {
    expect(refusal(malformed)).toBe('session_v2_malformed')
  })
})
