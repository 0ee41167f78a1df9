/**
 * What may listen at the address of a node in place of the node: something that answers as somebody else, says nothing, or
 * never stops.
 *
 * @module
 */
import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net'
import { encodeBase64 } from '@sotto/crypto/bytes'
import { systemRandomness } from '@sotto/crypto/randomness'
import { createHttpsCredentials } from '../../src/tls/self-signed-certificate.ts'
import { readPort } from '../network/read-port.ts'

const NAME_HEADER = 'x-oxen-snode-pubkey'

export interface StrangeListener extends AsyncDisposable {
  readonly port: number
  /** Resolves when a connection that it had is gone. */
  readonly connectionGone: Promise<void>
}

async function listen(server: Server | TcpServer): Promise<StrangeListener> {
  const sockets = new Set<Socket>()
  const gone = Promise.withResolvers<void>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => gone.resolve())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: readPort(server),
    connectionGone: gone.promise,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Answers pings; `secure` with a certificate of its own. */
export function startPonger(
  answer: { readonly name?: Uint8Array; readonly status?: number },
  { secure }: { readonly secure: boolean },
): Promise<StrangeListener> {
  const listener: RequestListener = (request, response) => {
    request.resume()
    const headers = answer.name === undefined ? {} : { [NAME_HEADER]: encodeBase64(answer.name) }
    response.writeHead(answer.status ?? 200, headers).end()
  }
  if (!secure) return listen(createHttpServer(listener))
  return listen(createHttpsServer(createHttpsCredentials(systemRandomness), listener))
}

/** Begins a good answer, and never ends it. */
export function startEndless(name: Uint8Array): Promise<StrangeListener> {
  return listen(
    createHttpServer((request, response) => {
      request.resume()
      response.writeHead(200, { [NAME_HEADER]: encodeBase64(name) })
      const pour = (): void => {
        while (!response.destroyed && response.write(new Uint8Array(16_384)));
      }
      response.on('drain', pour)
      pour()
    }),
  )
}

/** Takes connections and says nothing. */
export function startSilent(): Promise<StrangeListener> {
  return listen(createTcpServer())
}

/** A port at which nobody listens any more. */
export async function findClosedPort(): Promise<number> {
  await using listener = await startSilent()
  return listener.port
}
