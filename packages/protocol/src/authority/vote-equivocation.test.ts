/** Proof against an authority that signed two votes for one epoch, as bytes that anybody can check. */
import { concatBytes, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { type SigningKeyPair, sign } from '@sotto/crypto/signing'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EPOCH, NETWORK, createAuthorityKeys, createHash32 } from '../../test/authority-fixtures.ts'
import {
  type Equivocation,
  type SignedVoteHash,
  VOTE_EQUIVOCATION_BYTES,
  type VoteEquivocation,
  createVoteEquivocation,
  decodeVoteEquivocation,
  encodeVoteEquivocation,
  encodeVoteStatement,
  hashVote,
  verifyVoteEquivocation,
} from './index.ts'

const [LIAR, OTHER] = createAuthorityKeys(2)
if (LIAR === undefined || OTHER === undefined) throw new Error('no keys')
const AUTHOR = LIAR
const STRANGER = OTHER
const PLACE = { network: NETWORK, epoch: EPOCH }

/** A vote as an authority signs it, for this network and epoch unless told otherwise. */
function signVote(text: string, signer: SigningKeyPair = AUTHOR, place = PLACE) {
  const bytes = encodeUtf8(text)
  const hash = hashVote(bytes)
  const message = encodeVoteStatement({ ...place, author: AUTHOR.publicKey, hash })
  return { bytes, hash, signature: sign(signer, message) }
}

const FIRST = signVote('one')
const SECOND = signVote('another')
const EVIDENCE: Equivocation = { author: AUTHOR.publicKey, first: FIRST, second: SECOND }
const PROOF = createVoteEquivocation(EVIDENCE, PLACE)
const BYTES = encodeVoteEquivocation(PROOF)

function verdictOf(changes: Partial<VoteEquivocation>): string | undefined {
  const verdict = verifyVoteEquivocation({ ...PROOF, ...changes })
  return verdict.ok ? undefined : verdict.error.code
}

function codeOf(bytes: Uint8Array): string | undefined {
  const decoded = decodeVoteEquivocation(bytes)
  return decoded.ok ? undefined : decoded.error.code
}

/** The bytes with some of them replaced from a place on. */
function splice(offset: number, part: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(BYTES)
  bytes.set(part, offset)
  return bytes
}

describe('a proof of two votes', () => {
  it('convinces whoever has nothing but the proof', () => {
    const decoded = decodeVoteEquivocation(BYTES)
    if (!decoded.ok) throw decoded.error
    expect(decoded.value).toEqual(PROOF)
    expect(verifyVoteEquivocation(decoded.value).ok).toBe(true)
  })

  it('is the same whichever vote was seen first', () => {
    const swapped = { ...EVIDENCE, first: SECOND, second: FIRST }
    expect(createVoteEquivocation(swapped, PLACE)).toEqual(PROOF)
  })

  it('shows nothing of the votes', () => {
    const text = encodeHex(BYTES)
    for (const { bytes } of [FIRST, SECOND]) expect(text).not.toContain(encodeHex(bytes))
    expect(BYTES).toHaveLength(VOTE_EQUIVOCATION_BYTES)
    expect(VOTE_EQUIVOCATION_BYTES).toBe(17 + 16 + 4 + 32 + 2 * (32 + 64))
  })

  it('is laid out as spec 08 §3.6 has it', () => {
    const number = new Uint8Array(4)
    new DataView(number.buffer).setUint32(0, EPOCH)
    const { first, second } = PROOF
    const expected = concatBytes([
      encodeUtf8('sotto-two-votes-1'),
      NETWORK,
      number,
      AUTHOR.publicKey,
      ...[first, second].flatMap(({ hash, signature }) => [hash, signature]),
    ])
    expect(encodeHex(BYTES)).toBe(encodeHex(expected))
  })
})

