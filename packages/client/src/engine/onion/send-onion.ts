/**
 * One request along one path, once (spec 04 §4.7). Choosing paths and trying again is `node-caller.ts`.
 *
 * @module
 */
import { decodeUtf8 } from '@sotto/crypto/bytes'
import type { Randomness } from '@sotto/crypto/randomness'
import { type Result, err, ok } from '@sotto/crypto/result'
import {
  type BuiltOnion,
  buildOnion,
  type HostDestination,
  type NodeReply,
  parseNextNodeNotFound,
} from '@sotto/protocol/onion'
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

export interface HostSending {
  readonly path: Path
  readonly destination: Omit<HostDestination, 'kind'>
  readonly payload: Uint8Array
  readonly timeoutMs: number
}

export interface OnionParts {
  readonly transport: Pick<Transport, 'post'>
  readonly randomness: Randomness
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
  { transport, randomness }: OnionParts,
): Promise<Result<NodeReply, PathFailure>> {
  const { ed25519, x25519, id } = destination
  const onion = buildOnion(
    {
      hops: path.nodes,
      destination: { kind: 'node', ed25519, x25519 },
      payload,
      cipher: 'xchacha20',
    },
    randomness,
  )
  const reply = await post({ onion, path, last: id, timeoutMs }, transport)
  if (!reply.ok) return reply
  const opened = onion.openReply(reply.value)
  return opened.ok ? ok(opened.value) : err({ kind: 'lost' })
}

/** The same to a host outside the network, which the last node of the path asks. */
export async function sendOnionToHost(
  { path, destination, payload, timeoutMs }: HostSending,
  { transport, randomness }: OnionParts,
): Promise<Result<Uint8Array, PathFailure>> {
  const onion = buildOnion(
    {
      hops: path.nodes,
      destination: { kind: 'host', ...destination },
      payload,
      cipher: 'xchacha20',
    },
    randomness,
  )
  const reply = await post({ onion, path, timeoutMs }, transport)
  if (!reply.ok) return reply
  const opened = onion.openHostReply(reply.value)
  return opened.ok ? ok(opened.value) : err({ kind: 'lost' })
}

interface Posting {
  readonly onion: BuiltOnion
  readonly path: Path
  /** The node behind the path, if it is one. */
  readonly last?: string
  readonly timeoutMs: number
}

async function post(
  { onion, path, last, timeoutMs }: Posting,
  transport: Pick<Transport, 'post'>,
): Promise<Result<Uint8Array, PathFailure>> {
  const reply = await transport.post({
    target: { kind: 'node', node: path.nodes[0], endpoint: '/onion_req/v2' },
    body: onion.guardBody,
    timeoutMs,
  })
  if (!reply.ok) return err({ kind: 'unreachable' })
  const { status, body } = reply.value
  return status === HTTP_OK ? ok(body) : err(readFailure(status, body, { path, last }))
}

/**
 * The named node may be the destination (trap 8). A guard could name any node to have it thrown out, so only those
 * that really come next to somebody are believed.
 */
function readFailure(
  status: number,
  body: Uint8Array,
  { path, last }: { readonly path: Path; readonly last: string | undefined },
): PathFailure {
  const id = parseNextNodeNotFound(decodeUtf8(body) ?? '')
  const isNext = id !== undefined && id !== path.nodes[0].id && (id === last || isOnPath(path, id))
  return isNext ? { kind: 'missing', id } : { kind: 'lost', status }
}
