/**
 * What is asked of a preview node (spec 17 §3), over onions.
 *
 * @module
 */
import { err, ok, type Result } from '@sotto/crypto/result'
import {
  decodePreviewReply,
  encodePreviewRequest,
  PREVIEW_ENDPOINT,
  type PreviewFound,
  type PreviewRefusal,
  type PreviewRequest,
} from '@sotto/protocol/preview'
import { ClientError, type ClientErrorCode } from '../../errors.ts'
import { describeHost, type FileServer } from '../files/index.ts'
import type { HostCaller } from '../onion/host-caller.ts'

/** Where it is, and what requests are sealed to. */
export type PreviewNode = FileServer

/** Another path may do where one lost the request; the site is asked again then. */
const TRIES = 2
/** More than a node takes for a site, and than an exit waits for a node. */
const TIMEOUT_MS = 30_000
const STATUS_OK = 200
const TOO_MANY_REQUESTS = 429

const CODES: Readonly<Record<PreviewRefusal, ClientErrorCode>> = {
  unreachable: 'preview_unreachable',
  timed_out: 'preview_unreachable',
  site_refused: 'preview_none',
  other_type: 'preview_none',
  too_large: 'preview_none',
  busy: 'preview_node_busy',
}

export class PreviewRequests {
  readonly #caller: Pick<HostCaller, 'call'>

  constructor(caller: Pick<HostCaller, 'call'>) {
    this.#caller = caller
  }

  async fetch(
    node: PreviewNode,
    request: PreviewRequest,
  ): Promise<Result<PreviewFound, ClientError>> {
    const host = describeHost(node)
    if (host === undefined) return err(new ClientError('preview_node_unknown', 'no such host'))
    const body = encodePreviewRequest(request)
    if (body === undefined) return err(new ClientError('preview_link_refused'))
    const asked = { method: 'POST', endpoint: PREVIEW_ENDPOINT, headers: {}, body }
    const call = { host, request: asked, tries: TRIES, timeoutMs: TIMEOUT_MS }
    const reply = await this.#caller.call(call)
    if (!reply.ok) return reply
    const { code, body: answer } = reply.value
    if (code === TOO_MANY_REQUESTS) return err(new ClientError('preview_node_busy'))
    if (code !== STATUS_OK) return err(new ClientError('reply_malformed', `status ${code}`))
    return readReply(answer, request)
  }
}

function readReply(bytes: Uint8Array, { kind }: PreviewRequest): Result<PreviewFound, ClientError> {
  const reply = decodePreviewReply(bytes)
  if (!reply.ok) return err(new ClientError('reply_malformed', '', { cause: reply.error }))
  const found = reply.value
  if (found.outcome !== 'found') return err(new ClientError(CODES[found.outcome], found.outcome))
  const isPage = found.contentType === 'text/html'
  return isPage === (kind === 'page') ? ok(found) : err(new ClientError('preview_none', 'type'))
}
