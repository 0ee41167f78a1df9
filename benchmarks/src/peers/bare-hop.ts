/**
 * A process of the bare three-hop forwarder: opens one layer, then forwards it to the next process or,
 * as the last one, answers with a sealed reply of the size asked for. Started by `bare-forwarder.ts`.
 *
 * @module
 */
import { connect, createServer, type Socket } from 'node:net'
import { createBareKeyPair, sealBare, unwrapLayer } from './bare-layer.ts'
import { readFrames, writeFrame } from './framed-socket.ts'

const REPLY_BYTES = 1024
const own = createBareKeyPair()
const reply = Buffer.alloc(REPLY_BYTES, 7)
const nextPort = Number(process.argv[2] ?? 0)

/** Frames of many upstream sockets share one downstream connection, so ids are rewritten. */
function createForwarder(port: number): (upstream: Socket, id: number, inner: Buffer) => void {
  const pending = new Map<number, { upstream: Socket; id: number }>()
  const downstream = connect(port, '127.0.0.1').setNoDelay(true)
  let nextId = 0
  readFrames(downstream, (id, payload) => {
    const origin = pending.get(id)
    pending.delete(id)
    if (origin !== undefined) writeFrame(origin.upstream, origin.id, payload)
  })
  return (upstream, id, inner) => {
    nextId = (nextId + 1) >>> 0
    pending.set(nextId, { upstream, id })
    writeFrame(downstream, nextId, inner)
  }
}

const forward = nextPort === 0 ? undefined : createForwarder(nextPort)
const server = createServer((socket) => {
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  readFrames(socket, (id, packet) => {
    const { inner, key } = unwrapLayer(own, packet)
    if (forward === undefined) writeFrame(socket, id, sealBare(key, reply))
    else forward(socket, id, inner)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  process.send?.({ port, publicKey: own.publicKey.toString('hex') })
})
process.on('disconnect', () => process.exit())
