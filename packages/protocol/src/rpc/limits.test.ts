/** The numbers of spec 03 §3, written down a second time: a changed one changes the protocol. */
import { describe, expect, it } from 'vitest'
import {
  BATCH_REQUESTS_MAX,
  BODY_MAX_BYTES,
  DATA_MAX_BASE64_CHARACTERS,
  DATA_MAX_BYTES,
  DATABASE_MAX_BYTES,
  EXPIRY_SWEEP_INTERVAL_MS,
  FORWARDED_SIGNATURE_TOLERANCE_MS,
  HARD_FORK,
  invalidRequest,
  RATE_LIMIT_BURST,
  RATE_LIMIT_PER_SECOND,
  RATE_LIMIT_PER_SECOND_NODE,
  REQUEST_FAILED,
  RETRIEVE_BUDGET_BYTES,
  RETRIEVE_DEFAULT_MAX_SIZE,
  REVOCATIONS_MAX,
  SIGNATURE_TOLERANCE_MS,
  STATUS,
  STORAGE_VERSION,
  STORE_TOLERANCE_MS,
  SWARM_FORWARD_TIMEOUT_MS,
  TTL_MAX_MS,
  TTL_MAX_PUBLIC_INBOX_MS,
  TTL_MIN_MS,
  unknownMethod,
} from './index.ts'

describe('the limits', () => {
  it('are those of the storage server, version 2.8.0', () => {
    expect(STORAGE_VERSION).toEqual([2, 8, 0])
    expect(HARD_FORK).toEqual([19, 4])
    expect(TTL_MIN_MS).toBe(10_000)
    expect(TTL_MAX_PUBLIC_INBOX_MS).toBe(1_209_600_000)
    expect(TTL_MAX_MS).toBe(2_592_000_000)
    expect(STORE_TOLERANCE_MS).toBe(10_000)
    expect(SIGNATURE_TOLERANCE_MS).toBe(60_000)
    expect(FORWARDED_SIGNATURE_TOLERANCE_MS).toBe(70_000)
    expect(DATA_MAX_BYTES).toBe(76_800)
    expect(DATA_MAX_BASE64_CHARACTERS).toBe(102_400)
    expect(RETRIEVE_BUDGET_BYTES).toBe(7_800_000)
    expect(RETRIEVE_DEFAULT_MAX_SIZE).toBe(-5)
    expect(BATCH_REQUESTS_MAX).toBe(20)
    expect(REVOCATIONS_MAX).toBe(50)
    expect(SWARM_FORWARD_TIMEOUT_MS).toBe(5000)
    expect(BODY_MAX_BYTES).toBe(10_485_760)
    expect(RATE_LIMIT_BURST).toBe(600)
    expect(RATE_LIMIT_PER_SECOND).toBe(300)
    expect(RATE_LIMIT_PER_SECOND_NODE).toBe(600)
    expect(EXPIRY_SWEEP_INTERVAL_MS).toBe(10_000)
    expect(DATABASE_MAX_BYTES).toBe(3_500_000_000)
  })
})

describe('the refusals', () => {
  it('have the texts that clients of others look for', () => {
    expect(REQUEST_FAILED).toEqual({ status: 500, text: 'request failed' })
    expect(unknownMethod('x')).toEqual({ status: 400, text: 'no method x' })
    expect(invalidRequest('y')).toEqual({ status: 400, text: 'invalid request: y' })
  })

  it('have the statuses that clients of others act on', () => {
    expect(STATUS).toEqual({
      ok: 200,
      badRequest: 400,
      unauthorized: 401,
      forbidden: 403,
      notFound: 404,
      clock: 406,
      misdirected: 421,
      internal: 500,
      badGateway: 502,
    })
  })
})
