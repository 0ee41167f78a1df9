/**
 * The storage RPC of a node: bytes of a request in, status and body out (spec 03). Where requests come
 * from (HTTPS, WebSocket, onion, peer link) and how replies travel is not known here.
 *
 * @module
 */
import { decodeUtf8 } from '@sotto/crypto/bytes'
import { ok, type Result } from '@sotto/crypto/result'
import type { NodeRecord } from '@sotto/protocol/directory'
import {
  decodeForward,
  decodeStampedForward,
  encodeMemberEntry,
  encodeMemberFailure,
  INVALID_JSON,
  parseRequest,
  REQUEST_FAILED,
  STATUS,
  type RpcFailure,
} from '@sotto/protocol/rpc'
import { applyRequest } from './apply-request.ts'
import { executeAny } from './execute-meta.ts'
import { findRefusal, isOwnAccount } from './execute-request.ts'
import type { RpcContext, RpcParts } from './rpc-context.ts'
import { refuse, type RpcReply } from './rpc-reply.ts'

const SERVICE_UNAVAILABLE = 503
const NOT_READY: RpcFailure = {
  status: SERVICE_UNAVAILABLE,
  text: 'Service node is not ready: no directory that lists this node',
}
const NOT_A_MEMBER: RpcFailure = { status: STATUS.forbidden, text: 'not a member of this swarm' }
const NOT_A_FORWARD: RpcFailure = { status: STATUS.badRequest, text: 'not a forwarded request' }
const WRONG_SWARM: RpcFailure = { status: STATUS.misdirected, text: 'account of another swarm' }

export interface RpcServiceParts extends RpcParts {
  /** Told about our own mistakes, which the sender sees as `request failed`. */
  readonly onMistake: (error: unknown) => void
}

export interface RpcService {
  /** Executes the body of `/storage_rpc/v1` or the payload of an onion request. Never rejects. */
  answer(body: Uint8Array): Promise<RpcReply>
  /** Executes what another member of the swarm forwarded (link command 1). Never rejects. */
  answerForward(body: Uint8Array, sender: NodeRecord): Promise<Uint8Array>
}

/** The context of the directory in use, made once for all requests under it; undefined until the node is in one. */
function createContextSource(parts: RpcParts): () => RpcContext | undefined {
  let current: RpcContext | undefined
  return () => {
    const network = parts.directory()
    if (network === current?.network) return current
    const self = network?.findByEd25519(parts.signing.publicKey)
    const isListed = network !== undefined && self !== undefined
    current = isListed ? { ...parts, network, self } : undefined
    return current
  }
}

async function answer(body: Uint8Array, context: RpcContext | undefined): Promise<RpcReply> {
  if (context === undefined) return refuse(NOT_READY)
  const text = decodeUtf8(body)
  if (text === undefined) return refuse(INVALID_JSON)
  const request = parseRequest(text)
  return request.ok ? executeAny(request.value, context) : refuse(request.error)
}

async function answerForward(
  body: Uint8Array,
  sender: NodeRecord,
  context: RpcContext | undefined,
): Promise<Result<Uint8Array, RpcFailure>> {
  if (context === undefined) return { ok: false, error: NOT_READY }
  // A node of another swarm could otherwise fill this one without being counted as a client.
  // The link may have been opened under an older directory, so the one in use decides.
  const member = context.network.findByEd25519(sender.ed25519)
  if (member?.swarm !== context.self.swarm) return { ok: false, error: NOT_A_MEMBER }
  const stamped = decodeStampedForward(body, context.clock.now())
  if (stamped === undefined) return { ok: false, error: NOT_A_FORWARD }
  const request = decodeForward(stamped.forward)
  if (!request.ok) return request
  if (!isOwnAccount(request.value.params.account, context)) {
    return { ok: false, error: WRONG_SWARM }
  }
  const { receivedMs } = stamped
  const refusal = findRefusal(request.value, context, { nowMs: receivedMs, isForwarded: true })
  if (refusal !== undefined) return { ok: false, error: refusal }
  return ok(encodeMemberEntry(await applyRequest(request.value, context, receivedMs)))
}

export function createRpcService({ onMistake, ...parts }: RpcServiceParts): RpcService {
  const context = createContextSource(parts)
  return {
    async answer(body) {
      try {
        return await answer(body, context())
      } catch (error) {
        onMistake(error)
        return refuse(REQUEST_FAILED)
      }
    },
    async answerForward(body, sender) {
      try {
        const entry = await answerForward(body, sender, context())
        return entry.ok ? entry.value : encodeMemberFailure(entry.error)
      } catch (error) {
        onMistake(error)
        return encodeMemberFailure(REQUEST_FAILED)
      }
    },
  }
}
