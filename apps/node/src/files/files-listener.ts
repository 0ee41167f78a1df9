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
import { TransferLimit } from './transfer-limit.ts'

const TRANSFERS_MAX = 16
const BUSY = refuse(503)

export interface FilesListenerParts extends HttpParts {
  /** Counts what is refused before a route is asked. */
  readonly onRefusal: (status: number) => void
}

export function createFilesListener(
  { onRefusal, ...parts }: FilesListenerParts,
  transfersMax: number = TRANSFERS_MAX,
): Server {
  const limit = new TransferLimit(transfersMax)
  const worded = {
    ...parts,
    refuse: (status: number) => {
      onRefusal(status)
      return refuse(status)
    },
  }
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const end = limit.begin(request.socket.remoteAddress ?? '')
    if (end === undefined) {
      onRefusal(BUSY.status)
      writeAnswer(response, BUSY, { headers: CORS_HEADERS, isLast: true })
      return
    }
    response.once('close', end)
    await serveRequest(request, response, { ...worded, isListening: () => server.listening })
  }
  const server = createServer(HTTP_OPTIONS, (request, response) => void serve(request, response))
  limitServer(server, parts.connectionLimit)
  return server
}
