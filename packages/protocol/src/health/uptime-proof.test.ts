/** Proofs of uptime, spec 09 §4: only what the node itself signed, in one encoding, within its bounds. */
import { concatBytes } from '@sotto/crypto/bytes'
import { sign } from '@sotto/crypto/signing'
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryProof, createProof, PROVING_KEY } from '../../test/health-fixtures.ts'
import { createSigningKeys } from '../../test/node-fixtures.ts'
import { type BtInput, encodeBt } from '../bt/index.ts'
import {
  decodeUptimeProof,
  encodeUptimeProof,
  isProofTimely,
  PROOF_BYTES_MAX,
  PROOF_FLAGS,
} from './index.ts'
import { encodeStatement } from './signed-statement.ts'

const EPOCH_MS = 120_000
const EXAMPLE = encodeUptimeProof(createProof(), PROVING_KEY)
const FIELDS: ReadonlyMap<string, BtInput> = new Map<string, BtInput>([
  ['context', 'sotto-uptime-proof-1'],
  ['epoch', 17],
  ['flags', 1],
  ['instance', new Uint8Array(16)],
  ['issued_at', 5],
  ['messages', 12],
  ['node', PROVING_KEY.publicKey],
  ['software', [1, 2, 3]],
  ['storage_max', 10],
  ['storage_used', 5],
])

/** Well signed, with one field that is not as it should be. */
function decodeWith(key: string, value: BtInput): ReturnType<typeof decodeUptimeProof> {
  return decodeUptimeProof(encodeStatement(new Map([...FIELDS, [key, value]]), PROVING_KEY))
}

describe('a proof of uptime', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(arbitraryProof, (proof) => {
        expect(decodeUptimeProof(encodeUptimeProof(proof, PROVING_KEY))).toEqual(proof)
      }),
    )
  })

  it('fits into its limit with the largest of everything', () => {
    const max = Number.MAX_SAFE_INTEGER
    const storage = { storageUsedBytes: max, storageMaxBytes: max, messages: max }
    const software = [255, 255, 255] as const
    const proof = createProof({ ...storage, software, issuedAt: max, epoch: 0xffff_ffff, flags: 7 })
    const bytes = encodeUptimeProof(proof, PROVING_KEY)
    expect(bytes.length).toBeLessThanOrEqual(PROOF_BYTES_MAX)
    expect(decodeUptimeProof(bytes)).toEqual(proof)
  })

  it('is a copy: what the buffer becomes later changes nothing', () => {
    const bytes = Uint8Array.from(EXAMPLE)
    const proof = decodeUptimeProof(bytes)
    bytes.fill(0)
    expect(proof).toEqual(createProof())
  })

  it('is refused with any single byte changed, so that nobody else can speak for the node', () => {
    for (const index of EXAMPLE.keys()) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const changed = Uint8Array.from(EXAMPLE)
        changed[index] = (changed[index] ?? 0) ^ mask
        expect(decodeUptimeProof(changed), `byte ${index}`).toBeUndefined()
      }
    }
  })

  it('is refused at every other length', () => {
    for (let length = 0; length < EXAMPLE.length; length += 1) {
      expect(decodeUptimeProof(EXAMPLE.subarray(0, length))).toBeUndefined()
    }
    expect(decodeUptimeProof(concatBytes([EXAMPLE, Uint8Array.of(0)]))).toBeUndefined()
  })

  it('is refused from a signer that it does not name', () => {
    expect(
      decodeUptimeProof(encodeUptimeProof(createProof(), createSigningKeys('another'))),
    ).toBeUndefined()
  })

  it('is read with the fields that the refusals below change', () => {
    expect(decodeWith('epoch', 18)?.epoch).toBe(18)
  })

  it.each<[string, BtInput]>([
    ['context', 'sotto-observations-1'],
    ['context', 'sotto-uptime-proof-2'],
    ['context', 1],
    ['epoch', -1],
    ['epoch', 2 ** 32],
    ['epoch', '17'],
    ['flags', 8],
    ['flags', -1],
    ['instance', new Uint8Array(15)],
    ['instance', new Uint8Array(17)],
    ['issued_at', -1],
    ['issued_at', 2n ** 53n],
    ['messages', -1],
    ['node', new Uint8Array(31)],
    ['node', [1]],
    ['software', [1, 2]],
    ['software', [1, 2, 3, 4]],
    ['software', [1, 2, 256]],
    ['software', [1, 2, -1]],
    ['software', '1.2.3'],
    ['storage_max', -1],
    ['storage_used', -1],
    ['another', 1],
  ])('is refused with %s %o, though it is well signed', (key, value) => {
    expect(decodeWith(key, value)).toBeUndefined()
  })

  it.each([...FIELDS.keys()])('is refused without %s', (key) => {
    const rest = new Map([...FIELDS].filter(([each]) => each !== key))
    expect(decodeUptimeProof(encodeStatement(rest, PROVING_KEY))).toBeUndefined()
  })

  it('is refused when what is signed is no dict', () => {
    const list = encodeBt([...FIELDS.values()])
    expect(decodeUptimeProof(concatBytes([list, sign(PROVING_KEY, list)]))).toBeUndefined()
  })

  it('is refused beyond its limit before anything is read', () => {
    const padded = encodeStatement(new Map([...FIELDS, ['x', new Uint8Array(512)]]), PROVING_KEY)
    expect(decodeUptimeProof(padded)).toBeUndefined()
  })

  it('keeps the numbers of the flags', () => {
    expect(PROOF_FLAGS).toEqual({ syncing: 1, draining: 2, full: 4 })
  })
})

describe('reading a proof from outside', () => {
  it('never throws for random bytes', () => {
    fc.assert(
      fc.property(arbitraryBytes(PROOF_BYTES_MAX + 8), (bytes) => {
        expect(decodeUptimeProof(bytes)).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('never throws for changed proofs, and takes none', () => {
    fc.assert(
      fc.property(arbitraryMutation(EXAMPLE), (bytes) => {
        // Two changes of the same byte may undo each other.
        fc.pre(bytes.some((byte, index) => byte !== EXAMPLE[index]))
        expect(decodeUptimeProof(bytes)).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  }, 60_000)
})

describe('timeliness (spec 09 §4.2)', () => {
  const nowMs = 1_000_000_000
  const toleranceMs = 2.5 * EPOCH_MS
  const oldest = nowMs - 62.5 * EPOCH_MS - toleranceMs

  it.each([
    ['now', nowMs, true],
    ['at the end of the tolerance ahead', nowMs + toleranceMs, true],
    ['a millisecond beyond', nowMs + toleranceMs + 1, false],
    ['at the end of validity and tolerance', oldest, true],
    ['a millisecond older', oldest - 1, false],
  ])('of a proof issued %s', (_when, issuedAt, isTimely) => {
    expect(isProofTimely(issuedAt, nowMs, EPOCH_MS)).toBe(isTimely)
  })

  it('has at least 30 s of tolerance, because clocks do not get better with short epochs', () => {
    expect(isProofTimely(nowMs + 30_000, nowMs, 1000)).toBe(true)
    expect(isProofTimely(nowMs + 30_001, nowMs, 1000)).toBe(false)
    expect(isProofTimely(nowMs - 62_500 - 30_000, nowMs, 1000)).toBe(true)
    expect(isProofTimely(nowMs - 62_500 - 30_001, nowMs, 1000)).toBe(false)
  })
})
