/** Messages between authorities as bytes: one encoding for each, and nothing but a refusal for the rest. */
import { encodeHex, equalBytes } from '@sotto/crypto/bytes'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAuthorityKeys } from '../../test/authority-fixtures.ts'
import { type BtInput, encodeBt } from '../bt/index.ts'
import { type VoteSignature, addSignature } from './agreement-message.ts'
import { type AgreementMessage, decodeAgreementMessage, encodeAgreementMessage } from './index.ts'

const SIGNATURES: readonly VoteSignature[] = createAuthorityKeys(9).map(({ publicKey }, index) => ({
  authority: publicKey,
  signature: new Uint8Array(64).fill(index),
}))
const [A, B, C] = SIGNATURES
if (A === undefined || B === undefined || C === undefined) throw new Error('no signatures')
const VOTE_BYTES = Uint8Array.of(1, 2, 3)
const BYTES = encodeAgreementMessage({ voteBytes: VOTE_BYTES, signatures: [B, A, C] })

function write(signatures: BtInput, vote: BtInput = VOTE_BYTES): Uint8Array {
  return encodeBt(
    new Map<string, BtInput>([
      ['signatures', signatures],
      ['vote', vote],
    ]),
  )
}

function list(signatures: readonly VoteSignature[]): BtInput {
  return signatures.map(({ authority, signature }) => [authority, signature])
}

function codeOf(bytes: Uint8Array): string | undefined {
  const decoded = decodeAgreementMessage(bytes)
  return decoded.ok ? undefined : decoded.error.code
}

describe('a message', () => {
  it.each<[string, AgreementMessage]>([
    ['the author alone', { voteBytes: VOTE_BYTES, signatures: [B] }],
    ['two others, before and after the author', { voteBytes: VOTE_BYTES, signatures: [B, A, C] }],
    ['every authority that there can be', { voteBytes: VOTE_BYTES, signatures: SIGNATURES }],
    ['a vote of no bytes', { voteBytes: new Uint8Array(0), signatures: [A] }],
    ['the longest vote', { voteBytes: new Uint8Array(8 * 1024 * 1024), signatures: SIGNATURES }],
  ])('gives back %s', (_, message) => {
    const decoded = decodeAgreementMessage(encodeAgreementMessage(message))
    if (!decoded.ok) throw decoded.error
    expect(decoded.value.signatures).toEqual(message.signatures)
    expect(equalBytes(decoded.value.voteBytes, message.voteBytes)).toBe(true)
  })

  it('gets further signatures in the one order, whoever passed it on first', () => {
    const start = { voteBytes: VOTE_BYTES, signatures: [B] }
    const one = addSignature(addSignature(start, A), C)
    const other = addSignature(addSignature(start, C), A)
    expect(encodeHex(encodeAgreementMessage(one))).toBe(encodeHex(BYTES))
    expect(encodeHex(encodeAgreementMessage(other))).toBe(encodeHex(BYTES))
    expect(addSignature({ voteBytes: VOTE_BYTES, signatures: [] }, A).signatures).toEqual([A])
  })
})

describe('decodeAgreementMessage', () => {
  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'bt_malformed'],
    ['a list', encodeBt([list([A]), VOTE_BYTES]), 'agreement_malformed'],
    ['no signature', write([]), 'agreement_malformed'],
    ['no list of signatures', write('none'), 'agreement_malformed'],
    ['a signature without a key', write([[A.signature]]), 'agreement_malformed'],
    ['a signature in three parts', write([[A.authority, A.signature, 1]]), 'agreement_malformed'],
    ['a short signature', write([[A.authority, new Uint8Array(63)]]), 'agreement_malformed'],
    ['a short key', write([[new Uint8Array(31), A.signature]]), 'agreement_malformed'],
    ['a vote that is no byte string', write(list([A]), 1), 'agreement_malformed'],
    ['a vote that is a list', write(list([A]), []), 'agreement_malformed'],
    [
      'a vote too long',
      write(list([A]), new Uint8Array(8 * 1024 * 1024 + 1)),
      'agreement_malformed',
    ],
    ['a message too long', new Uint8Array(9 * 1024 * 1024).fill(0x6c), 'bt_limit'],
    ['ten signatures', write(list([...SIGNATURES, A])), 'bt_limit'],
    ['the author twice', write(list([A, A])), 'agreement_order'],
    ['the author twice, apart', write(list([B, A, B])), 'agreement_order'],
    ['another one twice', write(list([C, A, A])), 'agreement_order'],
    ['others out of order', write(list([A, C, B])), 'agreement_order'],
  ])('refuses %s', (_, bytes, code) => {
    expect(codeOf(bytes)).toBe(code)
  })

  it('refuses a member that nobody knows', () => {
    const more = new Map<string, BtInput>([
      ['round', 1],
      ['signatures', list([A])],
      ['vote', VOTE_BYTES],
    ])
    expect(codeOf(encodeBt(more))).toBe('agreement_malformed')
  })

  it('answers random bytes with a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(300), (bytes) => {
        expect(decodeAgreementMessage(bytes).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('answers a changed message with a refusal or with another one of one encoding', () => {
    fc.assert(
      fc.property(arbitraryMutation(BYTES), (bytes) => {
        const decoded = decodeAgreementMessage(bytes)
        if (decoded.ok)
          expect(encodeHex(encodeAgreementMessage(decoded.value))).toBe(encodeHex(bytes))
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('encodeAgreementMessage', () => {
  it.each<[string, AgreementMessage]>([
    ['no signature', { voteBytes: VOTE_BYTES, signatures: [] }],
    ['signatures out of order', { voteBytes: VOTE_BYTES, signatures: [A, C, B] }],
    ['one authority twice', { voteBytes: VOTE_BYTES, signatures: [A, A] }],
    ['a vote too long', { voteBytes: new Uint8Array(8 * 1024 * 1024 + 1), signatures: [A] }],
  ])('throws for %s, because it is a mistake of ours', (_, message) => {
    expect(() => encodeAgreementMessage(message)).toThrow(RangeError)
  })
})
