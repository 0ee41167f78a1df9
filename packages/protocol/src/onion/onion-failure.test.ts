/** The texts of refusals, which clients of the network compare letter by letter. */
import { describe, expect, it } from 'vitest'
import {
  INVALID_NEXT_REPLY,
  NEXT_NODE_TIMED_OUT,
  formatNextNodeNotFound,
  parseNextNodeNotFound,
} from './index.ts'
import { INVALID_CIPHERTEXT, TOO_MANY_HOPS, formatParsingError } from './onion-failure.ts'

const KEY = 'ab'.repeat(32)

describe('refusals in the clear', () => {
  it.each([
    [formatNextNodeNotFound(KEY), 502, `Next node not found: ${KEY}`],
    [NEXT_NODE_TIMED_OUT, 504, 'Request time out'],
    [INVALID_NEXT_REPLY, 500, 'Invalid response from snode'],
    [INVALID_CIPHERTEXT, 400, 'Invalid ciphertext'],
    [TOO_MANY_HOPS, 400, 'onion request max path length exceeded'],
    [formatParsingError('x'), 400, 'Error parsing onion request: x'],
  ])('keep status and text: %j', (failure, status, text) => {
    expect(failure).toEqual({ status, text, encrypted: false })
  })
})

describe('parseNextNodeNotFound', () => {
  it('reads the key of the node that is missing, be it of the path or the destination (trap 8)', () => {
    expect(parseNextNodeNotFound(formatNextNodeNotFound(KEY).text)).toBe(KEY)
  })

  it.each([
    '',
    'Next node not found',
    'Next node not found: abc',
    `next node not found: ${KEY}`,
    KEY,
  ])('refuses %j', (text) => {
    expect(parseNextNodeNotFound(text)).toBeUndefined()
  })
})
