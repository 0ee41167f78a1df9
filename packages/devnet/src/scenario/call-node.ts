/**
 * One storage request straight to one node over HTTPS, as its own operator would check it: no path, no guards, no other
 * member of the swarm in between.
 *
 * @module
 */

import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { type RpcRequest, encodeRequest } from '@sotto/protocol/rpc'
import type { IntrospectedNode } from '../introspection.ts'

const TIMEOUT_MS = 10_000

export interface NodeAnswer {
  readonly status: number
  /** Undefined when it is no JSON, as texts of refusals are not. */
  readonly body: unknown
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Undefined when there is no answer. Never rejects. */
export async function callNode(
  { host, ports }: Pick<IntrospectedNode, 'host' | 'ports'>,
  rpc: RpcRequest,
): Promise<NodeAnswer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<NodeAnswer>()
  const outgoing = request({
    host,
    port: ports.https,
    path: '/storage_rpc/v1',
    method: 'POST',
    agent: false,
    // The certificates of nodes prove nothing to anybody.
    rejectUnauthorized: false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  outgoing.on('error', reject)
  outgoing.on('response', (response) => {
    text(response).then(
      (json) => resolve({ status: response.statusCode ?? 0, body: parseJson(json) }),
      reject,
    )
  })
  outgoing.end(JSON.stringify(encodeRequest(rpc)))
  return promise.catch(() => undefined)
}
