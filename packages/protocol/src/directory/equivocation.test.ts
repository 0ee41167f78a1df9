/** Proof against authorities that signed two contents of one epoch. */
import { concatBytes, encodeHex } from '@sotto/crypto/bytes'
import { type SigningKeyPair, sign } from '@sotto/crypto/signing'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AUTHORITIES,
  AUTHORITY_KEYS,
  createContent,
  createEpochNode,
  signContent,
} from '../../test/epoch-fixtures.ts'
import {
  EQUIVOCATION_BYTES_MAX,
  type EpochContent,
  type EpochDocument,
  type Equivocation,
  decodeEquivocation,
  encodeEquivocation,
  findEquivocations,
  verifyEquivocation,
} from './index.ts'

const CONTENT = createContent([createEpochNode(0)])
const OTHER = { ...CONTENT, beacon: new Uint8Array(32).fill(1) }

function fork(
  signers: readonly SigningKeyPair[],
  others: readonly SigningKeyPair[],
  other: EpochContent = OTHER,
): readonly [EpochDocument, EpochDocument] {
  return [signContent(CONTENT, signers), signContent(other, others)]
}

function createProof(): Equivocation {
  const [key] = AUTHORITY_KEYS
  const [proof] = findEquivocations(
    ...fork(AUTHORITY_KEYS, key === undefined ? [] : [key]),
    AUTHORITIES.keys,
  )
  if (proof === undefined) throw new Error('no proof')
  return proof
}

const PROOF = createProof()
const BYTES = encodeEquivocation(PROOF)

function codeOf(bytes: Uint8Array): string | undefined {
  const decoded = decodeEquivocation(bytes)
  return decoded.ok ? undefined : decoded.error.code
}

