/** Votes as bytes, beyond the vector file: round trips, the one encoding, limits, and what a liar might send. */
import { encodeHex } from '@sotto/crypto/bytes'
import type { Result } from '@sotto/crypto/result'
import { type Ed25519PublicKey, toEd25519PublicKey } from '@sotto/crypto/signing'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createAuthorityKeys,
  createHash32,
  createSignedDescriptor,
  createVote,
  decodeTestDescriptor,
} from '../../test/authority-fixtures.ts'
import { createNode } from '../../test/node-fixtures.ts'
import { type BtInput, type BtValue, decodeBt, encodeBt } from '../bt/index.ts'
import { REASONS } from '../directory/epoch-content.ts'
import type { ProtocolError } from '../errors.ts'
import { compareKeys } from './compare-keys.ts'
import { type Vote, decodeVote, encodeVote } from './index.ts'
import { REASONS_MAX } from './vote.ts'

const [AUTHOR] = createAuthorityKeys(1).map(({ publicKey }) => publicKey)
if (AUTHOR === undefined) throw new Error('no key')
const AUTHORITY = AUTHOR
const NODES = Array.from({ length: 6 }, (_, index) => createNode(index).ed25519)
const SORTED = NODES.toSorted(compareKeys)
const [FIRST, SECOND, THIRD] = SORTED
if (FIRST === undefined || SECOND === undefined || THIRD === undefined) throw new Error('no nodes')

const FULL: Vote = createVote(AUTHORITY, {
  softwareMin: [0, 255, 7],
  descriptors: [0, 1, 2].map((index) => createSignedDescriptor(index)).toSorted(compareDescriptors),
  verdicts: [
    { node: FIRST, reasons: REASONS.proofMissing },
    { node: THIRD, reasons: REASONS_MAX },
  ],
  readiness: [SECOND, THIRD],
})
const BYTES = encodeVote(FULL)

function compareDescriptors(
  a: Vote['descriptors'][number],
  b: Vote['descriptors'][number],
): number {
  return compareKeys(a.descriptor.ed25519, b.descriptor.ed25519)
}

function decode(bytes: Uint8Array): Result<Vote, ProtocolError> {
  return decodeVote(bytes, decodeTestDescriptor)
}

function codeOf(bytes: Uint8Array): string | undefined {
  const decoded = decode(bytes)
  return decoded.ok ? undefined : decoded.error.code
}

/** The vote with some of its fields replaced by anything, or taken out. */
function change(fields: Readonly<Record<string, BtInput | undefined>>): Uint8Array {
  const decoded = decodeBt(BYTES)
  if (!decoded.ok || !(decoded.value instanceof Map)) throw new Error('no dict')
  const dict = new Map<string, BtInput>(decoded.value as ReadonlyMap<string, BtValue>)
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) dict.delete(key)
    else dict.set(key, value)
  }
  return encodeBt(dict)
}

function keys(count: number): readonly Ed25519PublicKey[] {
  return Array.from({ length: count }, (_, index) => {
    const bytes = new Uint8Array(32)
    new DataView(bytes.buffer).setUint32(0, index)
    const key = toEd25519PublicKey(bytes)
    if (key === undefined) throw new Error('no key')
    return key
  })
}

describe('a vote', () => {
  it('gives back every field', () => {
    expect(decode(BYTES)).toEqual({ ok: true, value: FULL })
  })

  it('gives back one that has nothing to say', () => {
    const empty = createVote(AUTHORITY)
    expect(decode(encodeVote(empty))).toEqual({ ok: true, value: empty })
  })

  it('is the same bytes however its lists were filled', () => {
    const reversed: Vote = {
      ...FULL,
      descriptors: FULL.descriptors.toReversed(),
      verdicts: FULL.verdicts.toReversed(),
      readiness: FULL.readiness.toReversed(),
    }
    expect(encodeHex(encodeVote(reversed))).toBe(encodeHex(BYTES))
  })

  it('may have a bit for every reason and no other', () => {
    expect(Object.values(REASONS).reduce<number>((sum, bit) => sum | bit, 0)).toBe(REASONS_MAX)
  })
})

