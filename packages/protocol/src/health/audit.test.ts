/** Audits of storage, spec 09 §6: what is asked, what proves a message, and what counts against whom. */
import { concatBytes } from '@sotto/crypto/bytes'
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RecordKey, toRecordKey } from '../replication/record-key.ts'
import {
  AUDIT_KEYS_MAX,
  compareAudit,
  decodeAuditChallenge,
  encodeAuditAnswer,
  encodeAuditChallenge,
  proveMessage,
} from './index.ts'

const NONCE = new Uint8Array(32).fill(1)
const OTHER_NONCE = new Uint8Array(32).fill(2)
const CHANGE_BIT = 0x80

function createKey(filler: number): RecordKey {
  return toRecordKey(new Uint8Array(40).fill(filler))
}

function createKeys(count: number): readonly RecordKey[] {
  return Array.from({ length: count }, (_, index) => createKey(index + 1))
}

/** Also how many pass and how many fail. */
type Compared = [
  what: string,
  expected: readonly (Uint8Array | undefined)[],
  answer: Uint8Array,
  outcome: readonly [number, number],
]

const EXAMPLE = encodeAuditChallenge({ nonce: NONCE, keys: createKeys(3) })

describe('a challenge', () => {
  it.each([1, 2, 7, AUDIT_KEYS_MAX])('is read as it was written, with %i keys', (count) => {
    const challenge = { nonce: NONCE, keys: createKeys(count) }
    const bytes = encodeAuditChallenge(challenge)
    expect(bytes).toHaveLength(32 + 40 * count)
    expect(decodeAuditChallenge(bytes)).toEqual(challenge)
  })

  it('is a copy: what the buffer becomes later changes nothing', () => {
    const bytes = Uint8Array.from(EXAMPLE)
    const challenge = decodeAuditChallenge(bytes)
    bytes.fill(0)
    expect(challenge).toEqual({ nonce: NONCE, keys: createKeys(3) })
  })

  it.each([0, 31, 32, 33, 71, 73, 32 + 40 * 9, 32 + 40 * 200])(
    'is refused with %i bytes, so that nobody makes a node read more than 8 messages',
    (length) => {
      expect(decodeAuditChallenge(new Uint8Array(length))).toBeUndefined()
    },
  )

  it('is refused with a key that no record can have', () => {
    const key = new Uint8Array(40).fill(1)
    key[32] = CHANGE_BIT
    expect(decodeAuditChallenge(concatBytes([NONCE, key]))).toBeUndefined()
    expect(decodeAuditChallenge(concatBytes([NONCE, createKey(1), key]))).toBeUndefined()
    key.fill(0, 38)
    expect(decodeAuditChallenge(concatBytes([NONCE, key]))?.keys).toEqual([key])
  })

  it.each([
    ['no keys', NONCE, 0],
    ['nine keys', NONCE, 9],
    ['a short nonce', NONCE.subarray(1), 1],
    ['a long nonce', new Uint8Array(33), 1],
  ])('cannot be written with %s', (_what, nonce, count) => {
    expect(() => encodeAuditChallenge({ nonce, keys: createKeys(count) })).toThrow(RangeError)
  })

  it('is read from random bytes without ever a throw, and is the same when written again', () => {
    fc.assert(
      fc.property(arbitraryBytes(32 + 40 * 9), (bytes) => {
        const challenge = decodeAuditChallenge(bytes)
        if (challenge !== undefined) expect(encodeAuditChallenge(challenge)).toEqual(bytes)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('is read from changed challenges likewise', () => {
    fc.assert(
      fc.property(arbitraryMutation(EXAMPLE), (bytes) => {
        const challenge = decodeAuditChallenge(bytes)
        if (challenge !== undefined) expect(encodeAuditChallenge(challenge)).toEqual(bytes)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('the proof of a message', () => {
  const data = Uint8Array.of(1, 2, 3)

  it('has 32 bytes, and is another for other data and for another nonce', () => {
    const proof = proveMessage(NONCE, data)
    expect(proof).toHaveLength(32)
    expect(proveMessage(NONCE, data)).toEqual(proof)
    expect(proveMessage(NONCE, Uint8Array.of(1, 2, 4))).not.toEqual(proof)
    expect(proveMessage(OTHER_NONCE, data)).not.toEqual(proof)
  })

  it('is zero for one that is not there, and only then', () => {
    expect(proveMessage(NONCE, undefined)).toEqual(new Uint8Array(32))
    expect(proveMessage(NONCE, new Uint8Array())).not.toEqual(new Uint8Array(32))
  })
})

describe('the comparison', () => {
  const bodies = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)]
  const honest = bodies.map((data) => proveMessage(NONCE, data))
  const absent = proveMessage(NONCE, undefined)
  const stale = bodies.map((data) => proveMessage(OTHER_NONCE, data))

  const table: readonly Compared[] = [
    ['passes who has everything', honest, encodeAuditAnswer(honest), [3, 0]],
    ['fails one that is absent', honest, encodeAuditAnswer(honest.with(1, absent)), [2, 1]],
    ['fails all that are absent', honest, encodeAuditAnswer([absent, absent, absent]), [0, 3]],
    ['fails an answer for another nonce', honest, encodeAuditAnswer(stale), [0, 3]],
    ['fails answers in another order', honest, encodeAuditAnswer(honest.toReversed()), [1, 2]],
    ['fails an empty answer', honest, new Uint8Array(), [0, 3]],
    ['fails one that is short by a byte', honest, encodeAuditAnswer(honest).subarray(1), [0, 3]],
    ['fails one that is long', honest, encodeAuditAnswer([...honest, absent]), [0, 3]],
    [
      'does not count what the asker deleted meanwhile, absent there too',
      [undefined, ...honest.slice(1)],
      encodeAuditAnswer(honest.with(0, absent)),
      [2, 0],
    ],
    [
      'nor when the member still has it',
      [undefined, ...honest.slice(1)],
      encodeAuditAnswer(honest),
      [2, 0],
    ],
    [
      'counts only the others of an answer of another length',
      [undefined, ...honest.slice(1)],
      new Uint8Array(31),
      [0, 2],
    ],
    [
      'says nothing when the asker keeps none of them',
      [undefined, undefined],
      new Uint8Array(64),
      [0, 0],
    ],
    ['says nothing of nothing', [], new Uint8Array(), [0, 0]],
  ]

  it.each(table)('%s', (_what, expected, answer, [passed, failed]) => {
    expect(compareAudit(expected, answer)).toEqual({ passed, failed })
  })

  it('counts each message that counts once, whatever the answer is', () => {
    const proofs = fc.array(fc.option(fc.constantFrom(...honest), { nil: undefined }), {
      maxLength: AUDIT_KEYS_MAX,
    })
    fc.assert(
      fc.property(proofs, arbitraryBytes(300), (expected, answer) => {
        const { passed, failed } = compareAudit(expected, answer)
        expect(passed + failed).toBe(expected.filter((proof) => proof !== undefined).length)
        expect(passed).toBe(0)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('passes exactly what is proven, in any mixture', () => {
    const mixture = fc.array(
      fc.record({ counts: fc.boolean(), has: fc.boolean(), which: fc.nat(2) }),
      { minLength: 1, maxLength: AUDIT_KEYS_MAX },
    )
    fc.assert(
      fc.property(mixture, (messages) => {
        const expected = messages.map(({ counts, which }) => (counts ? honest[which] : undefined))
        const given = messages.map(({ has, which }) => (has ? honest[which] : undefined) ?? absent)
        const counting = messages.filter(({ counts }) => counts)
        expect(compareAudit(expected, encodeAuditAnswer(given))).toEqual({
          passed: counting.filter(({ has }) => has).length,
          failed: counting.filter(({ has }) => !has).length,
        })
      }),
    )
  })
})
