/**
 * One request on a client listener: limits first, then the body, then the route (spec 03 §3.6). Used by the HTTPS
 * listener for wire-compatible clients and by the web listener for browsers.
 *
 * @module
 */

import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http'
import type { Clock } from '@sotto/protocol/clock'
import { BODY_MAX_BYTES } from '@sotto/protocol/rpc'
import type { ConnectionLimit } from './connection-limit.ts'
import {
  LONG_POLL_GONE,
  REQUEST_FAILED,
  TOO_LARGE,
  TOO_MANY_REQUESTS,
  writeAnswer,
  type HttpAnswer,
} from './http-answer.ts'
import type { RateLimit } from './rate-limit.ts'
import { readBody } from './read-body.ts'
import { refuseBody } from './refuse-body.ts'
import { findRoute, type Routes } from './routes.ts'

export interface HttpParts {
  readonly routes: Routes
  readonly rateLimit: RateLimit
  readonly connectionLimit: ConnectionLimit
  readonly clock: Clock
  /** Added to every answer. */
  readonly headers: Readonly<Record<string, string>>
  readonly onMistake: (error: unknown) => void
  /** How a status is said where no route is asked, if not in the words of the storage role. */
  readonly refuse?: (status: number) => HttpAnswer
}

/** Longer than the polling interval of clients, so that they keep their connection. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000
const HEADER_BYTES_MAX = 16 * 1024
const HEADERS_MAX = 64

/** Who sends head or body more slowly than this holds the connection for nothing, and is cut off. */
export const HTTP_OPTIONS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2000,
  keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  maxHeaderSize: HEADER_BYTES_MAX,
  noDelay: true,
} as const satisfies ServerOptions

export function limitServer(server: Server, connectionLimit: ConnectionLimit): void {
  server.maxHeadersCount = HEADERS_MAX
  connectionLimit.watch(server)
}

async function answerRequest(
  request: IncomingMessage,
  parts: HttpParts,
): Promise<HttpAnswer | 'too_large'> {
  const { rateLimit, routes } = parts
  if (!rateLimit.take(request.socket.remoteAddress ?? '')) return phrase(TOO_MANY_REQUESTS, parts)
  if (request.headers['x-loki-long-poll'] !== undefined) return phrase(LONG_POLL_GONE, parts)
  const route = findRoute(routes, request.method ?? '', request.url ?? '')
  if ('status' in route) return phrase(route, parts)
  const body = await readBody(request, route.bodyBytesMax ?? BODY_MAX_BYTES)
  return body === undefined ? 'too_large' : route.answer(body, request.headers)
}

function phrase(answer: HttpAnswer, { refuse }: Pick<HttpParts, 'refuse'>): HttpAnswer {
  return refuse === undefined ? answer : refuse(answer.status)
}

/** Never rejects; a client that went away is no mistake of ours and gets nothing. */
export async function serveRequest(
  request: IncomingMessage,
  response: ServerResponse,
  parts: HttpParts & { readonly isListening: () => boolean },
): Promise<void> {
  const { headers, clock } = parts
  try {
    const answer = await answerRequest(request, parts)
    if (answer === 'too_large') {
      refuseBody(request, response, { answer: phrase(TOO_LARGE, parts), headers, clock })
    } else writeAnswer(response, answer, { headers, isLast: !parts.isListening() })
  } catch (error) {
    if (request.destroyed && !request.complete) return
    parts.onMistake(error)
    if (response.headersSent) return
    writeAnswer(response, phrase(REQUEST_FAILED, parts), { headers, isLast: true })
  }
}
