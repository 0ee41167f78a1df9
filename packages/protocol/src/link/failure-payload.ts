/**
 * Why a request on a link got no response (spec 06 §4.3): one byte, no text, so that nothing about a user can slip
 * into it.
 *
 * @module
 */

import { type Result, err, ok } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'

/** Spec 06 §4.3. */
export const LINK_FAILURES = {
  unknown_command: { wire: 1, retryable: false },
  malformed: { wire: 2, retryable: false },
  not_allowed: { wire: 3, retryable: false },
  not_ready: { wire: 4, retryable: true },
  busy: { wire: 5, retryable: true },
  failed: { wire: 6, retryable: true },
} as const

export type LinkFailureCode = keyof typeof LINK_FAILURES

const CODES_BY_WIRE: Readonly<
  Record<(typeof LINK_FAILURES)[LinkFailureCode]['wire'], LinkFailureCode>
> = {
  1: 'unknown_command',
  2: 'malformed',
  3: 'not_allowed',
  4: 'not_ready',
  5: 'busy',
  6: 'failed',
}

export function encodeFailurePayload(code: LinkFailureCode): Uint8Array {
  return Uint8Array.of(LINK_FAILURES[code].wire)
}

/** Reads bytes from outside. Never throws. A number of a later version counts as `failed`. */
export function decodeFailurePayload(payload: Uint8Array): Result<LinkFailureCode, ProtocolError> {
  const [wire] = payload
  if (wire === undefined || payload.length !== 1) {
    return err(new ProtocolError('link_message_malformed', `failure of ${payload.length} bytes`))
  }
  return ok(isKnown(wire) ? CODES_BY_WIRE[wire] : 'failed')
}

function isKnown(wire: number): wire is keyof typeof CODES_BY_WIRE {
  return Object.hasOwn(CODES_BY_WIRE, wire)
}
