/**
 * The other end of `/link/v1`: one WebSocket, frames, and the freedom to send them badly.
 *
 * @module
 */
import { once } from 'node:events'
import WebSocket from 'ws'
import {
  decodeStatusReply,
  encodeRequestFrame,
  FrameDecoder,
  type Frame,
  type LinkRequest,
  type StatusReply,
} from '@sotto/protocol/link'

export interface WebClient extends Disposable {
  readonly socket: WebSocket
  /** Resolves with the close code. */
  readonly closed: Promise<number>
  /** Resolves with the frame that answers it. */
  request(request: LinkRequest): Promise<Frame>
  send(bytes: Uint8Array | string): void
}

export async function openWebClient(port: number, localAddress?: string): Promise<WebClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/link/v1`, {
    perMessageDeflate: false,
    ...(localAddress === undefined ? {} : { localAddress }),
  })
  const decoder = new FrameDecoder()
  const waiting = new Map<number, (frame: Frame) => void>()
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  socket.on('message', (data: Buffer) => {
    const frames = decoder.push(data)
    for (const frame of frames.ok ? frames.value : []) waiting.get(frame.id)?.(frame)
  })
  await once(socket, 'open')
  socket.on('error', () => undefined)
  let nextId = 0
  return {
    socket,
    closed,
    request(request) {
      nextId += 1
      const id = nextId
      socket.send(encodeRequestFrame(id, request))
      return new Promise((resolve) => waiting.set(id, resolve))
    },
    send: (bytes) => socket.send(bytes),
    [Symbol.dispose]: () => socket.terminate(),
  }
}

/** Throws for what is no response with a status. */
export function readStatus(frame: Frame): StatusReply {
  const reply = frame.type === 'response' ? decodeStatusReply(frame.payload) : undefined
  if (reply?.ok !== true) throw new Error(`a ${frame.type} instead of a response`)
  return reply.value
}
