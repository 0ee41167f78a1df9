/** The layout and the flags of subaccount tokens. */
import { describe, expect, it } from 'vitest'
import { SUBACCOUNT_FLAGS, decodeSubaccountToken, isPermitted } from './index.ts'

const { read, write, anyPrefix } = SUBACCOUNT_FLAGS

function createToken(flags: number): Uint8Array {
  return Uint8Array.of(3, flags, 0, 0, ...Array.from({ length: 32 }, (_, index) => index))
}

describe('decodeSubaccountToken', () => {
  it('reads prefix, flags and key from their places', () => {
    expect(decodeSubaccountToken(createToken(read | write))).toEqual({
      prefix: 3,
      flags: 3,
      publicKey: Uint8Array.from({ length: 32 }, (_, index) => index),
    })
  })

  it.each([0, 35, 37, 72])('refuses %i bytes', (length) => {
    expect(decodeSubaccountToken(new Uint8Array(length))).toBeUndefined()
  })
})

describe('isPermitted', () => {
  it('demands every required flag, not any of them (trap 24)', () => {
    const token = decodeSubaccountToken(createToken(read | write))
    if (token === undefined) throw new Error('no token')
    expect(isPermitted(token, read)).toBe(true)
    expect(isPermitted(token, read | write)).toBe(true)
    expect(isPermitted(token, SUBACCOUNT_FLAGS.delete)).toBe(false)
    expect(isPermitted(token, write | SUBACCOUNT_FLAGS.delete)).toBe(false)
    expect(isPermitted(token, anyPrefix)).toBe(false)
  })

  it('permits nothing to a token without flags, except what needs none', () => {
    const token = decodeSubaccountToken(createToken(0))
    if (token === undefined) throw new Error('no token')
    expect(isPermitted(token, read)).toBe(false)
    expect(isPermitted(token, 0)).toBe(true)
  })
})