describe('findEquivocations', () => {
  it('accuses exactly those who signed both', () => {
    fc.assert(
      fc.property(
        fc.subarray([...AUTHORITY_KEYS]),
        fc.subarray([...AUTHORITY_KEYS]),
        (signers, others) => {
          const accused = findEquivocations(...fork(signers, others), AUTHORITIES.keys)
          const both = signers.filter((key) => others.includes(key))
          expect(accused.map(({ authority }) => encodeHex(authority)).toSorted()).toEqual(
            both.map(({ publicKey }) => encodeHex(publicKey)).toSorted(),
          )
          for (const proof of accused) expect(verifyEquivocation(proof).ok).toBe(true)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('makes one proof of one offence, whichever document came first', () => {
    const [a, b] = fork(AUTHORITY_KEYS, AUTHORITY_KEYS)
    expect(findEquivocations(b, a, AUTHORITIES.keys)).toEqual(
      findEquivocations(a, b, AUTHORITIES.keys),
    )
  })

  it('accuses nobody of signing one content twice, two epochs, or for two networks', () => {
    const same = fork(AUTHORITY_KEYS, AUTHORITY_KEYS, { ...CONTENT })
    const next = fork(AUTHORITY_KEYS, AUTHORITY_KEYS, { ...OTHER, epoch: CONTENT.epoch + 1 })
    const network = new Uint8Array(16).fill(1)
    const elsewhere = fork(AUTHORITY_KEYS, AUTHORITY_KEYS, { ...OTHER, network })
    for (const pair of [same, next, elsewhere]) {
      expect(findEquivocations(...pair, AUTHORITIES.keys)).toEqual([])
    }
  })

  it('does not let anybody accuse an authority with a signature that it did not make', () => {
    const [a, b] = fork(AUTHORITY_KEYS, AUTHORITY_KEYS)
    const forged = { ...b, signatures: a.signatures }
    expect(findEquivocations(a, forged, AUTHORITIES.keys)).toEqual([])
    expect(findEquivocations(forged, a, AUTHORITIES.keys)).toEqual([])
  })
})

describe('verifyEquivocation', () => {
  it('needs nothing but the proof', () => {
    const decoded = decodeEquivocation(BYTES)
    expect(decoded.ok && verifyEquivocation(decoded.value)).toEqual({ ok: true, value: undefined })
  })

  it.each<[string, (proof: Equivocation) => Equivocation]>([
    [
      'of another authority',
      (proof) => ({ ...proof, authority: AUTHORITIES.keys[1] ?? proof.authority }),
    ],
    ['of one content twice', (proof) => ({ ...proof, second: proof.first })],
    ['said to be of another epoch', (proof) => ({ ...proof, epoch: proof.epoch + 1 })],
    ['said to be of another network', (proof) => ({ ...proof, network: new Uint8Array(16) })],
    [
      'with the signature of the other content',
      (proof) => ({ ...proof, first: { ...proof.first, signature: proof.second.signature } }),
    ],
    [
      'with a hash of something else',
      (proof) => ({ ...proof, first: { ...proof.first, hash: new Uint8Array(32) } }),
    ],
    [
      'over bytes that are no epoch',
      (proof) => ({ ...proof, first: { ...proof.first, bytes: new Uint8Array(200) } }),
    ],
  ])('refuses a proof %s', (_, change) => {
    expect(verifyEquivocation(change(PROOF))).toMatchObject({
      ok: false,
      error: { code: 'equivocation_unproven' },
    })
  })

  it('refuses what an authority signed that is no epoch, because that is no vote for two', () => {
    const [key] = AUTHORITY_KEYS
    if (key === undefined) throw new Error('no key')
    const bytes = PROOF.first.bytes.subarray(0, -1)
    const first = { ...PROOF.first, bytes, signature: sign(key, bytes) }
    expect(verifyEquivocation({ ...PROOF, first }).ok).toBe(false)
  })
})

describe('decodeEquivocation', () => {
  it('gives back the whole proof', () => {
    expect(decodeEquivocation(BYTES)).toEqual({ ok: true, value: PROOF })
  })

  it('does not change when the buffer that it came in is used again', () => {
    const buffer = Uint8Array.from(BYTES)
    const decoded = decodeEquivocation(buffer)
    buffer.fill(0)
    expect(decoded).toEqual({ ok: true, value: PROOF })
  })

  it('refuses the two contents in the other order, because there is one proof of one offence', () => {
    const swapped = encodeEquivocation({ ...PROOF, first: PROOF.second, second: PROOF.first })
    expect(codeOf(swapped)).toBe('equivocation_malformed')
    expect(codeOf(encodeEquivocation({ ...PROOF, second: PROOF.first }))).toBe(
      'equivocation_malformed',
    )
  })

  it('refuses contents of two epochs or two networks', () => {
    const changes = [{ epoch: CONTENT.epoch + 1 }, { network: new Uint8Array(16) }]
    for (const change of changes) {
      const [, other] = fork([], AUTHORITY_KEYS, { ...OTHER, ...change })
      const [signed] = findEquivocations(
        other,
        { ...other, hash: PROOF.first.hash },
        AUTHORITIES.keys,
      )
      if (signed === undefined) throw new Error('not signed')
      const pair = [PROOF.first, signed.second].toSorted((a, b) =>
        encodeHex(a.hash) < encodeHex(b.hash) ? -1 : 1,
      )
      const [first = PROOF.first, second = PROOF.second] = pair
      expect(codeOf(encodeEquivocation({ ...PROOF, first, second }))).toBe('equivocation_malformed')
    }
  })

  it('refuses a proof that is cut anywhere or has something behind it', () => {
    for (let length = 0; length < BYTES.length; length++) {
      expect(codeOf(BYTES.subarray(0, length))).toBe('equivocation_malformed')
    }
    expect(codeOf(concatBytes([BYTES, Uint8Array.of(0)]))).toBe('equivocation_malformed')
  })

  it('refuses more than two contents can be, before it reads them', () => {
    expect(codeOf(new Uint8Array(EQUIVOCATION_BYTES_MAX + 1))).toBe('equivocation_malformed')
  })

  it('answers random bytes with a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(900), (bytes) => {
        expect(codeOf(bytes)).toBe('equivocation_malformed')
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('refuses a changed proof or reads it as one whose only encoding it is', () => {
    fc.assert(
      fc.property(arbitraryMutation(BYTES), (changed) => {
        const decoded = decodeEquivocation(changed)
        if (decoded.ok) expect(encodeEquivocation(decoded.value)).toEqual(changed)
        else expect(decoded.error.code).toBe('equivocation_malformed')
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('never proves anything after a change', () => {
    fc.assert(
      fc.property(arbitraryMutation(BYTES), (changed) => {
        const decoded = decodeEquivocation(changed)
        const isSame = changed.every((byte, index) => byte === BYTES[index])
        if (decoded.ok) expect(verifyEquivocation(decoded.value).ok).toBe(isSame)
      }),
      { numRuns: 500 },
    )
  })
})
