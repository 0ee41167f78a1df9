/** Whose signatures count, and how many of them make a document. */
import { type SigningKeyPair, toEd25519PublicKey } from '@sotto/crypto/signing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AUTHORITIES,
  AUTHORITY_KEYS,
  createContent,
  createEpochNode,
  signContent,
} from '../../test/epoch-fixtures.ts'
import { createSigningKeys } from '../../test/node-fixtures.ts'
import {
  type EpochDocument,
  countSignatures,
  createAuthoritySet,
  createEpochDocument,
  decodeEpochDocument,
  encodeEpochDocument,
  verifyEpoch,
} from './index.ts'

const STRANGERS = Array.from({ length: 5 }, (_, index) => createSigningKeys(`stranger ${index}`))
const CONTENT = createContent([createEpochNode(0)])

function sign(signers: readonly SigningKeyPair[]): EpochDocument {
  return signContent(CONTENT, signers)
}

/** Changes a bit in the signatures of the authorities with these places. */
function spoil(document: EpochDocument, places: readonly number[]): EpochDocument {
  const signatures = document.signatures.map(({ authority, signature }, index) => ({
    authority,
    signature: signature.map((byte, at) => byte ^ (places.includes(index) && at === 40 ? 1 : 0)),
  }))
  return createEpochDocument(document.content, signatures)
}

describe('createAuthoritySet', () => {
  const keys = AUTHORITY_KEYS.map(({ publicKey }) => publicKey)

  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
    [5, 5],
  ])('takes of %i authorities %i', (count, threshold) => {
    const set = createAuthoritySet(keys.slice(0, count), threshold)
    expect(set).toEqual({ keys: keys.slice(0, count), threshold })
  })

  it.each([
    [0, 0],
    [0, 1],
    [1, 0],
    [2, 1],
    [4, 2],
    [5, 2],
    [5, 6],
    [5, 3.5],
    [5, Number.NaN],
    [5, -1],
  ])(
    'throws where of %i authorities %i could be two groups, or can never be',
    (count, threshold) => {
      expect(() => createAuthoritySet(keys.slice(0, count), threshold)).toThrow(RangeError)
    },
  )

  it('throws for a key that is there twice, which would count one authority as two', () => {
    const [first, second] = keys
    if (first === undefined || second === undefined) throw new Error('no keys')
    expect(() => createAuthoritySet([first, second, first], 2)).toThrow(RangeError)
  })

  it('throws for what is no key, and for more authorities than a document has place for', () => {
    expect(() => createAuthoritySet([new Uint8Array(31) as never], 1)).toThrow(RangeError)
    const many = Array.from({ length: 32 }, (_, index) => createSigningKeys(`m ${index}`).publicKey)
    expect(() => createAuthoritySet(many, 17)).toThrow(RangeError)
    expect(createAuthoritySet(many.slice(1), 16).keys.length).toBe(31)
  })
})

describe('verifyEpoch', () => {
  it('accepts any threshold of the authorities, and not one fewer', () => {
    fc.assert(
      fc.property(fc.subarray([...AUTHORITY_KEYS]), (signers) => {
        const verified = verifyEpoch(sign(signers), AUTHORITIES)
        expect(verified.ok).toBe(signers.length >= 3)
        if (!verified.ok) expect(verified.error.code).toBe('epoch_signatures')
      }),
      { numRuns: 50 },
    )
  })

  it('does not count strangers, however many they are', () => {
    const two = AUTHORITY_KEYS.slice(0, 2)
    expect(verifyEpoch(sign([...two, ...STRANGERS]), AUTHORITIES).ok).toBe(false)
    expect(countSignatures(sign([...two, ...STRANGERS]), AUTHORITIES)).toBe(2)
    const three = AUTHORITY_KEYS.slice(0, 3)
    expect(verifyEpoch(sign([...three, ...STRANGERS]), AUTHORITIES).ok).toBe(true)
  })

  it('does not count a bad signature of an authority, and does not fail for it', () => {
    const all = sign(AUTHORITY_KEYS)
    expect(verifyEpoch(spoil(all, [0, 4]), AUTHORITIES).ok).toBe(true)
    expect(countSignatures(spoil(all, [0, 4]), AUTHORITIES)).toBe(3)
    expect(verifyEpoch(spoil(all, [0, 2, 4]), AUTHORITIES).ok).toBe(false)
  })

  it('does not count a signature over another epoch', () => {
    const other = signContent({ ...CONTENT, epoch: CONTENT.epoch + 1 }, AUTHORITY_KEYS)
    const moved = createEpochDocument(CONTENT, other.signatures)
    expect(countSignatures(moved, AUTHORITIES)).toBe(0)
  })

  it('does not count one authority’s signature for another', () => {
    const [first, second, ...others] = sign(AUTHORITY_KEYS).signatures
    if (first === undefined || second === undefined) throw new Error('no signatures')
    const swapped = [
      { authority: first.authority, signature: second.signature },
      { authority: second.authority, signature: first.signature },
    ]
    const document = createEpochDocument(CONTENT, [...swapped, ...others])
    expect(countSignatures(document, AUTHORITIES)).toBe(3)
  })

  it('does not count an authority twice in a document that nobody decoded', () => {
    const [first] = sign(AUTHORITY_KEYS).signatures
    if (first === undefined) throw new Error('no signature')
    const repeated = { ...sign([]), signatures: [first, first, first] }
    expect(countSignatures(repeated, AUTHORITIES)).toBe(1)
    expect(verifyEpoch(repeated, AUTHORITIES).ok).toBe(false)
  })

  it('does not count a key of small order, for which signatures can be made up', () => {
    const small = toEd25519PublicKey(Uint8Array.of(1, ...new Uint8Array(31)))
    if (small === undefined) throw new Error('no key')
    const signature = Uint8Array.of(1, ...new Uint8Array(63))
    const document = createEpochDocument(CONTENT, [{ authority: small, signature }])
    expect(countSignatures(document, createAuthoritySet([small], 1))).toBe(0)
  })

  it('refuses any change of what was signed', () => {
    const bytes = encodeEpochDocument(sign(AUTHORITY_KEYS))
    const contentLength = bytes.length - 1 - 5 * 96
    fc.assert(
      fc.property(
        fc.nat({ max: contentLength - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, by) => {
          const changed = Uint8Array.from(bytes)
          changed[at] = (changed[at] ?? 0) ^ by
          const decoded = decodeEpochDocument(changed)
          if (decoded.ok) expect(verifyEpoch(decoded.value, AUTHORITIES).ok).toBe(false)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('says how many there were and never who', () => {
    const verified = verifyEpoch(sign(AUTHORITY_KEYS.slice(0, 1)), AUTHORITIES)
    expect(verified.ok ? '' : verified.error.message).toBe('epoch_signatures: 1 of 3 authorities')
  })
})
