/** Signatures under one epoch's content (spec 08 §4.3): whose count, and that hostile bytes do no harm. */
import {
  hashEpochContent,
  encodeEpochContent,
  signEpoch,
  verifyEpoch,
} from '@sotto/protocol/directory'
import { deriveSigningKeyPair, type SigningKeyPair } from '@sotto/crypto/signing'
import {
  arbitraryBytes,
  arbitraryBytesOf,
  arbitraryMutation,
  DECODER_RUNS,
} from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeSignatureNotice,
  encodeSignatureNotice,
  SignatureCollector,
  type SignatureNotice,
} from '../../src/authority/signature-collector.ts'
import { AUTHORITIES, AUTHORITY_KEYS, createDocument } from '../directory/directory-fixture.ts'

const { content } = createDocument()
const OTHER = createDocument({ softwareMin: [9, 9, 9] }).content
const STRANGER = deriveSigningKeyPair(new Uint8Array(32).fill(3))
const PROPERTY_TIMEOUT_MS = 120_000
const NOTICE_BYTES = 132

function keyAt(index: number): SigningKeyPair {
  const key = AUTHORITY_KEYS[index]
  if (key === undefined) throw new RangeError('no such authority')
  return key
}

function sign(key: SigningKeyPair, signed = content): SignatureNotice {
  const bytes = encodeEpochContent(signed)
  return { epoch: signed.epoch, hash: hashEpochContent(bytes), ...signEpoch(bytes, key) }
}

const createCollector = (): SignatureCollector => new SignatureCollector(AUTHORITIES, content)

describe('a document', () => {
  it('is complete with as many signatures as the threshold says, and not before', () => {
    const collector = createCollector()
    for (const index of [0, 1]) collector.add(sign(keyAt(index)))
    expect(collector.complete()).toBeUndefined()
    collector.add(sign(keyAt(2)))
    const document = collector.complete()
    expect(document?.signatures).toHaveLength(3)
    expect(document?.content).toEqual(content)
    if (document === undefined) throw new Error('not complete')
    expect(verifyEpoch(document, AUTHORITIES).ok).toBe(true)
  })

  it('counts an authority once, however often it signs', () => {
    const collector = createCollector()
    for (let again = 0; again < 5; again += 1) collector.add(sign(keyAt(0)))
    collector.add(sign(keyAt(1)))
    expect(collector.complete()).toBeUndefined()
  })

  it.each([
    ['of a stranger', sign(STRANGER)],
    ['of other content', sign(keyAt(2), OTHER)],
    ['of other content under this hash', { ...sign(keyAt(2), OTHER), hash: sign(keyAt(2)).hash }],
    ['of another epoch', { ...sign(keyAt(2)), epoch: content.epoch + 1 }],
    ['of another authority', { ...sign(keyAt(3)), authority: keyAt(2).publicKey }],
    ['that is none', { ...sign(keyAt(2)), signature: new Uint8Array(64) }],
  ])('does not count a signature %s', (_name, notice) => {
    const collector = createCollector()
    for (const index of [0, 1]) collector.add(sign(keyAt(index)))
    collector.add(notice)
    expect(collector.complete()).toBeUndefined()
    // Nor does a false one keep the place of the true one.
    collector.add(sign(keyAt(2)))
    expect(collector.complete()).toBeDefined()
  })

  it('is the same whatever the order in which signatures come', () => {
    const notices = AUTHORITY_KEYS.map((key) => sign(key))
    const collect = (order: readonly SignatureNotice[]): unknown => {
      const collector = createCollector()
      for (const notice of order) collector.add(notice)
      return collector.complete()
    }
    const expected = collect(notices)
    fc.assert(
      fc.property(fc.shuffledSubarray(notices, { minLength: 5, maxLength: 5 }), (order) => {
        expect(collect(order)).toEqual(expected)
      }),
      { numRuns: 20 },
    )
  })
})

describe('a signature on its way', () => {
  it('is what was sent', () => {
    const notice = sign(keyAt(0))
    const bytes = encodeSignatureNotice(notice)
    expect(bytes).toHaveLength(NOTICE_BYTES)
    expect(decodeSignatureNotice(bytes)).toEqual(notice)
  })

  it('is nothing of the buffer that it came in', () => {
    const buffer = Buffer.from(encodeSignatureNotice(sign(keyAt(0))))
    const notice = decodeSignatureNotice(buffer)
    buffer.fill(0)
    expect(notice).toEqual(sign(keyAt(0)))
  })

  it.each([0, NOTICE_BYTES - 1, NOTICE_BYTES + 1])('is not of %i bytes', (length) => {
    expect(decodeSignatureNotice(new Uint8Array(length).fill(9))).toBeUndefined()
  })

  it(
    'never throws for random bytes, and gives back what it takes',
    () => {
      const bytes = fc.oneof(arbitraryBytesOf(NOTICE_BYTES), arbitraryBytes(NOTICE_BYTES * 2))
      fc.assert(
        fc.property(bytes, (input) => {
          const notice = decodeSignatureNotice(input)
          if (notice !== undefined) expect(encodeSignatureNotice(notice)).toEqual(input)
        }),
        { numRuns: DECODER_RUNS },
      )
    },
    PROPERTY_TIMEOUT_MS,
  )

  it(
    'counts for nothing once a bit of it has changed',
    () => {
      const collector = createCollector()
      const genuine = encodeSignatureNotice(sign(keyAt(0)))
      for (const index of [1, 2]) collector.add(sign(keyAt(index)))
      fc.assert(
        fc.property(arbitraryMutation(genuine), (input) => {
          // Two changes of one byte can cancel each other out.
          fc.pre(!genuine.every((byte, index) => byte === input[index]))
          const notice = decodeSignatureNotice(input)
          if (notice !== undefined) collector.add(notice)
          expect(collector.complete()).toBeUndefined()
        }),
        { numRuns: DECODER_RUNS },
      )
    },
    PROPERTY_TIMEOUT_MS,
  )
})
