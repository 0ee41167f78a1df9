/**
 * The listener of the operator API: limits, the gate, then `/metrics` or a call. It is plain HTTP, for loopback and the far end of
 * a tunnel.
 *
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Clock } from '@sotto/protocol/clock'
import { ConnectionLimit } from '../listener/connection-limit.ts'
import {
  createTextAnswer,
  type HttpAnswer,
  TOO_LARGE,
  writeAnswer,
} from '../listener/http-answer.ts'
import { HTTP_OPTIONS, limitServer } from '../listener/http-server.ts'
import { RateLimit } from '../listener/rate-limit.ts'
import { readBody } from '../listener/read-body.ts'
import type { AnswerCall } from './answer-call.ts'
import { createGate } from './operator-gate.ts'

export interface OperatorListenerOptions {
  readonly host: string
  readonly hasToken: (header: string | undefined) => boolean
  readonly clock: Clock
  readonly answerCall: AnswerCall
  readonly answerMetrics: () => Promise<HttpAnswer>
  readonly onMistake: (error: unknown) => void
}

const BODY_BYTES_MAX = 64 * 1024
const CONNECTIONS_MAX = 16
/** A dashboard and a scraper need less. A guess at the token is a request too. */
const BURST = 60
const REQUESTS_PER_SECOND = 10
const KEEP_ALIVE_MS = 5000
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

const REFUSALS: Readonly<Record<number, HttpAnswer>> = {
  401: createTextAnswer(401, ''),
  403: createTextAnswer(403, ''),
}
const NOT_FOUND = createTextAnswer(404, 'Not found')
const WRONG_METHOD = createTextAnswer(405, 'Wrong method')
const WRONG_TYPE = createTextAnswer(415, 'Only application/json')
const TOO_MANY = createTextAnswer(429, '')
const FAILED = createTextAnswer(500, 'request failed')

type Answer = (request: IncomingMessage) => Promise<HttpAnswer>

function isJson(request: IncomingMessage): boolean {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  return type.trim().toLowerCase() === 'application/json'
}

function createAnswer(options: OperatorListenerOptions): Answer {
  const { clock, answerCall, answerMetrics } = options
  const judge = createGate(options)
  const rateLimit = new RateLimit({
    burst: BURST,
    perSecond: REQUESTS_PER_SECOND,
    perSecondNode: REQUESTS_PER_SECOND,
    isNode: () => false,
    clock,
  })
  return async (request) => {
    if (!rateLimit.take(request.socket.remoteAddress ?? '')) return TOO_MANY
    const refusal = judge(request.headers)
    if (refusal !== undefined) return REFUSALS[refusal] ?? FAILED
    const { method = '', url = '' } = request
    if (url === '/metrics') return method === 'GET' ? answerMetrics() : WRONG_METHOD
    if (!url.startsWith('/trpc/')) return NOT_FOUND
    if (method !== 'GET' && method !== 'POST') return WRONG_METHOD
    if (method === 'POST' && !isJson(request)) return WRONG_TYPE
    const body = await readBody(request, BODY_BYTES_MAX)
    return body === undefined ? TOO_LARGE : answerCall({ method, url, body })
  }
}

export function createOperatorListener(options: OperatorListenerOptions): Server {
  const answer = createAnswer(options)
  const write = (response: ServerResponse, what: HttpAnswer): void => {
    // A body that was not read would be taken for the next request.
    const isLast = what.status >= 400 || !server.listening
    writeAnswer(response, what, { headers: HEADERS, isLast })
  }
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      write(response, await answer(request))
    } catch (error) {
      if (request.destroyed && !request.complete) return
      options.onMistake(error)
      if (!response.headersSent) write(response, FAILED)
    }
  }
  const server = createServer(
    { ...HTTP_OPTIONS, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => void serve(request, response),
  )
  limitServer(server, new ConnectionLimit({ perSource: CONNECTIONS_MAX, total: CONNECTIONS_MAX }))
  return server
}
