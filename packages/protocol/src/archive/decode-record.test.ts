/** Each rule of each field (spec 16 §4): what is missing, what is of another kind, and what may be missing. */
import { describe, expect, it } from 'vitest'
import { OWNER, SEED } from '../../test/archive-fixtures.ts'
import { type BtInput, encodeBt } from '../bt/index.ts'
import { RECORD_KIND } from './archive-record.ts'
import { decodeRecord } from './decode-record.ts'

type Fields = Readonly<Record<string, BtInput>>

const ID = Uint8Array.from(Buffer.from(OWNER.account, 'hex'))
const NAME: Fields = { a: ID, c: ID, t: 7 }
const BODIES = {
  owner: { a: ID, t: 1 },
  seed: { s: SEED },
  message: { ...NAME, k: 'message', r: 8, s: 'sent' },
  reaction: { ...NAME, b: ID, m: 9, x: 'x' },
  tombstone: { ...NAME, z: 9 },
  draft: { c: ID, x: '' },
  profile: { a: ID, m: 9 },
  config: { d: '', n: 0, o: ID },
} as const satisfies Readonly<Record<string, Fields>>

type Kind = keyof typeof BODIES

const KINDS = Object.keys(BODIES) as Kind[]

function outcomeOf(kind: Kind, fields: Fields): string {
  return decodeRecord(RECORD_KIND[kind], encodeBt(new Map(Object.entries(fields)))).kind
}

const CASES = KINDS.flatMap((kind) => Object.keys(BODIES[kind]).map((key) => [kind, key] as const))

describe('the least of every kind', () => {
  it.each(KINDS)('is a record: %s', (kind) => {
    expect(outcomeOf(kind, BODIES[kind])).toBe(kind)
  })

  it.each(CASES)('of %s is malformed without %s', (kind, left) => {
    const rest = Object.entries(BODIES[kind]).filter(([key]) => key !== left)
    expect(outcomeOf(kind, Object.fromEntries(rest))).toBe('malformed')
  })

  it.each(CASES)('of %s is malformed with a list for %s', (kind, key) => {
    expect(outcomeOf(kind, { ...BODIES[kind], [key]: [] })).toBe('malformed')
  })

  it.each(CASES)('of %s is malformed with a negative number for %s', (kind, key) => {
    expect(outcomeOf(kind, { ...BODIES[kind], [key]: -1 })).toBe('malformed')
  })

  it.each(KINDS)('of %s stays what it is with fields of a newer version', (kind) => {
    const newer = { ...BODIES[kind], '?': 1, Z: [[[['deep']]]], '\u00FF': new Map([['d', 1]]) }
    expect(outcomeOf(kind, newer)).toBe(kind)
  })

  it.each(KINDS)('of %s is unknown with an essential field of a newer version', (kind) => {
    expect(outcomeOf(kind, { ...BODIES[kind], '!': 1 })).toBe('unknown')
    expect(outcomeOf(kind, { ...BODIES[kind], '!later': 1 })).toBe('unknown')
  })
})

describe('what may be missing', () => {
  const OPTIONAL = [
    ['message', 'e'],
    ['message', 'f'],
    ['message', 'h'],
    ['message', 'i'],
    ['message', 'm'],
    ['message', 'n'],
    ['message', 'p'],
    ['message', 'q'],
    ['message', 'v'],
    ['message', 'w'],
    ['message', 'x'],
    ['message', 'z'],
    ['reaction', 'o'],
    ['profile', 'k'],
    ['profile', 'n'],
    ['profile', 'u'],
  ] as const

  it.each(OPTIONAL)('has to be right where it is there: %s %s', (kind, key) => {
    expect(outcomeOf(kind, { ...BODIES[kind], [key]: new Map() })).toBe('malformed')
    expect(outcomeOf(kind, { ...BODIES[kind], [key]: -1 })).toBe('malformed')
  })

  it.each(['b', 'c', 'd', 'h', 'k', 'n', 'u', 'v', 'w', 'y'])('of a file, too: %s', (key) => {
    const withFile = (file: Fields): Fields => {
      return { ...BODIES.message, f: [new Map(Object.entries(file))] }
    }
    expect(outcomeOf('message', withFile({}))).toBe('message')
    expect(outcomeOf('message', withFile({ [key]: [] }))).toBe('malformed')
    expect(outcomeOf('message', withFile({ [key]: -1 }))).toBe('malformed')
  })

  it.each([
    ['q', [ID]],
    ['q', [ID, 1, 2]],
    ['q', [1, ID]],
    ['p', ['only one']],
    ['p', ['address', 1]],
    ['i', [1, 'name']],
    ['f', new Map()],
    ['f', [1]],
    ['h', Uint8Array.of(0xc3, 0x28)],
  ] as const)('of a message, %s is malformed as %j', (key, value) => {
    expect(outcomeOf('message', { ...BODIES.message, [key]: value })).toBe('malformed')
  })
})

describe('a word that nobody knows', () => {
  it.each(['k', 's', 'm'])('makes a message one of a newer version: %s', (key) => {
    expect(outcomeOf('message', { ...BODIES.message, [key]: 'later' })).toBe('unknown')
    expect(outcomeOf('message', { ...BODIES.message, [key]: '' })).toBe('unknown')
  })

  it('is none of that in other records, where these keys mean something else', () => {
    expect(outcomeOf('profile', { ...BODIES.profile, k: 'later' })).toBe('profile')
    expect(outcomeOf('reaction', { ...BODIES.reaction, s: 'later' })).toBe('reaction')
  })
})

describe('an id', () => {
  const group = Uint8Array.of(3, ...new Uint8Array(32).fill(0x5a))

  it('of a conversation may be a group’s, of a person not', () => {
    expect(outcomeOf('draft', { ...BODIES.draft, c: group })).toBe('draft')
    expect(outcomeOf('config', { ...BODIES.config, o: group })).toBe('config')
    expect(outcomeOf('profile', { ...BODIES.profile, a: group })).toBe('malformed')
    expect(outcomeOf('reaction', { ...BODIES.reaction, b: group })).toBe('malformed')
  })

  it.each([0, 1, 4, 6, 0x25])('with the prefix %i is nobody’s', (prefix) => {
    const id = Uint8Array.of(prefix, ...ID.subarray(1))
    expect(outcomeOf('draft', { ...BODIES.draft, c: id })).toBe('malformed')
  })

  it('whose key nobody can have is nobody’s', () => {
    const id = Uint8Array.of(5, ...new Uint8Array(32))
    expect(outcomeOf('owner', { ...BODIES.owner, a: id })).toBe('malformed')
  })
})

describe('an essential or later kind', () => {
  it.each([9, 100, 127, 128, 255])('of number %i is unknown, whatever its body is', (kind) => {
    expect(decodeRecord(kind, new Uint8Array())).toEqual({ kind: 'unknown' })
    expect(decodeRecord(kind, Uint8Array.of(1, 2, 3))).toEqual({ kind: 'unknown' })
  })
})
