/** JSON from outside. */
import { DECODER_RUNS, arbitraryText } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isJsonObject, parseJson, parseJsonObject, readMember } from './json-object.ts'

describe('parseJsonObject', () => {
  it('takes objects and nothing else', () => {
    expect(parseJsonObject('{"a":1}')).toEqual({ a: 1 })
    for (const text of ['[]', 'null', '1', '"x"', 'true', '', '{', '{}x']) {
      expect(parseJsonObject(text)).toBeUndefined()
    }
  })

  it('answers random text with an object or a refusal, never a throw', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryText(60), fc.json()), (text) => {
        const object = parseJsonObject(text)
        if (object !== undefined) expect(isJsonObject(object)).toBe(true)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('parseJson', () => {
  it('tells null from what is no JSON', () => {
    expect([parseJson('null'), parseJson('nul')]).toEqual([null, undefined])
  })
})

describe('readMember', () => {
  it('reads own members only, so that inherited names are absent', () => {
    const object = parseJsonObject('{"a":1,"__proto__":{"b":2}}') ?? {}
    expect(readMember(object, 'a')).toBe(1)
    for (const name of ['b', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(readMember(object, name)).toBeUndefined()
    }
  })
})
