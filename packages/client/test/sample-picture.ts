/**
 * Pictures that say more of themselves than they show.
 *
 * @module
 */
import { crc32, deflateSync } from 'node:zlib'

export const SECRET = 'taken at 47.11, 8.15'

function writeChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, code] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  code.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, code])
}

/** A picture that says of itself how large it is, and where it was taken. */
export function writePng(width: number, height: number): Uint8Array {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0])
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  return Uint8Array.from(
    Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      writeChunk('IHDR', header),
      writeChunk('tEXt', Buffer.from(`Comment\0${SECRET}`)),
      writeChunk('IDAT', deflateSync(Buffer.alloc(9))),
      writeChunk('IEND', Buffer.alloc(0)),
    ]),
  )
}
