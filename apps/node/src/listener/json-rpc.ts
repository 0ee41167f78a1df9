/**
 * The seed endpoint: a client that knows only this URL asks it for the nodes (spec 07 §4), in the JSON-RPC 2.0 of
 * Session's seeds.
 *
 * @module
 */
import { decodeUtf8 } from '@sotto/crypto/bytes'
import {
  encodeServiceNodes,
  parseServiceNodesRequest,
  type Directory,
} from '@sotto/protocol/directory'
import { isJsonObject } from '@sotto/protocol/rpc'
import { createJsonAnswer, type HttpAnswer } from './http-answer.ts'

const METHODS: ReadonlySet<unknown> = new Set([
  'get_n_service_nodes',
  'get_service_nodes',
  'get_all_service_nodes',
])

const PARSE_ERROR = { code: -32_700, message: 'Parse error' }
const INVALID_REQUEST = { code: -32_600, message: 'Invalid request' }
const METHOD_NOT_FOUND = { code: -32_601, message: 'Method not found' }
const NOT_READY = { code: -32_000, message: 'Node is not ready' }

/** So that a client that asks several seeds at once takes the answer of another. */
const SERVICE_UNAVAILABLE = 503

type Id = string | number | null

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(body) ?? '')
  } catch {
    return undefined
  }
}

function readId(request: Readonly<Record<string, unknown>>): Id {
  const id = request['id']
  return typeof id === 'string' || typeof id === 'number' ? id : null
}

function refuse(
  id: Id,
  error: { readonly code: number; readonly message: string },
  status?: number,
): HttpAnswer {
  return createJsonAnswer({ jsonrpc: '2.0', id, error }, status)
}

/** Total: whatever was sent gives a JSON-RPC response. */
export function answerJsonRpc(body: Uint8Array, directory: Directory | undefined): HttpAnswer {
  const request = parseJson(body)
  if (request === undefined) return refuse(null, PARSE_ERROR)
  if (!isJsonObject(request)) return refuse(null, INVALID_REQUEST)
  const id = readId(request)
  if (!METHODS.has(request['method'])) return refuse(id, METHOD_NOT_FOUND)
  if (directory === undefined) return refuse(id, NOT_READY, SERVICE_UNAVAILABLE)
  const result = encodeServiceNodes(directory, parseServiceNodesRequest(request['params']))
  return createJsonAnswer({ jsonrpc: '2.0', id, result })
}
