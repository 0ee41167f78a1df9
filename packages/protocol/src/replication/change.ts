/**
 * Changes (spec 10 §2.2): requests that altered messages, in the one form in which every member keeps them. Whether the
 * account signed one, and what it does to messages, is the node's part.
 *
 * @module
 */

import { equalBytes } from '@sotto/crypto/bytes'
import { type Result, ok } from '@sotto/crypto/result'
import type { ProtocolError } from '../errors.ts'
import {
  type ExpireParams,
  type RecursiveMethodName,
  type RequestOf,
  decodeForward,
  encodeForward,
  isRecursiveRequest,
} from '../rpc/index.ts'
import { refuseLimit, refuseMalformed } from './refuse.ts'

export type ChangeMethodName = Exclude<RecursiveMethodName, 'store'>
export type ChangeRequest = RequestOf<ChangeMethodName>

/**
 * Spec 10 §2.2. The largest request that a member executes (spec 03 §3.3: `expire` with 100,000 hashes and as many ends) is
 * shorter. Were there one that is executed and not kept, members that missed it would differ for good.
 */
export const CHANGE_BYTES_MAX: number = 7 * 1024 * 1024

export function isChangeRequest(request: RequestOf): request is ChangeRequest {
  return isRecursiveRequest(request) && request.method !== 'store'
}

/** The form in which the change is kept; `undefined` for one that is too long, which no member may execute. */
export function encodeChange(request: ChangeRequest): Uint8Array | undefined {
  const bytes = encodeForward(removeUnsigned(request))
  return bytes.length <= CHANGE_BYTES_MAX ? bytes : undefined
}

/** Reads bytes from outside. Never throws. */
export function decodeChange(bytes: Uint8Array): Result<ChangeRequest, ProtocolError> {
  if (bytes.length > CHANGE_BYTES_MAX) return refuseLimit(`change of ${bytes.length} bytes`)
  const forward = decodeForward(bytes)
  if (!forward.ok) return refuseMalformed('a change that is no forward')
  const request = forward.value
  if (!isChangeRequest(request)) return refuseMalformed('a store is no change')
  const canonical = encodeChange(request)
  // Otherwise whoever saw one change could make thousands of records of it, and push out all others of the account.
  if (canonical === undefined || !equalBytes(canonical, bytes)) {
    return refuseMalformed('a change in a second form')
  }
  return ok(request)
}

/** Leaves out what the signature does not cover and what changes nothing. */
function removeUnsigned(request: ChangeRequest): ChangeRequest {
  if (request.method === 'delete') {
    const { isRequired: _, ...params } = request.params
    return { ...request, params }
  }
  if (request.method !== 'expire') return request
  return { ...request, params: removeIdleOptions(request.params) }
}

function removeIdleOptions({
  isShorten,
  isExtend,
  expiryMs,
  ...params
}: ExpireParams): ExpireParams {
  const [first] = typeof expiryMs === 'number' ? [expiryMs] : expiryMs
  const isSingle = params.messages.length === 1 && first !== undefined
  return {
    ...params,
    expiryMs: isSingle ? first : expiryMs,
    ...(isShorten === true && { isShorten }),
    ...(isExtend === true && { isExtend }),
  }
}
