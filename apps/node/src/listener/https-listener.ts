/**
 * The listener for wire-compatible clients: HTTPS with a certificate that means nothing, because what
 * clients trust is the key that their requests are sealed to (trap 29).
 *
 * @module
 */

import { createServer, type Server } from 'node:https'
import type { TlsCredentials } from '../tls/self-signed-certificate.ts'
import { HTTP_OPTIONS, limitServer, serveRequest, type HttpParts } from './http-server.ts'

const HANDSHAKE_TIMEOUT_MS = 10_000

export function createHttpsListener(parts: HttpParts, certificate: TlsCredentials): Server {
  const server = createServer(
    {
      ...HTTP_OPTIONS,
      ...certificate,
      minVersion: 'TLSv1.2',
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    },
    (request, response) => void serveRequest(request, response, served),
  )
  const served = { ...parts, isListening: () => server.listening }
  limitServer(server, parts.connectionLimit)
  return server
}
