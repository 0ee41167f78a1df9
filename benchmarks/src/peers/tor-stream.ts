/**
 * Opens streams through Tor's SOCKS5 port (RFC 1928, RFC 1929) to an echo service on loopback, and
 * sends framed requests over them. A distinct user name makes Tor build a distinct circuit.
 *
 * @module
 */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { readFrames, writeFrame } from './framed-socket.ts'

const REPLY = Buffer.alloc(1024, 7)

/** The service at the far end: answers every frame with 1 KiB. Kinder to Tor than HTTP would be. */
export async function startEchoService(): Promise<{ port: number; server: Server }> {
  const server = createServer((socket) => {
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    readFrames(socket, (id) => writeFrame(socket, id, REPLY))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return { port: typeof address === 'object' && address !== null ? address.port : 0, server }
}

async function readBytes(socket: Socket, length: number): Promise<Buffer> {
  for (;;) {
    const chunk: unknown = socket.read(length)
    if (Buffer.isBuffer(chunk)) return chunk
    if (socket.readableEnded || socket.destroyed) throw new Error('Tor closed the stream')
    await Promise.race([once(socket, 'readable'), once(socket, 'close')])
  }
}

function encodeField(text: string): Buffer {
  return Buffer.concat([Buffer.of(text.length), Buffer.from(text, 'latin1')])
}

export interface TorStream extends Disposable {
  readonly send: () => Promise<void>
}

export async function openTorStream(
  socksPort: number,
  port: number,
  circuit: string,
): Promise<TorStream> {
  const socket = connect(socksPort, '127.0.0.1').setNoDelay(true)
  await once(socket, 'connect')
  try {
    socket.write(Buffer.of(5, 1, 2))
    await readBytes(socket, 2)
    socket.write(Buffer.concat([Buffer.of(1), encodeField(circuit), encodeField('x')]))
    await readBytes(socket, 2)
    socket.write(Buffer.of(5, 1, 0, 1, 127, 0, 0, 1, port >> 8, port & 0xff))
    const answer = await readBytes(socket, 10)
    if (answer[1] !== 0) throw new Error(`Tor refused the stream (${answer[1]})`)
  } catch (error) {
    socket.destroy()
    throw error
  }
  const pending = new Map<number, PromiseWithResolvers<void>>()
  let nextId = 0
  readFrames(socket, (id) => {
    pending.get(id)?.resolve()
    pending.delete(id)
  })
  socket.on('close', () => {
    for (const { reject } of pending.values()) reject(new Error('Tor closed the stream'))
  })
  const request = Buffer.alloc(1024, 1)
  return {
    send: async () => {
      const id = (nextId += 1)
      const answered = Promise.withResolvers<void>()
      pending.set(id, answered)
      writeFrame(socket, id, request)
      await answered.promise
    },
    [Symbol.dispose]() {
      socket.destroy()
    },
  }
}
