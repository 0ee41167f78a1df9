/**
 * The paths of a file server: payloads of version 4 that an exit brings, sealed to the role's key, and the same requests in the clear for
 * older clients (spec 15 §1). The two are answered by the same code; the way shows only in the form of ids.
 *
 * @module
 */
import type { AgreementKeyPair } from '@sotto/crypto/agreement'
import type { Randomness } from '@sotto/crypto/randomness'
import { parseFileRequest, TTL_HEADER } from '@sotto/protocol/files'
import { openHostRequest } from '@sotto/protocol/onion'
import { createBytesAnswer, type HttpAnswer } from '../listener/http-answer.ts'
import type { Route, Routes } from '../listener/routes.ts'
import { answerFileRequest, refuse } from './answer-file-request.ts'
import type { FileService } from './file-service.ts'

export interface FileRouteParts {
  readonly service: FileService
  /** What payloads are sealed to. */
  readonly agreement: AgreementKeyPair
  readonly randomness: Randomness
}

/** Spec 04 §7. */
const ONION_PATH = '/oxen/v4/lsrpc'
/** The JSON around a sealed file: routing, headers, lengths. */
const FRAME_BYTES_MAX = 64 * 1024
const BAD_REQUEST = refuse(400)

export function createFileRoutes(parts: FileRouteParts): Routes {
  const { bytesMax } = parts.service
  const onion: Route = {
    method: 'POST',
    bodyBytesMax: bytesMax + FRAME_BYTES_MAX,
    answer: (body) => answerOnion(body, parts),
  }
  return (method, path, query) => {
    if (path === ONION_PATH) return method === 'POST' ? onion : undefined
    return {
      method: method === 'POST' ? 'POST' : 'GET',
      // Base64 takes a third more.
      bodyBytesMax: path === '/files' ? Math.ceil((bytesMax * 4) / 3) + FRAME_BYTES_MAX : bytesMax,
      answer: (body, headers) => {
        const ttl = headers[TTL_HEADER]
        const request = parseFileRequest({
          method,
          endpoint: `${path}${query}`,
          ttl: Array.isArray(ttl) ? ttl.join() : ttl,
        })
        return answerFileRequest({ request, body, isNumbered: true }, parts.service)
      },
    }
  }
}

/** What does not open is refused in the clear: there is no key to seal it with. */
async function answerOnion(
  body: Uint8Array,
  { service, agreement, randomness }: FileRouteParts,
): Promise<HttpAnswer> {
  const opened = openHostRequest({ agreement, body }, randomness)
  if (opened === undefined) {
    service.tally.noteRefusal(BAD_REQUEST.status)
    return BAD_REQUEST
  }
  const { method, endpoint, headers, body: content = new Uint8Array() } = opened.request
  const ttl = Object.entries(headers).find(([name]) => name.toLowerCase() === TTL_HEADER)?.[1]
  const request = parseFileRequest({ method, endpoint, ttl })
  const answer = await answerFileRequest({ request, body: content, isNumbered: false }, service)
  const { status: code, contentType, body: bytes } = answer
  return createBytesAnswer(
    opened.sealReply({ code, headers: { 'content-type': contentType }, body: bytes }),
  )
}
