/**
 * POST to a node's HTTPS listener. Its certificate is self-signed and not checked (trap 29): what is sent is sealed to
 * the key that the node list names, so that a wrong node learns no more than an observer on the way.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import type { NodeEndpoint, TransportReply } from '@sotto/client/ports'
import { REPLY_BYTES_MAX } from './reply-limit.ts'

export interface HttpsPost {
  readonly host: string
  readonly port: number
  readonly endpoint: NodeEndpoint
  readonly body: Uint8Array
  readonly timeoutMs: number
}

/** Keeps connections open between requests; for nodes only. */
export function createNodeAgent(): Agent {
  return new Agent({ keepAlive: true, rejectUnauthorized: false })
}

/** Rejects if there is no whole answer in time. */
export function postHttps(post: HttpsPost, agent: Agent): Promise<TransportReply> {
  const { host, port, endpoint, body, timeoutMs } = post
  const { promise, resolve, reject } = Promise.withResolvers<TransportReply>()
  const outgoing = request({
    host,
    port,
    path: endpoint,
    method: 'POST',
    agent,
    headers: { 'content-length': body.length, 'user-agent': 'WhatsApp' },
    signal: AbortSignal.timeout(timeoutMs),
  })
  outgoing.on('response', (response) => {
    readReply(response).then(resolve, reject)
  })
  outgoing.on('error', reject)
  outgoing.end(body)
  return promise
}

async function readReply(response: IncomingMessage): Promise<TransportReply> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue
    length += chunk.length
    if (length > REPLY_BYTES_MAX) throw new Error('answer too long')
    chunks.push(chunk)
  }
  const contentType = response.headers['content-type']
  return {
    status: response.statusCode ?? 0,
    body: Buffer.concat(chunks),
    ...(contentType === undefined ? {} : { contentType }),
  }
}
