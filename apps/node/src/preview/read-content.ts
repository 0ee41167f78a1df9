/**
 * Reads what a site sends, within bounds before and after it is decompressed (spec 17 §5.3): a few bytes can stand for gigabytes, and a
 * body need not end.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { PassThrough, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createBrotliDecompress, createGunzip } from 'node:zlib'

export interface ContentRead {
  readonly bytes: Uint8Array
  /** There is more, or there was before it was decompressed. */
  readonly isCut: boolean
}

/** What is cut off is read as far as it goes. */
const GUNZIP = { finishFlush: constants.Z_SYNC_FLUSH }
const BROTLI = { finishFlush: constants.BROTLI_OPERATION_FLUSH }

/** Never rejects. `undefined` for an unknown encoding, or what does not open with the one that it has. */
export async function readContent(
  message: IncomingMessage,
  { bytesMax, signal }: { readonly bytesMax: number; readonly signal: AbortSignal },
): Promise<ContentRead | undefined> {
  const decoder = createDecoder(message.headers['content-encoding'])
  if (decoder === undefined) return undefined
  const chunks: Buffer[] = []
  let length = 0
  let isCut = false
  async function* limit(source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    let left = bytesMax
    for await (const chunk of source) {
      yield chunk.subarray(0, left)
      left -= chunk.length
      isCut ||= left < 0
      if (isCut) return
    }
  }
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      chunks.push(chunk)
      length += chunk.length
      isCut ||= length > bytesMax
      if (length > bytesMax) return
    }
  }
  const isWhole = await pipeline(limit(message), decoder, collect, { signal }).then(
    () => true,
    () => false,
  )
  if (signal.aborted || (!isWhole && !isCut)) return undefined
  return { bytes: Uint8Array.from(Buffer.concat(chunks).subarray(0, bytesMax)), isCut }
}

function createDecoder(encoding = 'identity'): Transform | undefined {
  switch (encoding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return new PassThrough()
    case 'gzip':
    case 'x-gzip':
      return createGunzip(GUNZIP)
    case 'br':
      return createBrotliDecompress(BROTLI)
    default:
      return undefined
  }
}
