/**
 * Reads the body of an HTTP request up to a limit, and stops reading beyond it.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'

/** Undefined when the body is longer than `bytesMax`; rejects when the client goes away. */
export function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | undefined>()
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return Promise.resolve(undefined)
  const chunks: Buffer[] = []
  let length = 0
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > bytesMax) {
      request.pause()
      request.removeAllListeners('data')
      resolve(undefined)
    } else {
      chunks.push(chunk)
    }
  })
  request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
  request.on('error', reject)
  request.on('close', () => {
    if (!request.complete) reject(new Error('the client went away'))
  })
  return promise
}
