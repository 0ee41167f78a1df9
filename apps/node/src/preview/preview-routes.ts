/**
 * The one path of a preview node: payloads of version 4 that an exit brings, sealed to the role's key (spec 17 §1, §3).
 *
 * @module
 */
import type { AgreementKeyPair } from '@sotto/crypto/agreement'
import type { Randomness } from '@sotto/crypto/randomness'
import { openHostRequest, type V4Reply, type V4Request } from '@sotto/protocol/onion'
import {
  decodePreviewRequest,
  encodePreviewReply,
  PREVIEW_ENDPOINT,
  type PreviewReply,
} from '@sotto/protocol/preview'
import { BAD_REQUEST, createBytesAnswer, type HttpAnswer } from '../listener/http-answer.ts'
import type { Route, Routes } from '../listener/routes.ts'
import type { PreviewService } from './preview-service.ts'

export interface PreviewRouteParts {
  readonly service: Pick<PreviewService, 'fetch'>
  /** What payloads are sealed to. */
  readonly agreement: AgreementKeyPair
  readonly randomness: Randomness
}

/** Spec 04 §7. */
const ONION_PATH = '/oxen/v4/lsrpc'
/** A request has 2052 bytes, and JSON around it. */
const BODY_BYTES_MAX = 8192
const HEADERS = { 'content-type': 'application/octet-stream' }
const UNREACHABLE: PreviewReply = { outcome: 'unreachable' }

export function createPreviewRoutes(parts: PreviewRouteParts): Routes {
  const onion: Route = {
    method: 'POST',
    bodyBytesMax: BODY_BYTES_MAX,
    answer: (body) => answerOnion(body, parts),
  }
  return (method, path) => (path === ONION_PATH && method === 'POST' ? onion : undefined)
}

/** What does not open is refused in the clear: there is no key to seal it with. */
async function answerOnion(
  body: Uint8Array,
  { service, agreement, randomness }: PreviewRouteParts,
): Promise<HttpAnswer> {
  const opened = openHostRequest({ agreement, body }, randomness)
  if (opened === undefined) return BAD_REQUEST
  return createBytesAnswer(opened.sealReply(await answerRequest(opened.request, service)))
}

async function answerRequest(
  { method, endpoint, body = new Uint8Array() }: V4Request,
  service: PreviewRouteParts['service'],
): Promise<V4Reply> {
  if (endpoint !== PREVIEW_ENDPOINT) return refuse(404)
  if (method !== 'POST') return refuse(405)
  const request = decodePreviewRequest(body)
  if (!request.ok) return refuse(400)
  const reply = await service.fetch(request.value)
  // The address after redirections may be too long.
  const encoded = encodePreviewReply(reply) ?? encodePreviewReply(UNREACHABLE) ?? new Uint8Array()
  return { code: 200, headers: HEADERS, body: encoded }
}

function refuse(code: number): V4Reply {
  return { code, headers: HEADERS, body: new Uint8Array() }
}
