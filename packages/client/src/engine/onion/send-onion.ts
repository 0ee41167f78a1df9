/**
 * One request along one path, once (spec 04 §4.7). Choosing paths and trying again is `node-caller.ts`.
 *
 * @module
 */
import { decodeUtf8 } from '@sotto/crypto/bytes'
import type { Randomness } from '@sotto/crypto/randomness'
import { type Result, err, ok } from '@sotto/crypto/result'
import { type NodeReply, buildOnion, parseNextNodeNotFound } from '@sotto/protocol/onion'
import type { Transport } from '../../ports/index.ts'
import type { NetworkNode } from '../network/network-node.ts'
import { type Path, isOnPath } from '../paths/path.ts'

const HTTP_OK = 200

export interface OnionSending {
  readonly path: Path
  readonly destination: NetworkNode
  readonly payload: string
  readonly timeoutMs: number
}

/**
 * Why no answer of the destination came back. `lost`: some node of the path failed or the answer does not open; nobody
 * can say who. `missing`: a relay says that it does not know the node that comes next.
 */
export type PathFailure =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'lost'; readonly status?: number }
  | { readonly kind: 'missing'; readonly id: string }

/** Wraps, sends, opens. Only an answer that opens with the destination's key counts as one. */
export async function sendOnion(
  { path, destination, payload, timeoutMs }: OnionSending,
  {
    transport,
    randomness,
  }: { readonly transport: Pick<Transport, 'post'>; readonly randomness: Randomness },
): Promise<Result<NodeReply, PathFailure>> {
  const onion = buildOnion(
    {
      hops: path.nodes,
      destination: { kind: 'node', ed25519: destination.ed25519, x25519: destination.x25519 },
      payload,
      cipher: 'xchacha20',
    },
    randomness,
  )
  const reply = await transport.post({
    target: { kind: 'node', node: path.nodes[0], endpoint: '/onion_req/v2' },
    body: onion.guardBody,
    timeoutMs,
  })
  if (!reply.ok) return err({ kind: 'unreachable' })
  const { status, body } = reply.value
  if (status !== HTTP_OK) return err(readFailure(status, body, { path, destination }))
  const opened = onion.openReply(body)
  return opened.ok ? ok(opened.value) : err({ kind: 'lost' })
}

/**
 * The named node may be the destination (trap 8). A guard could name any node to have it thrown out, so only those
 * that really come next to somebody are believed.
 */
function readFailure(
  status: number,
  body: Uint8Array,
  { path, destination }: { readonly path: Path; readonly destination: NetworkNode },
): PathFailure {
  const id = parseNextNodeNotFound(decodeUtf8(body) ?? '')
  const isNext =
    id !== undefined && id !== path.nodes[0].id && (id === destination.id || isOnPath(path, id))
  return isNext ? { kind: 'missing', id } : { kind: 'lost', status }
}
