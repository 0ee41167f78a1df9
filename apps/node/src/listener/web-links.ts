/**
 * The WebSockets at `/link/v1` of the web listener (spec 06 §2.1): who gets one, whether its other end is still there,
 * and their end. The library is loaded with the first of them, because a node without browsers needs it never.
 *
 * @module
 */

import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket, WebSocketServer } from 'ws'
import type { Cancel, Clock } from '@sotto/protocol/clock'
import { FRAME_HEADER_BYTES, FRAME_PAYLOAD_BYTES_MAX } from '@sotto/protocol/link'
import { findPath } from './routes.ts'
import { WebLink, type WebLinkParts } from './web-link.ts'
import type { UpgradeToLink } from './web-listener.ts'

export interface WebLinksOptions extends WebLinkParts {
  readonly clock: Clock
}

export interface WebLinks {
  readonly upgrade: UpgradeToLink
  /** Resolves when all sockets have their answers and are closed, or the time is over. */
  leave(timeoutMs: number): Promise<void>
}

const LINK_PATH = '/link/v1'
const PING_INTERVAL_MS = 30_000
const NOT_FOUND = 404
const TOO_MANY = 429

interface OpenLink {
  readonly link: WebLink
  readonly closed: Promise<void>
  isAlive: boolean
}

export function createWebLinks(options: WebLinksOptions): WebLinks {
  const { clock, rateLimit, onMistake } = options
  const links = new Map<WebSocket, OpenLink>()
  let isLeaving = false
  let server: Promise<WebSocketServer> | undefined
  let cancelPing: Cancel | undefined

  const ping = (): void => {
    for (const [socket, link] of links) {
      if (link.isAlive) socket.ping()
      else socket.terminate()
      link.isAlive = false
    }
    cancelPing = links.size === 0 ? undefined : clock.after(PING_INTERVAL_MS, ping)
  }
  const open = (socket: WebSocket, address: string): void => {
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    const link = { link: new WebLink(socket, address, options), closed, isAlive: true }
    links.set(socket, link)
    void closed.then(() => links.delete(socket))
    socket.on('pong', () => (link.isAlive = true))
    cancelPing ??= clock.after(PING_INTERVAL_MS, ping)
    if (isLeaving) link.link.leave()
  }
  const accept = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const address = request.socket.remoteAddress ?? ''
    server ??= createSocketServer()
    const sockets = await server
    if (!socket.destroyed) sockets.handleUpgrade(request, socket, head, (ws) => open(ws, address))
  }
  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy())
      if (findPath(request.url ?? '') !== LINK_PATH || isLeaving) refuse(socket, NOT_FOUND)
      else if (!rateLimit.take(request.socket.remoteAddress ?? '')) refuse(socket, TOO_MANY)
      else accept(request, socket, head).catch(onMistake)
    },
    async leave(timeoutMs) {
      isLeaving = true
      cancelPing?.()
      const all = [...links]
      const cancel = clock.after(timeoutMs, () => {
        for (const [socket] of all) socket.terminate()
      })
      for (const [, { link }] of all) link.leave()
      await Promise.all(all.map(([, { closed }]) => closed))
      cancel()
    },
  }
}

async function createSocketServer(): Promise<WebSocketServer> {
  const { WebSocketServer: Server } = await import('ws')
  return new Server({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: FRAME_HEADER_BYTES + FRAME_PAYLOAD_BYTES_MAX,
  })
}

function refuse(socket: Duplex, status: number): void {
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, 'connection: close']
  socket.end(`${[...head, 'content-length: 0'].join('\r\n')}\r\n\r\n`)
}
