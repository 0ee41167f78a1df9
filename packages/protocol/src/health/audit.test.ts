import { encodeUtf8 } from '@sotto/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeMessageKey } from '../replication/index.ts'
import {
  AUDIT_KEYS_MAX,
  compareAudit,
  decodeAuditChallenge,
  encodeAuditAnswer,
  encodeAuditChallenge,
  proveMessage,
} from './audit.ts'

const NONCE = new Uint8Array(32).fill(3)
const KEY = encodeMessageKey({ hash: 'A'.repeat(43), namespace: 0, firstExpiryMs: 1000 })
const BODIES = ['one', 'two', 'three'].map(encodeUtf8)
const EXPECTED = BODIES.map((body) => proveMessage(NONCE, body))

describe('an audit challenge', () => {
  it('names up to eight messages', () => {
    const keys = Array.from({ length: AUDIT_KEYS_MAX }, () => KEY)
    expect(decodeAuditChallenge(encodeAuditChallenge({ nonce: NONCE, keys }))).toEqual({
      nonce: NONCE,
      keys,
    })
    expect(() => encodeAuditChallenge({ nonce: NONCE, keys: [...keys, KEY] })).toThrow(RangeError)
    expect(() => encodeAuditChallenge({ nonce: NONCE, keys: [] })).toThrow(RangeError)
  })

  it('is refused with another number of bytes', () => {
    const bytes = encodeAuditChallenge({ nonce: NONCE, keys: [KEY] })
    for (const length of [0, 31, 32, bytes.length - 1]) {
      expect(decodeAuditChallenge(bytes.subarray(0, length))).toBeUndefined()
    }
    expect(decodeAuditChallenge(new Uint8Array(32 + 9 * 40))).toBeUndefined()
  })

  it('never throws for bytes from outside', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const challenge = decodeAuditChallenge(bytes)
        if (challenge !== undefined) expect(encodeAuditChallenge(challenge)).toEqual(bytes)
      }),
      { numRuns: 10_000 },
    )
  })
})

describe('the outcome of an audit', () => {
  it('passes what the other has', () => {
    expect(compareAudit(EXPECTED, encodeAuditAnswer(EXPECTED))).toEqual({ passed: 3, failed: 0 })
  })

  it('fails what the other has not, or has otherwise', () => {
    const answer = encodeAuditAnswer([
      proveMessage(NONCE, undefined),
      proveMessage(NONCE, encodeUtf8('other')),
      EXPECTED[2] ?? NONCE,
    ])
    expect(compareAudit(EXPECTED, answer)).toEqual({ passed: 1, failed: 2 })
  })

  it('does not count what was deleted meanwhile', () => {
    const answer = encodeAuditAnswer(BODIES.map(() => proveMessage(NONCE, undefined)))
    expect(compareAudit([undefined, undefined, undefined], answer)).toEqual({
      passed: 0,
      failed: 0,
    })
    expect(compareAudit([undefined, ...EXPECTED.slice(1)], answer)).toEqual({
      passed: 0,
      failed: 2,
    })
  })

  it('fails an answer that was made for another challenge', () => {
    const old = BODIES.map((body) => proveMessage(new Uint8Array(32).fill(4), body))
    expect(compareAudit(EXPECTED, encodeAuditAnswer(old))).toEqual({ passed: 0, failed: 3 })
  })

  it('fails everything when the answer has another length', () => {
    for (const length of [0, 95, 97, 4096]) {
      expect(compareAudit(EXPECTED, new Uint8Array(length))).toEqual({ passed: 0, failed: 3 })
    }
  })
})
