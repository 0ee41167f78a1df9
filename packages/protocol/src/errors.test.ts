/** The table of codes and what an error may carry. */
import { describe, expect, it } from 'vitest'
import { PROTOCOL_ERRORS, ProtocolError, type ProtocolErrorCode } from './errors.ts'

const CODES = Object.keys(PROTOCOL_ERRORS) as ProtocolErrorCode[]

describe('PROTOCOL_ERRORS', () => {
  it('gives each code a number of its own that fits in a byte', () => {
    const numbers = CODES.map((code) => PROTOCOL_ERRORS[code].wire)
    expect(new Set(numbers).size).toBe(CODES.length)
    expect(numbers.every((wire) => Number.isInteger(wire) && wire > 0 && wire < 256)).toBe(true)
  })

  it.each(CODES)('names %s in words that a log can search', (code) => {
    expect(code).toMatch(/^[a-z]+(?:_[a-z0-9]+)+$/)
  })
})

describe('ProtocolError', () => {
  it('is narrowed by its code and keeps its cause', () => {
    const cause = new Error('inner')
    const error = new ProtocolError('bt_limit', 'too long', { cause })
    expect(error.code).toBe('bt_limit')
    expect(error.message).toBe('bt_limit: too long')
    expect(error.name).toBe('ProtocolError')
    expect(error.cause).toBe(cause)
  })
})
