/** What the bt decoder reads and refuses beyond the vector file. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import type { ProtocolErrorCode } from '../errors.ts'
import { BT_LIMITS, type BtLimits, type BtValue, decodeBt, encodeBt } from './index.ts'

function read(text: string, limits?: Partial<BtLimits>): BtValue {
  const decoded = decodeBt(encodeUtf8(text), limits)
  if (!decoded.ok) throw decoded.error
  return decoded.value
}

function readCode(text: string, limits?: Partial<BtLimits>): ProtocolErrorCode | undefined {
  const decoded = decodeBt(encodeUtf8(text), limits)
  return decoded.ok ? undefined : decoded.error.code
}

describe('decodeBt', () => {
  it('gives numbers where they are exact and bigints where they are not', () => {
    expect(read('i9007199254740991e')).toBe(Number.MAX_SAFE_INTEGER)
    expect(read('i-9007199254740991e')).toBe(Number.MIN_SAFE_INTEGER)
    expect(read('i9007199254740992e')).toBe(2n ** 53n)
    expect(read('i-9007199254740992e')).toBe(-(2n ** 53n))
    expect(read('i1000000000000000e')).toBe(1_000_000_000_000_000)
  })

  it('gives views into the input instead of copies', () => {
    const input = encodeUtf8('l5:helloe')
    const decoded = decodeBt(input)
    const [text] = decoded.ok ? (decoded.value as readonly Uint8Array[]) : []
    expect(text?.buffer).toBe(input.buffer)
    expect(text).toEqual(encodeUtf8('hello'))
  })

  it('reads input that is itself a view into something larger', () => {
    const larger = encodeUtf8('xxli1e3:abcexx')
    expect(decodeBt(larger.subarray(2, 12))).toEqual({ ok: true, value: [1, encodeUtf8('abc')] })
  })

  it('reads keys as bytes, so that any key survives', () => {
    const bytes = Uint8Array.of(0x64, 0x31, 0x3a, 0xff, 0x69, 0x31, 0x65, 0x65)
    expect(decodeBt(bytes)).toEqual({ ok: true, value: new Map([['\u00ff', 1]]) })
  })

  it('keeps a key named __proto__ as a key', () => {
    expect(read('d9:__proto__i1ee')).toEqual(new Map([['__proto__', 1]]))
  })

  it('refuses more depth than it is allowed, however the nesting is made', () => {
    expect(read('lldeee', { depth: 3 })).toEqual([[new Map()]])
    expect(readCode('lldeee', { depth: 2 })).toBe('bt_limit')
    expect(readCode('d1:ad1:aleee', { depth: 2 })).toBe('bt_limit')
    expect(readCode('le', { depth: 0 })).toBe('bt_limit')
  })

  it('counts depth, not lists: many lists side by side are one level', () => {
    const value = Array.from({ length: 100 }, () => [])
    expect(read(`l${'le'.repeat(100)}e`, { depth: 2 })).toEqual(value)
  })

  it('refuses more values than it is allowed', () => {
    expect(read('li1ei2ee', { items: 3 })).toEqual([1, 2])
    expect(readCode('li1ei2ee', { items: 2 })).toBe('bt_limit')
  })

  it('refuses longer input than it is allowed, before reading it', () => {
    expect(readCode('li1ee', { bytes: 4 })).toBe('bt_limit')
    expect(readCode('x'.repeat(100), { bytes: 99 })).toBe('bt_limit')
  })

  it('survives ten megabytes of opening brackets', () => {
    const deep = new Uint8Array(BT_LIMITS.bytes).fill(0x6c)
    expect(decodeBt(deep)).toMatchObject({ ok: false, error: { code: 'bt_limit' } })
  })

  it('survives millions of empty lists', () => {
    const wide = encodeUtf8(`l${'le'.repeat(1_100_000)}e`)
    expect(decodeBt(wide)).toMatchObject({ ok: false, error: { code: 'bt_limit' } })
  })

  it('refuses a length that points beyond the input', () => {
    expect(readCode('999999999:a')).toBe('bt_malformed')
    expect(readCode('l3:ab')).toBe('bt_malformed')
  })

  it('says where it stopped and never what it read', () => {
    const decoded = decodeBt(encodeUtf8('d6:secreti1e6:secreti2ee'))
    const message = decoded.ok ? '' : decoded.error.message
    expect(message).toMatch(/^bt_not_canonical: keys out of order at byte \d+$/)
    expect(message).not.toContain('secret')
  })

  it('reads the transfer of stored messages that other software writes', () => {
    const account = new Uint8Array(33).fill(5)
    const message = [account, encodeUtf8('hash'), 12_345_678, 15_801_678, Uint8Array.of(100, 0)]
    const decoded = decodeBt(encodeBt([message]))
    expect(decoded).toEqual({ ok: true, value: [message] })
  })
})
