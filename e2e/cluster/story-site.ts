/**
 * A web site of a story, and a record of where this process connects to: nodes run in other processes, so that whoever visits the site
 * from here is a client that gave its address away.
 *
 * @module
 */
import diagnostics from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { SITE_NAME } from './story-network.ts'

export interface Visit {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Of the visitor. */
  readonly port: number
}

export interface StorySite extends AsyncDisposable {
  readonly visits: readonly Visit[]
  readonly port: number
  link(path: string): string
}

export type Answers = Readonly<Record<string, (response: ServerResponse) => void>>

export async function startStorySite(answers: Answers): Promise<StorySite> {
  const visits: Visit[] = []
  const server = createServer((request, response) => {
    const { url: path = '', headers, socket } = request
    visits.push({ path, headers, port: socket.remotePort ?? 0 })
    const answer = answers[path]
    if (answer === undefined) response.writeHead(404).end()
    else answer(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    visits,
    port,
    link: (path) => `http://${SITE_NAME}:${port}${path}`,
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

export function redirect(location: string) {
  return (response: ServerResponse): void => {
    response.writeHead(302, { location }).end()
  }
}

export interface ConnectionRecord extends Disposable {
  /** Where connections of this process began. */
  readonly localPorts: ReadonlySet<number>
  /** And where they led. */
  readonly remotePorts: ReadonlySet<number>
}

export function recordConnections(): ConnectionRecord {
  const localPorts = new Set<number>()
  const remotePorts = new Set<number>()
  const note = (message: unknown): void => {
    const { socket } = { socket: undefined, ...(message as { readonly socket?: unknown }) }
    if (!(socket instanceof Socket)) return
    socket.once('connect', () => {
      if (socket.localPort !== undefined) localPorts.add(socket.localPort)
      if (socket.remotePort !== undefined) remotePorts.add(socket.remotePort)
    })
  }
  diagnostics.subscribe('net.client.socket', note)
  return {
    localPorts,
    remotePorts,
    [Symbol.dispose]: () => {
      diagnostics.unsubscribe('net.client.socket', note)
    },
  }
}
