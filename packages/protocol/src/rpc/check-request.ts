/**
 * Whether a request may be executed: its times, its signature and its permission (spec 03 §5).
 *
 * Pure: the clock and the list of revoked tokens come from the caller. Whether the account belongs to
 * this node's swarm is checked by the node, before this.
 *
 * @module
 */

import { equalBytes } from '@sotto/crypto/bytes'
import {
  convertSigningPublicKey,
  type Ed25519PublicKey,
  toEd25519PublicKey,
  verify,
} from '@sotto/crypto/signing'
import { decodeSubaccountToken, isPermitted, SUBACCOUNT_FLAGS } from '../swarm/index.ts'
import {
  SESSION_ACCOUNT_PREFIX,
  type SignedParams,
  type SubaccountParams,
} from './account-params.ts'
import { checkStoreTimes } from './clock-checks.ts'
import { type RpcFailure, STATUS } from './failure.ts'
import type { ClockContext } from './method.ts'
import { type MethodName, METHODS, type RequestOf } from './registry.ts'

export interface CheckContext extends ClockContext {
  /** Whether the account's owner has revoked this token. */
  readonly isRevoked: (token: Uint8Array) => boolean
}

/** In the order of spec 03 §5.5; the first refusal is the answer. */
export function checkRequest(request: RequestOf, context: CheckContext): RpcFailure | undefined {
  if (request.method === 'store') {
    const refusal = checkStoreTimes(request.params, context.nowMs)
    if (refusal !== undefined) return refusal
  }
  return checkAuthentication(request, context)
}

function checkAuthentication<M extends MethodName>(
  { method, params }: RequestOf<M>,
  context: CheckContext,
): RpcFailure | undefined {
  const { signing } = METHODS[method]
  if (signing === undefined || !signing.isNeeded(params)) return undefined
  if (!isSigned(params)) return unauthorized(signing.missingText(params))
  const refusal = signing.checkClock(params, context)
  if (refusal !== undefined) return refusal
  const key = selectVerificationKey(params, {
    permission: signing.permission(params),
    isRevoked: signing.isUnrevocable(params) ? () => false : context.isRevoked,
  })
  const isValid =
    key !== undefined &&
    verify({ publicKey: key, message: signing.text(params), signature: params.signature })
  return isValid ? undefined : unauthorized(`${method} signature verification failed`)
}

type Signed = SubaccountParams & { readonly signature: Uint8Array }

function isSigned<P extends object>(params: P): params is P & Signed {
  return 'signature' in params && params.signature !== undefined
}

function unauthorized(text: string): RpcFailure {
  return { status: STATUS.unauthorized, text }
}

/** The key of the account's owner; undefined when the given key is not the account's. */
export function selectOwnerKey({ account, publicKey }: SignedParams): Ed25519PublicKey | undefined {
  const accountKey = account.subarray(1)
  if (publicKey === undefined) return toEd25519PublicKey(accountKey)
  if (account[0] !== SESSION_ACCOUNT_PREFIX) return undefined
  const converted = convertSigningPublicKey(publicKey)
  return converted !== undefined && equalBytes(converted, accountKey) ? publicKey : undefined
}

interface SubaccountRules {
  readonly permission: number | undefined
  readonly isRevoked: (token: Uint8Array) => boolean
}

/**
 * The key that must have signed the request: the owner's, or the one in the owner's signed token.
 *
 * Undefined for every reason to refuse, so that a refusal does not tell which rule a token broke.
 */
export function selectVerificationKey(
  params: SubaccountParams,
  { permission, isRevoked }: SubaccountRules,
): Ed25519PublicKey | undefined {
  const ownerKey = selectOwnerKey(params)
  const { subaccount, subaccountSignature: signature } = params
  if (subaccount === undefined || permission === undefined) return ownerKey
  const token = decodeSubaccountToken(subaccount)
  if (ownerKey === undefined || signature === undefined || token === undefined) return undefined
  const isPrefixRight =
    token.prefix === params.account[0] || isPermitted(token, SUBACCOUNT_FLAGS.anyPrefix)
  if (!isPrefixRight || !isPermitted(token, permission) || isRevoked(subaccount)) return undefined
  // Last, because it is the dear one.
  const isOwners = verify({ publicKey: ownerKey, message: subaccount, signature })
  return isOwners ? token.publicKey : undefined
}
