/**
 * An HTTP response before it is written, and the few that do not depend on a request.
 *
 * @module
 */

import type { ServerResponse } from 'node:http'
import { encodeUtf8 } from '@sotto/crypto/bytes'
import type { StatusReply } from '@sotto/protocol/link'
import type { RpcReply } from '../rpc/rpc-reply.ts'

export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: Uint8Array
  /** Besides those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Exactly this, without a charset: clients compare it. */
const JSON_TYPE = 'application/json'
const TEXT_TYPE = 'text/plain; charset=utf-8'
const BYTES_TYPE = 'application/octet-stream'

export function createTextAnswer(status: number, text: string): HttpAnswer {
  return { status, contentType: TEXT_TYPE, body: encodeUtf8(text) }
}

export function createJsonAnswer(value: object, status = 200): HttpAnswer {
  return { status, contentType: JSON_TYPE, body: encodeUtf8(JSON.stringify(value)) }
}

export function createRpcAnswer({ status, body }: RpcReply): HttpAnswer {
  return typeof body === 'string' ? createTextAnswer(status, body) : createJsonAnswer(body, status)
}

export function createOnionAnswer({ status, body }: StatusReply): HttpAnswer {
  return { status, contentType: BYTES_TYPE, body }
}

export function createBytesAnswer(body: Uint8Array): HttpAnswer {
  return { status: 200, contentType: BYTES_TYPE, body }
}

export const BAD_REQUEST: HttpAnswer = createTextAnswer(400, 'Bad request')
export const NOT_FOUND: HttpAnswer = createTextAnswer(404, 'Not found')
export const LONG_POLL_GONE: HttpAnswer = createTextAnswer(410, 'Long polling is not supported')
export const TOO_LARGE: HttpAnswer = createTextAnswer(413, 'Body too large')
/** Clients know this text. */
export const TOO_MANY_REQUESTS: HttpAnswer = createTextAnswer(
  429,
  'Too many requests, try again later',
)
export const REQUEST_FAILED: HttpAnswer = createTextAnswer(500, 'request failed')

export interface AnswerOptions {
  readonly headers: Readonly<Record<string, string>>
  /** Ends the connection, because the listener is closing. */
  readonly isLast: boolean
}

export function writeAnswer(
  response: ServerResponse,
  { status, contentType, body, headers: own }: HttpAnswer,
  { headers, isLast }: AnswerOptions,
): void {
  // The time of a node's clock is in the replies that need it; a header would only tell nodes apart.
  response.sendDate = false
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': body.length,
    ...headers,
    ...own,
    ...(isLast ? { connection: 'close' } : {}),
  })
  response.end(body)
}
