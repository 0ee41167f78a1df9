/** Epochs of any content, changed anywhere, and bytes of anything. */
import { toX25519PublicKey } from '@sotto/crypto/agreement'
import { encodeHex } from '@sotto/crypto/bytes'
import { type Ed25519PublicKey, toEd25519PublicKey } from '@sotto/crypto/signing'
import {
  DECODER_RUNS,
  arbitraryBytes,
  arbitraryBytesOf,
  arbitraryMutation,
} from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createContent, createEpochNode, signContent } from '../../test/epoch-fixtures.ts'
import { INVALID_SWARM_ID } from '../swarm/index.ts'
import {
  type EpochContent,
  type EpochNode,
  NODE_STATES,
  decodeEpochContent,
  decodeEpochDocument,
  encodeEpochContent,
  encodeEpochDocument,
} from './index.ts'

const byte = fc.nat({ max: 255 })
const uint32 = fc.nat({ max: 0xffff_ffff })
const time = fc.integer({ min: 100_000_000_000, max: 2 ** 48 - 1 })
const software = fc.tuple(byte, byte, byte)
const signingKey = arbitraryBytesOf(32).map((bytes): Ed25519PublicKey => {
  const key = toEd25519PublicKey(bytes)
  if (key === undefined) throw new Error('no key')
  return key
})
const agreementKey = arbitraryBytesOf(32).map((bytes) => {
  const key = toX25519PublicKey(bytes)
  if (key === undefined) throw new Error('no key')
  return key
})
const role = fc.stringMatching(/^[a-z]{1,32}$/)
const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/)
const ports = fc
  .uniqueArray(fc.integer({ min: 1, max: 65_535 }), { minLength: 3, maxLength: 3 })
  .map(([https = 1, web = 2, peer = 3]) => ({ https, web, peer }))

/** Addresses are made different by the index that the list gives them. */
const node: fc.Arbitrary<EpochNode> = fc
  .record({
    ed25519: signingKey,
    x25519: agreementKey,
    legacy: signingKey,
    host: fc.constant('10.0.0.1'),
    ports,
    roles: fc.uniqueArray(role, { maxLength: 16 }),
    swarm: fc.bigInt({ min: 0n, max: INVALID_SWARM_ID }),
    named: fc.oneof(fc.constant({}), fc.record({ name })),
    hybridHash: arbitraryBytesOf(32),
    software,
    describedAt: time,
    state: fc.constantFrom(...NODE_STATES),
    since: fc.constant(0),
    credit: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    reasonsSeen: fc.nat({ max: 127 }),
    reasonsAgreed: fc.nat({ max: 127 }),
  })
  .map(({ named, ...fields }) => {
    const isInSwarm = fields.state === 'active' || fields.state === 'leaving'
    const swarm = isInSwarm ? fields.swarm : INVALID_SWARM_ID
    const reasonsAgreed = fields.reasonsAgreed & fields.reasonsSeen
    return Object.assign(fields, named, { swarm, reasonsAgreed })
  })

const content: fc.Arbitrary<EpochContent> = fc
  .record({
    network: arbitraryBytesOf(16),
    epoch: uint32,
    startsAt: time,
    epochMs: uint32,
    beacon: arbitraryBytesOf(32),
    previous: arbitraryBytesOf(32),
    softwareMin: software,
    nodes: fc.uniqueArray(node, { maxLength: 6, selector: ({ ed25519 }) => encodeHex(ed25519) }),
  })
  .map(({ nodes, ...header }) => {
    const apart = nodes.map((entry, index) => ({ ...entry, host: `10.0.0.${index}` }))
    return createContent(apart, { ...header, commitments: [], nodes: createContent(apart).nodes })
  })

describe('encodeEpochContent', () => {
  it('is undone by reading, whatever the content', () => {
    fc.assert(
      fc.property(content, (original) => {
        const bytes = encodeEpochContent(original)
        expect(decodeEpochContent(bytes)).toEqual({ ok: true, value: original })
      }),
      { numRuns: 2000 },
    )
  })
})

describe('decodeEpochDocument', () => {
  it('answers random bytes with a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(1200), (bytes) => {
        const decoded = decodeEpochDocument(bytes)
        expect(decoded.ok ? '' : decoded.error.code).toMatch(/^epoch_/)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('refuses a changed document or reads it as one whose only encoding it is', () => {
    const nodes = [createEpochNode(0), createEpochNode(1, { roles: ['a', 'b'] })]
    const original = encodeEpochDocument(signContent(createContent(nodes)))
    let taken = 0
    fc.assert(
      fc.property(arbitraryMutation(original), (changed) => {
        const decoded = decodeEpochDocument(changed)
        if (!decoded.ok) return
        taken++
        const { content: read, signatures, hash } = decoded.value
        // A copy of the content, so that it is written anew.
        expect(encodeEpochDocument({ content: { ...read }, signatures, hash })).toEqual(changed)
      }),
      { numRuns: DECODER_RUNS },
    )
    expect(taken).toBeGreaterThan(DECODER_RUNS / 10)
  })

  it('refuses a document that is cut anywhere', () => {
    const original = encodeEpochDocument(signContent(createContent()))
    for (let length = 0; length < original.length; length++) {
      expect(decodeEpochDocument(original.subarray(0, length)).ok).toBe(false)
    }
  })
})
