/**
 * A site on loopback that answers as badly as a test wants, and notes who came and what they sent.
 *
 * @module
 */
import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { TlsCredentials } from '../../src/tls/self-signed-certificate.ts'
import { readPort } from '../network/read-port.ts'

export interface Visit {
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

export interface Site extends AsyncDisposable {
  readonly port: number
  readonly visits: readonly Visit[]
  /** Connections that are open. */
  countOpen(): Promise<number>
}

export type Answers = Readonly<Record<string, (response: ServerResponse) => void>>

export async function startSite(answers: Answers, credentials?: TlsCredentials): Promise<Site> {
  const visits: Visit[] = []
  const listener: RequestListener = (request, response) => {
    const { url: path = '', headers } = request
    visits.push({ path, headers })
    const answer = answers[path]
    if (answer === undefined) response.writeHead(404).end()
    else answer(response)
  }
  const server =
    credentials === undefined ? createServer(listener) : createSecureServer(credentials, listener)
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: readPort(server),
    visits,
    countOpen: async () => {
      const { promise, resolve } = Promise.withResolvers<number>()
      server.getConnections((_, count) => resolve(count))
      return promise
    },
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

export function send(type: string, body: string | Uint8Array, headers = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': type, ...headers }).end(body)
  }
}

export function redirect(location: string, status = 302) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { location }).end()
  }
}

/** Goes on as long as anybody reads. */
export function sendForever(type: string, piece: string | Uint8Array, headers = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': type, ...headers })
    const write = (): void => {
      while (!response.destroyed && response.write(piece));
    }
    response.on('drain', write)
    write()
  }
}