describe('decodeVote', () => {
  it.each<[string, Record<string, BtInput | undefined>, string]>([
    ['a network of 15 bytes', { network: new Uint8Array(15) }, 'vote_malformed'],
    ['a network of 17 bytes', { network: new Uint8Array(17) }, 'vote_malformed'],
    ['the first epoch, which nobody votes on', { epoch: 0 }, 'vote_malformed'],
    ['an epoch that no document has room for', { epoch: 2 ** 32 }, 'vote_malformed'],
    ['an epoch that no number holds exactly', { epoch: 2n ** 60n }, 'vote_malformed'],
    ['an epoch that is text', { epoch: '1' }, 'vote_malformed'],
    ['a short hash', { previous: new Uint8Array(31) }, 'vote_malformed'],
    ['no hash', { previous: undefined }, 'vote_malformed'],
    ['a short authority', { authority: new Uint8Array(31) }, 'vote_malformed'],
    ['a long reveal', { reveal: new Uint8Array(33) }, 'vote_malformed'],
    ['an empty commitment', { commitment: '' }, 'vote_malformed'],
    ['a version of software of two parts', { software_min: Uint8Array.of(1, 2) }, 'vote_malformed'],
    ['a field that nobody knows', { weight: 1 }, 'vote_malformed'],
    ['no version', { version: undefined }, 'vote_malformed'],
    ['a version that is text', { version: '1' }, 'vote_malformed'],
    ['a later version', { version: 2 }, 'vote_version'],
    ['a later version, whatever else is in it', { version: 2, weight: 1 }, 'vote_version'],
    ['verdicts that are no list', { verdicts: new Map() }, 'vote_malformed'],
    ['a verdict that is no list', { verdicts: [FIRST] }, 'vote_malformed'],
    ['a verdict of one item', { verdicts: [[FIRST]] }, 'vote_malformed'],
    ['a verdict of three items', { verdicts: [[FIRST, 1, 1]] }, 'vote_malformed'],
    ['a verdict without reasons', { verdicts: [[FIRST, 0]] }, 'vote_malformed'],
    ['a reason that nobody knows', { verdicts: [[FIRST, 128]] }, 'vote_malformed'],
    ['reasons below zero', { verdicts: [[FIRST, -1]] }, 'vote_malformed'],
    ['a verdict on a short key', { verdicts: [[new Uint8Array(31), 1]] }, 'vote_malformed'],
    [
      'two verdicts on one node',
      {
        verdicts: [
          [FIRST, 1],
          [FIRST, 2],
        ],
      },
      'vote_order',
    ],
    [
      'verdicts out of order',
      {
        verdicts: [
          [SECOND, 1],
          [FIRST, 1],
        ],
      },
      'vote_order',
    ],
    ['readiness of a number', { readiness: [1] }, 'vote_malformed'],
    ['readiness twice', { readiness: [FIRST, FIRST] }, 'vote_order'],
    ['readiness out of order', { readiness: [SECOND, FIRST] }, 'vote_order'],
    ['a descriptor that its decoder refuses', { descriptors: ['nonsense'] }, 'vote_descriptor'],
    ['a descriptor that is a number', { descriptors: [1] }, 'vote_descriptor'],
  ])('refuses %s', (_, fields, code) => {
    expect(codeOf(change(fields))).toBe(code)
  })

  it('refuses descriptors out of order, and two of one node', () => {
    const texts = FULL.descriptors.map(({ bytes }) => bytes)
    expect(codeOf(change({ descriptors: texts }))).toBeUndefined()
    expect(codeOf(change({ descriptors: texts.toReversed() }))).toBe('vote_order')
    const two = [createSignedDescriptor(0), createSignedDescriptor(0, 5)].map(({ bytes }) => bytes)
    expect(codeOf(change({ descriptors: two }))).toBe('vote_order')
  })

  it('refuses what is no dict', () => {
    for (const value of [1, 'vote', [], [BYTES]]) {
      expect(codeOf(encodeBt(value))).toBe('vote_malformed')
    }
    expect(codeOf(new Uint8Array(0))).toBe('bt_malformed')
    expect(codeOf(Uint8Array.of(...BYTES, 0x65))).toBe('bt_malformed')
  })

  it('takes as many entries as a network has nodes, and no more', () => {
    const full = keys(4096)
    const lists = { readiness: full, verdicts: full.map((key) => [key, 1]) }
    expect(codeOf(change(lists))).toBeUndefined()
    expect(codeOf(change({ readiness: keys(4097) }))).toBe('vote_limit')
    expect(codeOf(change({ verdicts: keys(4097).map((key) => [key, 1]) }))).toBe('vote_limit')
    expect(codeOf(change({ descriptors: keys(4097) }))).toBe('vote_limit')
  })

  it('takes eight megabytes, and not one byte more, before it reads any', () => {
    const rest = change({ descriptors: [''] }).length - '0:'.length
    const prefix = '8388000:'.length
    const exact = change({ descriptors: [new Uint8Array(8 * 1024 * 1024 - rest - prefix)] })
    expect(exact).toHaveLength(8 * 1024 * 1024)
    expect(codeOf(exact)).toBe('vote_descriptor')
    expect(codeOf(new Uint8Array(8 * 1024 * 1024 + 1).fill(0x6c))).toBe('bt_limit')
  })

  it('asks for no descriptor before everything that costs nothing is right', () => {
    let asked = 0
    const decoder = (bytes: Uint8Array): ReturnType<typeof decodeTestDescriptor> => {
      asked++
      return decodeTestDescriptor(bytes)
    }
    decodeVote(change({ readiness: [SECOND, FIRST] }), decoder)
    decodeVote(change({ verdicts: [[FIRST, 0]] }), decoder)
    decodeVote(change({ descriptors: keys(4097) }), decoder)
    expect(asked).toBe(0)
    decodeVote(change({ descriptors: ['nonsense', 'nonsense'] }), decoder)
    expect(asked).toBe(1)
  })

  it('answers random bytes with a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(300), (bytes) => {
        expect(decode(bytes).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('answers a changed vote with a refusal or with another vote of one encoding', () => {
    fc.assert(
      fc.property(arbitraryMutation(BYTES), (bytes) => {
        const decoded = decode(bytes)
        if (decoded.ok) expect(encodeHex(encodeVote(decoded.value))).toBe(encodeHex(bytes))
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('names nothing of what it refused, because the text reaches logs', () => {
    const decoded = decode(change({ verdicts: [[FIRST, 128]] }))
    expect(decoded.ok ? '' : decoded.error.message).toBe('vote_malformed: entry')
  })
})

describe('encodeVote', () => {
  it.each<[string, Partial<Vote>]>([
    ['a network of another length', { network: new Uint8Array(15) }],
    ['the first epoch', { epoch: 0 }],
    ['a fraction of an epoch', { epoch: 1.5 }],
    ['an epoch beyond 32 bits', { epoch: 2 ** 32 }],
    ['a short hash', { previous: new Uint8Array(31) }],
    ['a long reveal', { reveal: new Uint8Array(33) }],
    ['a version beyond a byte', { softwareMin: [1, 256, 0] }],
    ['a verdict without reasons', { verdicts: [{ node: FIRST, reasons: 0 }] }],
    ['a reason that nobody knows', { verdicts: [{ node: FIRST, reasons: 128 }] }],
    ['one node ready twice', { readiness: [FIRST, SECOND, FIRST] }],
    [
      'one node described twice',
      { descriptors: [0, 0].map((index) => createSignedDescriptor(index)) },
    ],
  ])('throws for %s, because it is a mistake of ours', (_, changes) => {
    expect(() => encodeVote(createVote(AUTHORITY, changes))).toThrow(RangeError)
  })

  it('throws for more nodes than a network can have, and for more bytes than a vote', () => {
    const ready = (count: number): Vote => createVote(AUTHORITY, { readiness: keys(count) })
    expect(decode(encodeVote(ready(4096))).ok).toBe(true)
    expect(() => encodeVote(ready(4097))).toThrow(RangeError)
    const [signed] = FULL.descriptors
    if (signed === undefined) throw new Error('no descriptor')
    const long = { ...signed, bytes: new Uint8Array(8 * 1024 * 1024) }
    expect(() => encodeVote(createVote(AUTHORITY, { descriptors: [long] }))).toThrow(/too long/)
  })

  it('never gives two votes the same bytes', () => {
    const changed: readonly Partial<Vote>[] = [
      { network: new Uint8Array(16) },
      { epoch: 101 },
      { previous: createHash32('other') },
      { reveal: createHash32('other') },
      { commitment: createHash32('other') },
      { softwareMin: [1, 2, 4] },
      { descriptors: [] },
      { verdicts: [{ node: FIRST, reasons: 2 }] },
      { readiness: [THIRD] },
    ]
    const all = changed.map((fields) => encodeHex(encodeVote({ ...FULL, ...fields })))
    expect(new Set([...all, encodeHex(BYTES)]).size).toBe(changed.length + 1)
  })
})