describe('verifyVoteEquivocation', () => {
  const unsigned: SignedVoteHash = { hash: createHash32('x'), signature: PROOF.first.signature }

  it.each<[string, Partial<VoteEquivocation>]>([
    ['one vote twice', { second: PROOF.first }],
    ['votes of another epoch than it says', { epoch: EPOCH + 1 }],
    ['votes for another network than it says', { network: new Uint8Array(16) }],
    ['votes of somebody else', { author: STRANGER.publicKey }],
    ['a first vote that nobody signed', { first: unsigned }],
    ['a second vote that nobody signed', { second: unsigned }],
    ['a vote that another authority signed', { second: signVote('two', STRANGER) }],
    [
      'a vote that was signed for another epoch',
      { second: signVote('two', AUTHOR, { ...PLACE, epoch: EPOCH + 1 }) },
    ],
    [
      'a vote that was signed for another network',
      { second: signVote('two', AUTHOR, { ...PLACE, network: new Uint8Array(16) }) },
    ],
  ])('is not convinced by %s', (_, changes) => {
    expect(verdictOf(changes)).toBe('equivocation_unproven')
  })

  it('takes no signature that an authority gave when it passed on the vote of another', () => {
    const passed = ['one', 'two'].map((text) => {
      const hash = hashVote(encodeUtf8(text))
      const message = encodeVoteStatement({ ...PLACE, author: STRANGER.publicKey, hash })
      return { hash, signature: sign(AUTHOR, message) }
    })
    const [first, second] = passed
    if (first === undefined || second === undefined) throw new Error('no votes')
    expect(verdictOf({ first, second })).toBe('equivocation_unproven')
  })
})

describe('decodeVoteEquivocation', () => {
  const VOTES = VOTE_EQUIVOCATION_BYTES - 2 * (32 + 64)

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a byte less', BYTES.subarray(0, -1)],
    ['a byte more', concatBytes([BYTES, Uint8Array.of(0)])],
    ['another context', splice(0, encodeUtf8('sotto-two-votes-2'))],
    ['the first epoch, on which nobody votes', splice(33, new Uint8Array(4))],
    [
      'the higher hash first',
      concatBytes([
        BYTES.subarray(0, VOTES),
        BYTES.subarray(VOTES + 96),
        BYTES.subarray(VOTES, VOTES + 96),
      ]),
    ],
    [
      'one hash twice',
      concatBytes([BYTES.subarray(0, VOTES + 96), BYTES.subarray(VOTES, VOTES + 96)]),
    ],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(bytes)).toBe('equivocation_malformed')
  })

  it('answers random bytes with a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(VOTE_EQUIVOCATION_BYTES + 8), (bytes) => {
        expect(decodeVoteEquivocation(bytes).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('reads what was changed on the way as nothing, or as a proof of the same bytes', () => {
    fc.assert(
      fc.property(arbitraryMutation(BYTES), (bytes) => {
        const decoded = decodeVoteEquivocation(bytes)
        if (decoded.ok) {
          expect(encodeHex(encodeVoteEquivocation(decoded.value))).toBe(encodeHex(bytes))
        }
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('proves nothing once a byte of it was changed', () => {
    fc.assert(
      fc.property(fc.nat(BYTES.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const bytes = new Uint8Array(BYTES)
        bytes[place] = (bytes[place] ?? 0) ^ change
        const decoded = decodeVoteEquivocation(bytes)
        expect(decoded.ok && verifyVoteEquivocation(decoded.value).ok).toBe(false)
      }),
      { numRuns: 100 },
    )
  })

  it('keeps nothing of the buffer that it was given', () => {
    const bytes = new Uint8Array(BYTES)
    const decoded = decodeVoteEquivocation(bytes)
    bytes.fill(0)
    expect(decoded.ok && verifyVoteEquivocation(decoded.value).ok).toBe(true)
  })
})

describe('encodeVoteEquivocation', () => {
  it('throws for parts of another length, because they are a mistake of ours', () => {
    expect(() => encodeVoteEquivocation({ ...PROOF, network: new Uint8Array(15) })).toThrow(
      RangeError,
    )
  })
})
