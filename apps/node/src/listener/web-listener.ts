/**
 * The listener for browsers: plain HTTP that any page may use without asking first, and a WebSocket that carries link
 * frames (spec 06 §2.1). On loopback it needs no certificate; elsewhere a proxy stands in front.
 *
 * @module
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { TOO_MANY_REQUESTS, writeAnswer } from './http-answer.ts'
import { HTTP_OPTIONS, limitServer, serveRequest, type HttpParts } from './http-server.ts'

/** Every origin may ask: nothing here depends on cookies or on who the page is. */
export const CORS_HEADERS = { 'access-control-allow-origin': '*' }
/** A POST of plain text needs none of this; a page that sets a content type is asked first, and then remembers. */
const PREFLIGHT_HEADERS = {
  ...CORS_HEADERS,
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': '*',
  'access-control-allow-private-network': 'true',
  'access-control-max-age': '7200',
  'content-length': 0,
}
const NO_CONTENT = 204

export type UpgradeToLink = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

export function createWebListener(parts: HttpParts, upgrade: UpgradeToLink): Server {
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.method === 'OPTIONS') answerPreflight(request, response)
    else void serveRequest(request, response, served)
  }
  const answerPreflight = (request: IncomingMessage, response: ServerResponse): void => {
    if (parts.rateLimit.take(request.socket.remoteAddress ?? '')) {
      response.writeHead(NO_CONTENT, PREFLIGHT_HEADERS).end()
    } else {
      writeAnswer(response, TOO_MANY_REQUESTS, { headers: CORS_HEADERS, isLast: false })
    }
  }
  const server = createServer(HTTP_OPTIONS, serve)
  const served = { ...parts, isListening: () => server.listening }
  server.on('upgrade', upgrade)
  limitServer(server, parts.connectionLimit)
  return server
}
