/**
 * The client's end of a node's web listener (spec 06): one WebSocket, many requests in flight.
 *
 * @module
 */
import { once } from 'node:events'
import WebSocket from 'ws'
import {
  COMMANDS,
  FRAME_HEADER_BYTES,
  FrameDecoder,
  decodeStatusReply,
  encodeRequestFrame,
} from '@sotto/protocol/link'

export interface WebLink extends Disposable {
  /** Sends one onion packet; resolves with the bytes of a 200, rejects otherwise. */
  readonly relay: (packet: Uint8Array) => Promise<Uint8Array>
}

export async function openWebLink(port: number, localAddress: string): Promise<WebLink> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/link/v1`, {
    localAddress,
    perMessageDeflate: false,
  })
  await once(socket, 'open')
  const pending = new Map<number, PromiseWithResolvers<Uint8Array>>()
  const decoder = new FrameDecoder()
  let nextId = 0
  socket.on('message', (data: Buffer) => {
    const frames = decoder.push(data)
    if (!frames.ok) throw new Error(`a link frame of at least ${FRAME_HEADER_BYTES} bytes was bad`)
    for (const frame of frames.value) {
      const waiting = pending.get(frame.id)
      pending.delete(frame.id)
      const reply = frame.type === 'response' ? decodeStatusReply(frame.payload) : undefined
      if (reply?.ok === true && reply.value.status === 200) waiting?.resolve(reply.value.body)
      else
        waiting?.reject(new Error(`refused: ${frame.type} ${reply?.ok ? reply.value.status : ''}`))
    }
  })
  return {
    relay: (packet) => {
      const id = (nextId += 1)
      const waiting = Promise.withResolvers<Uint8Array>()
      pending.set(id, waiting)
      socket.send(encodeRequestFrame(id, { command: COMMANDS.onionRelay, body: packet }))
      return waiting.promise
    },
    [Symbol.dispose]() {
      socket.terminate()
    },
  }
}
