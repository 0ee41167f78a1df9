/**
 * The least framing that a multiplexed TCP peer needs: u32 length, u32 id, payload. Used by the bare
 * forwarder and by the echo service behind Tor; our own links have their own codec (spec 06).
 *
 * @module
 */
import type { Socket } from 'node:net'

const HEADER_BYTES = 8

export function writeFrame(socket: Socket, id: number, payload: Uint8Array): void {
  const header = Buffer.allocUnsafe(HEADER_BYTES)
  header.writeUInt32BE(payload.length, 0)
  header.writeUInt32BE(id, 4)
  socket.cork()
  socket.write(header)
  socket.write(payload)
  process.nextTick(() => socket.uncork())
}

export function readFrames(socket: Socket, onFrame: (id: number, payload: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let offset = 0
    while (rest.length - offset >= HEADER_BYTES) {
      const length = rest.readUInt32BE(offset)
      if (rest.length - offset - HEADER_BYTES < length) break
      const start = offset + HEADER_BYTES
      onFrame(rest.readUInt32BE(offset + 4), rest.subarray(start, start + length))
      offset = start + length
    }
    rest = rest.subarray(offset)
  })
}
