/**
 * The listener of the role `files`: plain HTTP, because what exits bring is sealed to the role's key, and what older clients send in
 * the clear is sealed files (spec 15 §1).
 *
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { writeAnswer } from '../listener/http-answer.ts'
import { HTTP_OPTIONS, limitServer, serveRequest, type HttpParts } from '../listener/http-server.ts'
import { CORS_HEADERS } from '../listener/web-listener.ts'
import { refuse } from './answer-file-request.ts'

/** Each holds a file in memory, some of them twice. */
const TRANSFERS_MAX = 16
const BUSY = refuse(503)

export function createFilesListener(
  parts: HttpParts,
  transfersMax: number = TRANSFERS_MAX,
): Server {
  let transfers = 0
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (transfers >= transfersMax) {
      writeAnswer(response, BUSY, { headers: CORS_HEADERS, isLast: true })
      return
    }
    transfers += 1
    response.once('close', () => {
      transfers -= 1
    })
    await serveRequest(request, response, { ...parts, isListening: () => server.listening })
  }
  const server = createServer(HTTP_OPTIONS, (request, response) => void serve(request, response))
  limitServer(server, parts.connectionLimit)
  return server
}
