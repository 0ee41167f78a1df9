/**
 * A refused RPC request: the status and the plain text that a client reads (spec 03 §2).
 *
 * Failures are values; the texts are part of the protocol and never contain anything that the client
 * sent, except the name of an unknown method. Who turns one into an HTTP response is the node.
 *
 * @module
 */

export interface RpcFailure {
  readonly status: number
  readonly text: string
}

/** Spec 03 §2.2. The statuses that have a meaning of their own. */
export const STATUS: {
  readonly ok: 200
  readonly badRequest: 400
  readonly unauthorized: 401
  readonly forbidden: 403
  readonly notFound: 404
  readonly clock: 406
  readonly misdirected: 421
  readonly internal: 500
  readonly badGateway: 502
} = {
  ok: 200,
  badRequest: 400,
  unauthorized: 401,
  forbidden: 403,
  notFound: 404,
  clock: 406,
  misdirected: 421,
  internal: 500,
  badGateway: 502,
}

export const INVALID_JSON: RpcFailure = { status: STATUS.badRequest, text: 'invalid json' }
export const NO_METHOD_FIELD: RpcFailure = {
  status: STATUS.badRequest,
  text: 'invalid json: no `method` field',
}
export const NO_PARAMS_FIELD: RpcFailure = {
  status: STATUS.badRequest,
  text: 'invalid json: no `params` field',
}
export const REQUEST_FAILED: RpcFailure = { status: STATUS.internal, text: 'request failed' }

/** Longest part of an unknown method's name that is repeated to its sender. */
const METHOD_ECHO_MAX = 64

export function unknownMethod(name: string): RpcFailure {
  return { status: STATUS.badRequest, text: `no method ${name.slice(0, METHOD_ECHO_MAX)}` }
}

export function invalidRequest(detail: string): RpcFailure {
  return { status: STATUS.badRequest, text: `invalid request: ${detail}` }
}
