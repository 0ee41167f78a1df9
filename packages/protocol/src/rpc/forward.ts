/**
 * One request as a member of a swarm forwards it to the others, in bt-encoding (spec 03 §6.2).
 *
 * A forward is a list of the method's name and the dict of its parameters, with binary values. The
 * client's signature travels along, so that each member checks it again and trusts no neighbour.
 *
 * @module
 */

import { decodeUtf8 } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import { type BtDict, type BtValue, decodeBt, encodeBt } from '../bt/index.ts'
import { isBtDict, isBtList } from './codec.ts'
import { invalidRequest, type RpcFailure } from './failure.ts'
import { type MethodName, METHODS, type RequestOf } from './registry.ts'

const RECURSIVE_METHODS = [
  'store',
  'delete',
  'delete_all',
  'delete_before',
  'expire_all',
  'expire',
  'revoke_subaccount',
  'unrevoke_subaccount',
] as const

/** The methods that are forwarded at all. */
export type RecursiveMethodName = (typeof RECURSIVE_METHODS)[number]

export function isRecursiveRequest(request: RequestOf): request is RequestOf<RecursiveMethodName> {
  return METHODS[request.method].isRecursive
}

export function encodeForward<M extends RecursiveMethodName>(request: RequestOf<M>): Uint8Array {
  return encodeBt([request.method, METHODS[request.method].writeBt(request.params)])
}

const NOT_FORWARD: RpcFailure = invalidRequest('not a forwarded request')

function findRecursive(name: BtValue | undefined): RecursiveMethodName | undefined {
  const text = name instanceof Uint8Array ? decodeUtf8(name) : undefined
  return RECURSIVE_METHODS.find((method) => method === text)
}

/** Reads a forward from a peer, who may be hostile. Total. */
export function decodeForward(
  bytes: Uint8Array,
): Result<RequestOf<RecursiveMethodName>, RpcFailure> {
  const decoded = decodeBt(bytes)
  if (!decoded.ok || !isBtList(decoded.value)) return err(NOT_FORWARD)
  const [name, params, ...rest] = decoded.value
  const method = findRecursive(name)
  if (method === undefined || !isBtDict(params) || rest.length > 0) return err(NOT_FORWARD)
  return readForward(method, params)
}

function readForward<M extends RecursiveMethodName & MethodName>(
  method: M,
  dict: BtDict,
): Result<RequestOf<M>, RpcFailure> {
  const reading = METHODS[method].readBt(dict)
  return reading.ok ? ok({ method, params: reading.value }) : err(invalidRequest(reading.error))
}
