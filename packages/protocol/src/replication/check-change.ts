/**
 * Whether a change that another member handed over was really signed by its account (spec 10 §8.1). The same checks as
 * when the client sent it, at the time when it was sent; a token that was revoked later was valid then.
 *
 * @module
 */

import { equalBytes } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import { checkRequest, decodeForward, type RpcFailure } from '../rpc/index.ts'
import type { AccountBytes } from '../swarm/index.ts'
import { type ChangeRequest, decodeChange, isChangeRequest } from './change.ts'
import { type ChangeEffect, describeEffect } from './change-effect.ts'
import { CHANGE_MARGIN_MS } from './change-life.ts'
import { isRecordTime } from './record-time.ts'

export interface EncodedChange {
  readonly account: AccountBytes
  /** When the first member had it, milliseconds since 1970. */
  readonly atMs: number
  /** As `encodeChange` writes it. */
  readonly request: Uint8Array
}

export interface CheckedChange {
  readonly request: ChangeRequest
  readonly effect: ChangeEffect
}

interface CheckOptions {
  readonly nowMs: number
}

const NOT_A_CHANGE: RpcFailure = { status: 400, text: 'not a change of this account' }

/** Reads bytes from a peer, who may be hostile. Total. */
export function checkChange(
  { account, atMs, request: bytes }: EncodedChange,
  { nowMs }: CheckOptions,
): Result<CheckedChange, RpcFailure> {
  if (!isPlausibleDate(atMs, nowMs)) return err(NOT_A_CHANGE)
  const decoded = decodeChange(bytes)
  if (!decoded.ok || !equalBytes(decoded.value.params.account, account)) return err(NOT_A_CHANGE)
  const request = decoded.value
  const refusal = checkRequest(request, {
    nowMs: atMs,
    isForwarded: true,
    isRevoked: () => false,
  })
  if (refusal !== undefined) return err(refusal)
  const effect = describeEffect(request, atMs)
  return effect === undefined ? err(NOT_A_CHANGE) : ok({ request, effect })
}

/**
 * Not every method signs a time. Without this, a hostile member could date a `delete` far ahead, and nobody could store the
 * message again until then.
 */
function isPlausibleDate(atMs: number, nowMs: number): boolean {
  return isRecordTime(atMs) && atMs <= nowMs + CHANGE_MARGIN_MS
}

/** The effect of a change that this node checked before it kept it. Undefined for bytes that are no change. */
export function readEffect({
  atMs,
  request: bytes,
}: Pick<EncodedChange, 'atMs' | 'request'>): ChangeEffect | undefined {
  const decoded = decodeForward(bytes)
  if (!decoded.ok || !isChangeRequest(decoded.value)) return undefined
  return describeEffect(decoded.value, atMs)
}
