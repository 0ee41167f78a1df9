import { DECODER_RUNS, arbitraryText } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FileAddress, formatFileAddress, isFileId, parseFileAddress } from './index.ts'

const KEY = 'b8eef9821445ae16e2e97ef8aa6fe782fd11ad5253cd6723b281341dba22e371'
const HASH = 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZ-_9'
const BASE = 'http://files.example'

describe('parseFileAddress', () => {
  it('reads the four forms of an address', () => {
    const plain = { baseUrl: BASE, fileId: '123' }
    expect(parseFileAddress(`${BASE}/file/123`)).toEqual({ ...plain, isStream: false })
    expect(parseFileAddress(`${BASE}/file/123#d=`)).toEqual({ ...plain, isStream: true })
    const withKey = parseFileAddress(`${BASE}/file/123#p=${KEY}`)
    expect(withKey).toMatchObject({ ...plain, isStream: false })
    expect(withKey?.serverKey).toHaveLength(32)
    expect(parseFileAddress(`${BASE}/file/123#p=${KEY}&d=`)).toMatchObject({ isStream: true })
  })

  it.each(['d', 'd=', 'd=1', 'x=y&d', 'd&d=0', 'e=00&d=&sr=a.sesh:1'])(
    'takes the fragment %s for a stream (trap 30)',
    (fragment) => {
      expect(parseFileAddress(`${BASE}/file/1#${fragment}`)).toMatchObject({ isStream: true })
    },
  )

  it.each(['', 'dd', 'D', 'x=d', 'e=d'])('takes the fragment "%s" for no stream', (fragment) => {
    expect(parseFileAddress(`${BASE}/file/1#${fragment}`)).toMatchObject({ isStream: false })
  })

  it('takes the first of two keys, as other clients do', () => {
    const other = KEY.replace('b8', '00')
    const address = parseFileAddress(`${BASE}/file/1#p=${KEY}&p=${other}`)
    expect(address?.serverKey?.[0]).toBe(0xb8)
  })

  it.each([
    '',
    'file/1',
    `${BASE}/file/`,
    `${BASE}/file/1/2`,
    `${BASE}/file/1?x=1`,
    `${BASE}/files/1`,
    `${BASE}/a/file/1`,
    `ftp://files.example/file/1`,
    `javascript:alert(1)//file/1`,
    `http://user@files.example/file/1`,
    `http://files.example:0/file/1`,
    `http:///file/1`,
    `${BASE}/file/-1`,
    `${BASE}/file/01`,
    `${BASE}/file/9007199254740992`,
    `${BASE}/file/${HASH}x`,
    `${BASE}/file/${HASH.slice(1)}`,
    `${BASE}/file/${HASH.replace('-', '+')}`,
    `${BASE}/file/1#p=`,
    `${BASE}/file/1#p=${KEY.slice(2)}`,
    `${BASE}/file/1#p=${KEY}00`,
    `${BASE}/file/1#p=zz${KEY.slice(2)}`,
    `${BASE}/file/1#${'x'.repeat(512)}`,
    ` ${BASE}/file/1`,
  ])('refuses %s', (text) => {
    expect(parseFileAddress(text)).toBeUndefined()
  })

  it('never throws, and what it takes is written back as the same address', () => {
    const almost = fc
      .array(
        fc.constantFrom(
          'http://',
          'a',
          '.b',
          ':80',
          '/file/',
          '12',
          '#',
          'd',
          '=',
          '&',
          'p=',
          KEY,
          HASH,
        ),
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(arbitraryText(80), almost), (text) => {
        const address = parseFileAddress(text)
        if (address === undefined) return
        expect(parseFileAddress(formatFileAddress(address))).toEqual(address)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('formatFileAddress', () => {
  it('writes the fragment only when there is something to say, and then whole (trap 30)', () => {
    const address: FileAddress = { baseUrl: BASE, fileId: HASH, isStream: false }
    expect(formatFileAddress(address)).toBe(`${BASE}/file/${HASH}`)
    expect(formatFileAddress({ ...address, isStream: true })).toBe(`${BASE}/file/${HASH}#d=`)
    const { serverKey } = parseFileAddress(`${BASE}/file/1#p=${KEY}`) ?? {}
    const own = { ...address, isStream: true, ...(serverKey && { serverKey }) }
    expect(formatFileAddress(own)).toBe(`${BASE}/file/${HASH}#p=${KEY}&d=`)
  })

  it('throws for an id that no server gave', () => {
    expect(() => formatFileAddress({ baseUrl: BASE, fileId: '../1', isStream: true })).toThrow(
      RangeError,
    )
  })
})

describe('isFileId', () => {
  it('knows numbers below 2⁵³ and hashes (trap 31)', () => {
    for (const id of ['0', '1', '9007199254740991', HASH]) expect(isFileId(id)).toBe(true)
    for (const id of ['', '-0', '1.5', '9007199254740993', '١']) expect(isFileId(id)).toBe(false)
  })
})
