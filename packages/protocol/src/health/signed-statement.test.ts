/** The outer form of statements, spec 09 §1. */
import { concatBytes } from '@sotto/crypto/bytes'
import { sign } from '@sotto/crypto/signing'
import { arbitraryBytes, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSigningKeys } from '../../test/node-fixtures.ts'
import { encodeBt } from '../bt/index.ts'
import { encodeStatement, openStatement, type StatementForm } from './signed-statement.ts'

const KEY = createSigningKeys('author')
const FORM: StatementForm = { keys: ['a', 'context'], bytesMax: 128, context: 'test' }
const ENTRIES = new Map<string, string | number>([
  ['context', 'test'],
  ['a', 1],
])
const EXAMPLE = encodeStatement(ENTRIES, KEY)

/** Signed as it is, whatever it is. */
function signRaw(content: Uint8Array): Uint8Array {
  return concatBytes([content, sign(KEY, content)])
}

function signText(text: string): Uint8Array {
  return signRaw(new TextEncoder().encode(text))
}

describe('a statement', () => {
  it('is a dict in ascending order of its keys, and 64 bytes of signature', () => {
    const content = encodeBt(
      new Map<string, string | number>([
        ['a', 1],
        ['context', 'test'],
      ]),
    )
    expect(EXAMPLE).toEqual(signRaw(content))
  })

  it('opens, and tells whose it is', () => {
    const opened = openStatement(EXAMPLE, FORM)
    expect(opened?.dict.get('a')).toBe(1)
    expect(opened?.isSignedBy(KEY.publicKey)).toBe(true)
    expect(opened?.isSignedBy(createSigningKeys('another').publicKey)).toBe(false)
  })

  it('opens with a changed signature, which is then nobody’s', () => {
    const changed = Uint8Array.from(EXAMPLE)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    expect(openStatement(changed, FORM)?.isSignedBy(KEY.publicKey)).toBe(false)
  })

  it.each([
    ['is no dict', 'l1:a7:contexte'],
    ['has its keys in another order', 'd7:context4:test1:ai1ee'],
    ['has a key twice', 'd1:ai1e1:ai1e7:context4:teste'],
    ['lacks a key', 'd7:context4:teste'],
    ['has a key more', 'd1:ai1e7:context4:test1:zi1ee'],
    ['has a key with a comma for two', 'd9:a,context4:teste'],
    ['is for another purpose', 'd1:ai1e7:context5:othere'],
    ['has a number for a purpose', 'd1:ai1e7:contexti1ee'],
    ['has something behind the dict', 'd1:ai1e7:context4:testei1e'],
    ['has a number that is not canonical', 'd1:ai01e7:context4:teste'],
    ['is empty', ''],
  ])('does not open when it %s, though it is well signed', (_what, text) => {
    expect(openStatement(signText(text), FORM)).toBeUndefined()
  })

  it('does not open beyond its limit', () => {
    expect(openStatement(EXAMPLE, { ...FORM, bytesMax: EXAMPLE.length })).toBeDefined()
    expect(openStatement(EXAMPLE, { ...FORM, bytesMax: EXAMPLE.length - 1 })).toBeUndefined()
  })

  it('never throws for random bytes', () => {
    fc.assert(
      fc.property(arbitraryBytes(160), (bytes) => {
        expect(openStatement(bytes, FORM)).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
