/** Tables of parameters: names, presence, defaults, and both encodings (spec 03 §2.4). */
import { describe, expect, it } from 'vitest'
import { type BtInput, decodeBt, encodeBt } from '../bt/index.ts'
import { booleanCodec } from './codec.ts'
import {
  type FieldTable,
  optionalField,
  readBtFields,
  readJsonFields,
  requiredField,
  writeBtFields,
  writeJsonFields,
} from './fields.ts'
import { countCodec } from './text-codecs.ts'

interface Example {
  readonly size: number
  readonly limit?: number
  readonly depth: number
  readonly isLoud?: boolean
}

const table: FieldTable<Example> = {
  size: requiredField('size', countCodec, { otherNames: ['Size', 'SIZE'] }),
  limit: optionalField('limit', countCodec),
  depth: optionalField('depth', countCodec, { fallback: 3 }),
  isLoud: optionalField('loud', booleanCodec),
}

function readBt(entries: [string, BtInput][]): ReturnType<typeof readBtFields<Example>> {
  const decoded = decodeBt(encodeBt(new Map(entries)))
  if (!decoded.ok || !(decoded.value instanceof Map)) throw new TypeError('a dict was meant')
  return readBtFields(table, decoded.value)
}

describe('readJsonFields', () => {
  it('gives properties by their own names and fills in defaults', () => {
    expect(readJsonFields(table, { size: 1, loud: true })).toEqual({
      ok: true,
      value: { size: 1, depth: 3, isLoud: true },
    })
  })

  it('leaves absent parameters out instead of setting them to undefined', () => {
    const reading = readJsonFields(table, { size: 1, limit: null, loud: undefined })
    expect(reading.ok && Object.keys(reading.value).toSorted()).toEqual(['depth', 'size'])
  })

  it('takes other spellings in their order', () => {
    expect(readJsonFields(table, { Size: 2, SIZE: 3 })).toMatchObject({ value: { size: 2 } })
    expect(readJsonFields(table, { size: 1, Size: 2 })).toMatchObject({ value: { size: 1 } })
    expect(readJsonFields(table, { size: null, SIZE: 3 })).toMatchObject({ value: { size: 3 } })
  })

  it('names what is missing and what is wrong, without its value', () => {
    expect(readJsonFields(table, { limit: 1 })).toEqual({
      ok: false,
      error: 'missing required parameter size',
    })
    expect(readJsonFields(table, { size: 'secret' })).toEqual({
      ok: false,
      error: 'size must be an integer',
    })
    expect(readJsonFields(table, { SIZE: -1 })).toEqual({
      ok: false,
      error: 'size is out of range',
    })
  })

  it('refuses a wrong optional parameter: ignoring it could widen what a request does', () => {
    expect(readJsonFields(table, { size: 1, limit: 'all' }).ok).toBe(false)
  })

  it('takes 0 and false for values', () => {
    expect(readJsonFields(table, { size: 0, depth: 0, loud: false })).toEqual({
      ok: true,
      value: { size: 0, depth: 0, isLoud: false },
    })
  })
})

describe('readBtFields', () => {
  it('reads what writeBtFields wrote', () => {
    const example: Example = { size: 1, limit: 2, depth: 4, isLoud: true }
    expect(readBt([...writeBtFields(table, example)])).toEqual({ ok: true, value: example })
  })

  it('knows canonical names only: nodes write no others', () => {
    expect(readBt([['Size', 1]])).toEqual({ ok: false, error: 'missing required parameter size' })
  })

  it('fills in defaults and ignores unknown keys', () => {
    expect(
      readBt([
        ['size', 1],
        ['other', []],
      ]),
    ).toEqual({ ok: true, value: { size: 1, depth: 3 } })
  })
})

describe('writeJsonFields', () => {
  it('writes canonical names and leaves absent parameters out', () => {
    expect(writeJsonFields(table, { size: 1, depth: 0 })).toEqual({ size: 1, depth: 0 })
    expect(writeJsonFields(table, { size: 1, depth: 0, isLoud: false })).toEqual({
      size: 1,
      depth: 0,
      loud: false,
    })
  })
})
