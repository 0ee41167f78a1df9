/** Codes are for machines, details for logs. */
import { describe, expect, it } from 'vitest'
import { CLIENT_ERRORS, ClientError } from './errors.ts'

describe('a client error', () => {
  it('says its code, its meaning and what was measured', () => {
    const error = new ClientError('no_nodes', '2 seeds')
    expect(error.message).toBe('no_nodes: no seed answered and no node is known (2 seeds)')
    expect(error.name).toBe('ClientError')
  })

  it('has no empty brackets without a detail', () => {
    expect(new ClientError('closed').message).toBe('closed: the messenger was closed')
  })

  it('keeps its cause', () => {
    const cause = new Error('below')
    expect(new ClientError('reply_malformed', '', { cause }).cause).toBe(cause)
  })

  it('knows whether another try makes sense', () => {
    for (const [code, { retryable }] of Object.entries(CLIENT_ERRORS)) {
      const known = Object.keys(CLIENT_ERRORS).find((name) => name === code)
      expect(known).toBe(code)
      expect(typeof retryable).toBe('boolean')
    }
    expect(new ClientError('path_failed').isRetryable).toBe(true)
    expect(new ClientError('clock_out_of_sync').isRetryable).toBe(false)
  })
})
