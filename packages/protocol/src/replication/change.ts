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
import { type RecordKey, encodeChangeKey } from './record-key.ts'
import { isRecordTime } from './record-time.ts'
import { refuseLimit, refuseMalformed } from './refuse.ts'

export type ChangeMethodName = Exclude<RecursiveMethodName, 'store'>
export type ChangeRequest = RequestOf<ChangeMethodName>

export interface Change {
  readonly request: ChangeRequest
  /** When the account says that it signed; zero for methods that sign no such time (spec 10 §2.2). */
  readonly signedMs: number
  readonly key: RecordKey
}

/** Spec 10 §2.2. */
export const CHANGE_BYTES_MAX: number = 64 * 1024

export function isChangeRequest(request: RequestOf): request is ChangeRequest {
  return isRecursiveRequest(request) && request.method !== 'store'
}

/** The form in which the change is kept; `undefined` for one that is too long or signed for no time, which is not kept. */
export function encodeChange(request: ChangeRequest): Uint8Array | undefined {
  if (!isRecordTime(findSignedTime(request))) return undefined
  const bytes = encodeForward(removeUnsigned(request))
  return bytes.length <= CHANGE_BYTES_MAX ? bytes : undefined
}

/** Reads bytes from outside. Never throws. */
export function decodeChange(bytes: Uint8Array): Result<Change, ProtocolError> {
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
  const signedMs = findSignedTime(request)
  return ok({ request, signedMs, key: encodeChangeKey(bytes, signedMs) })
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

/** Zero for methods that sign no such time. */
export function findSignedTime(request: ChangeRequest): number {
  switch (request.method) {
    case 'delete_all':
    case 'revoke_subaccount':
    case 'unrevoke_subaccount':
      return request.params.timestampMs
    case 'delete_before':
      return request.params.beforeMs
    case 'delete':
    case 'expire':
    case 'expire_all':
      return 0
  }
}
