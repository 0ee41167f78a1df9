/**
 * Refuses a body that is too large, so that the client gets to read why: a connection that is closed while the client
 * still sends is reset, and the answer is lost with it. What is still sent is thrown away, up to a limit.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '@sotto/protocol/clock'
import type { HttpAnswer } from './http-answer.ts'

const DISCARDED_BYTES_MAX = 16 * 1024 * 1024
const DISCARD_MS = 5000

export function refuseBody(
  request: IncomingMessage,
  response: ServerResponse,
  {
    answer,
    headers,
    clock,
  }: {
    readonly answer: HttpAnswer
    readonly headers: Readonly<Record<string, string>>
    readonly clock: Clock
  },
): void {
  const { status, contentType, body } = answer
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': body.length,
    connection: 'close',
    ...headers,
  })
  response.write(body)
  let left = DISCARDED_BYTES_MAX
  const finish = (): void => {
    cancel()
    response.end(() => request.socket.destroy())
  }
  const cancel = clock.after(DISCARD_MS, finish)
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) finish()
  })
  request.on('end', finish)
  request.on('close', cancel)
  request.resume()
}
