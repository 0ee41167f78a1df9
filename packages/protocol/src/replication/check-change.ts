/**
 * Whether a change that another member handed over was really signed by its account (spec 10 §8.1). The same checks as
 * when the client sent it, at the time when it was sent; a token that was revoked later was valid then.
 *
 * @module
 */

import { err, ok, type Result } from '@sotto/crypto/result'
import { checkRequest, type ConvertKey, decodeForward, type RpcFailure } from '../rpc/index.ts'
import type { AccountBytes } from '../swarm/index.ts'
import { equalBytes } from '@sotto/crypto/bytes'
import { CHANGE_BYTES_MAX, type ChangeRequest } from './change.ts'
import { type ChangeEffect, describeEffect } from './change-effect.ts'

export interface EncodedChange {
  readonly account: AccountBytes
  /** When the first member had it, milliseconds since 1970. */
  readonly atMs: number
  /** As nodes forward requests to each other (spec 03 §6.2). */
  readonly request: Uint8Array
}

export interface CheckedChange {
  readonly request: ChangeRequest
  readonly effect: ChangeEffect
}

const NOT_A_CHANGE: RpcFailure = { status: 400, text: 'not a change of this account' }

/** Reads bytes from a peer, who may be hostile. Total. */
export function checkChange(
  { account, atMs, request: bytes }: EncodedChange,
  convertKey?: ConvertKey,
): Result<CheckedChange, RpcFailure> {
  if (bytes.length > CHANGE_BYTES_MAX) return err(NOT_A_CHANGE)
  const decoded = decodeForward(bytes)
  if (!decoded.ok) return decoded
  const request = decoded.value
  if (request.method === 'store' || !equalBytes(request.params.account, account)) {
    return err(NOT_A_CHANGE)
  }
  const refusal = checkRequest(request, {
    nowMs: atMs,
    isForwarded: true,
    isRevoked: () => false,
    ...(convertKey === undefined ? {} : { convertKey }),
  })
  if (refusal !== undefined) return err(refusal)
  const effect = describeEffect(request, atMs)
  return effect === undefined ? err(NOT_A_CHANGE) : ok({ request, effect })
}

/** The effect of a change that this node checked before it kept it. Undefined for bytes that are no change. */
export function readEffect({ atMs, request: bytes }: EncodedChange): ChangeEffect | undefined {
  const decoded = decodeForward(bytes)
  if (!decoded.ok || decoded.value.method === 'store') return undefined
  return describeEffect(decoded.value, atMs)
}
