/**
 * Proofs, reports and audits, written a second time from spec 09 with OpenSSL and nothing of ours: with the same key and
 * the same facts both write the same bytes, and ours reads what the other wrote.
 */
import { sign, verify } from 'node:crypto'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import { loadVectors } from '@sotto/testkit/vectors'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeObservationReport,
  decodeUptimeProof,
  encodeObservationReport,
  encodeUptimeProof,
  type ObservationReport,
  proveMessage,
  type UptimeProof,
} from '../src/health/index.ts'
import { arbitraryProof, arbitraryReport } from './health-fixtures.ts'
import { hashSlowly } from './reference-hash.ts'
import { exportPublic, importPublic, importSecret } from './reference-keys.ts'

const SEED = Buffer.alloc(32, 0x5a)
const SECRET = importSecret('ed25519', SEED)
const ours = deriveSigningKeyPair(Uint8Array.from(SEED))
const RUNS = { numRuns: 300 }

type Written = number | string | Uint8Array | readonly Written[]

/** Spec 00 §2, for what statements are made of. */
function write(value: Written): Buffer {
  if (typeof value === 'number') return Buffer.from(`i${value}e`)
  if (typeof value === 'string') return write(Buffer.from(value))
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.from(`${value.length}:`), value])
  return Buffer.concat([Buffer.from('l'), ...value.map(write), Buffer.from('e')])
}

/** Spec 09 §1. The keys stand here in the order in which they are written. */
function writeStatement(fields: readonly (readonly [string, Written])[]): Buffer {
  const body = fields.flatMap(([name, value]) => [write(name), write(value)])
  const content = Buffer.concat([Buffer.from('d'), ...body, Buffer.from('e')])
  return Buffer.concat([content, sign(null, content, SECRET)])
}

/** Spec 09 §4.1. */
function writeProof(proof: UptimeProof): Buffer {
  return writeStatement([
    ['context', 'sotto-uptime-proof-1'],
    ['epoch', proof.epoch],
    ['flags', proof.flags],
    ['instance', proof.instance],
    ['issued_at', proof.issuedAt],
    ['messages', proof.messages],
    ['node', exportPublic(SECRET)],
    ['software', proof.software],
    ['storage_max', proof.storageMaxBytes],
    ['storage_used', proof.storageUsedBytes],
  ])
}

/** Spec 09 §5.1. */
function writeReport({ epoch, issuedAt, observations }: ObservationReport): Buffer {
  const rows = observations.map((each) => [
    each.target,
    each.reachability.lastReachable ?? 0,
    each.reachability.firstUnreachable ?? 0,
    each.reachability.lastUnreachable ?? 0,
    each.failing,
    each.roundTripMs,
    each.clockOffsetMs,
    each.auditsPassed,
    each.auditsFailed,
  ])
  return writeStatement([
    ['context', 'sotto-observations-1'],
    ['epoch', epoch],
    ['issued_at', issuedAt],
    ['observations', rows],
    ['observer', exportPublic(SECRET)],
  ])
}

describe('a second implementation', () => {
  it('has the keys that we have', () => {
    expect(exportPublic(SECRET).equals(ours.publicKey)).toBe(true)
  })

  it('writes proofs of uptime as we do, and we read its own', () => {
    fc.assert(
      fc.property(arbitraryProof, (any) => {
        const proof = { ...any, node: ours.publicKey }
        const theirs = writeProof(proof)
        expect(theirs.equals(encodeUptimeProof(proof, ours))).toBe(true)
        expect(decodeUptimeProof(theirs)).toEqual(proof)
      }),
      RUNS,
    )
  })

  it('writes reports as we do, and we read its own', () => {
    fc.assert(
      fc.property(arbitraryReport, (any) => {
        const report = { ...any, observer: ours.publicKey }
        const theirs = writeReport(report)
        expect(theirs.equals(encodeObservationReport(report, ours))).toBe(true)
        expect(decodeObservationReport(theirs)).toEqual(report)
      }),
      RUNS,
    )
  })

  it.each([0, 1, 127, 128, 129, 255, 256, 257, 76_800])(
    'proves a message of %i bytes as we do',
    (length) => {
      const data = Buffer.alloc(length, 0xc3)
      const nonce = Buffer.from(Array.from({ length: 32 }, (_, index) => index))
      expect(hashSlowly(data, 32, nonce).equals(proveMessage(nonce, data))).toBe(true)
    },
  )

  it('hashes with a key as the authors of BLAKE2 published', () => {
    const key = Buffer.from(Array.from({ length: 64 }, (_, index) => index))
    expect(hashSlowly(Buffer.alloc(0), 64, key).toString('hex')).toBe(
      '10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786' +
        'b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568',
    )
  })
})

interface AuditCase {
  readonly challenge: string
  readonly kept: readonly (string | null)[]
}

describe('the vectors', () => {
  it.each([
    ['uptime-proof', 'proof', 'node'],
    ['observation-report', 'report', 'observer'],
  ])('of %s are accepted only with a signature that OpenSSL accepts', (name, field, author) => {
    const { cases } = loadVectors<Record<string, string>, Record<string, string>>(
      `09-health/${name}.json`,
    )
    const accepted = cases.flatMap(({ input, expect: read }) =>
      read === undefined ? [] : [{ bytes: input[field] ?? '', key: read[author] ?? '' }],
    )
    expect(accepted.length).toBeGreaterThan(3)
    for (const { bytes, key } of accepted) {
      const statement = Buffer.from(bytes, 'hex')
      const content = statement.subarray(0, -64)
      const publicKey = importPublic('ed25519', Buffer.from(key, 'hex'))
      expect(verify(null, content, publicKey, statement.subarray(-64))).toBe(true)
    }
  })

  it('of audits have the answers that the second implementation gives', () => {
    const { cases } = loadVectors<AuditCase, { readonly answer: string }>('09-health/audit.json')
    const accepted = cases.filter((each) => each.expect !== undefined)
    for (const { input, expect: read } of accepted) {
      const nonce = Buffer.from(input.challenge.slice(0, 64), 'hex')
      const answers = input.kept.map((data) =>
        data === null ? Buffer.alloc(32) : hashSlowly(Buffer.from(data, 'hex'), 32, nonce),
      )
      expect(Buffer.concat(answers).toString('hex')).toBe(read?.answer)
    }
    expect(accepted.length).toBeGreaterThan(8)
  })
})
