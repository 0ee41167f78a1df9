/**
 * What each path of the two client listeners does (spec 03 §3.6). Limits, headers and sockets are
 * `http-server.ts`.
 *
 * @module
 */
import type { IncomingHttpHeaders } from 'node:http'
import { decodeBase64, encodeBase64 } from '@sotto/crypto/bytes'
import { ED25519_KEY_BYTES, type Ed25519PublicKey } from '@sotto/crypto/signing'
import type { Directory } from '@sotto/protocol/directory'
import { STORAGE_VERSION } from '@sotto/protocol/rpc'
import {
  answerDirectoryGet,
  answerDirectoryPost,
  DIRECTORY_PATH,
  type DirectoryRouteParts,
} from '../directory/directory-routes.ts'
import type { OnionService } from '../onion/onion-service.ts'
import type { RpcService } from '../rpc/rpc-service.ts'
import {
  BAD_REQUEST,
  createJsonAnswer,
  createOnionAnswer,
  createRpcAnswer,
  createTextAnswer,
  NOT_FOUND,
  type HttpAnswer,
} from './http-answer.ts'
import { answerJsonRpc } from './json-rpc.ts'

export interface RouteParts {
  readonly rpc: RpcService
  readonly onion: OnionService
  readonly directory: () => Directory | undefined
  /** The second name of this node, which the ones that test it know it by. */
  readonly legacyKey: Ed25519PublicKey
  readonly directoryRoutes: DirectoryRouteParts
}

export interface Route {
  readonly method: 'POST' | 'GET'
  /** If it takes more or less than others. */
  readonly bodyBytesMax?: number
  readonly answer: (
    body: Uint8Array,
    headers: IncomingHttpHeaders,
  ) => Promise<HttpAnswer> | HttpAnswer
}

/** The route of an HTTP method and path; undefined where there is none. What follows the path is not read by most. */
export type Routes = (method: string, path: string, query: string) => Route | undefined

export function createRoutes(parts: RouteParts): Routes {
  const fixed = createFixedRoutes(parts)
  return (method, path) => {
    const route = fixed.get(path) ?? createDirectoryRoute(method, path, parts.directoryRoutes)
    return route?.method === method ? route : undefined
  }
}

function createDirectoryRoute(
  method: string,
  path: string,
  parts: DirectoryRouteParts,
): Route | undefined {
  if (!path.startsWith(DIRECTORY_PATH)) return undefined
  const rest = path.slice(DIRECTORY_PATH.length)
  return method === 'GET'
    ? { method, answer: () => answerDirectoryGet(rest, parts) }
    : { method: 'POST', answer: (body) => answerDirectoryPost(rest, body, parts) }
}

function createFixedRoutes({
  rpc,
  onion,
  directory,
  legacyKey,
}: RouteParts): ReadonlyMap<string, Route> {
  const pong = createPong(legacyKey)
  return new Map<string, Route>([
    [
      '/storage_rpc/v1',
      { method: 'POST', answer: async (body) => createRpcAnswer(await rpc.answer(body)) },
    ],
    [
      '/onion_req/v2',
      { method: 'POST', answer: async (body) => createOnionAnswer(await onion.relay(body)) },
    ],
    ['/json_rpc', { method: 'POST', answer: (body) => answerJsonRpc(body, directory()) }],
    ['/ping_test/v1', { method: 'POST', answer: (_body, headers) => answerPing(headers, pong) }],
    [
      '/get_stats/v1',
      { method: 'GET', answer: () => createJsonAnswer({ version: STORAGE_VERSION.join('.') }) },
    ],
  ])
}

const NODE_NAME_HEADER = 'x-oxen-snode-pubkey'

function createPong(legacyKey: Ed25519PublicKey): HttpAnswer {
  const headers = { [NODE_NAME_HEADER]: encodeBase64(legacyKey) }
  return { ...createTextAnswer(200, ''), headers }
}

/** Both sides of a test of reachability say who they are; the one that asks may leave it out, but not name nobody. */
function answerPing(headers: IncomingHttpHeaders, pong: HttpAnswer): HttpAnswer {
  const name = headers[NODE_NAME_HEADER]
  if (name === undefined) return pong
  const key = typeof name === 'string' ? decodeBase64(name) : undefined
  return key?.length === ED25519_KEY_BYTES ? pong : BAD_REQUEST
}

/** `//json_rpc` is what a client sends that joins a URL which ends in a slash with a path. */
export function findPath(url: string): string {
  const [path = ''] = url.split('?', 1)
  return path.replaceAll(/\/{2,}/g, '/')
}

/** The route, or the answer to a request that has none: 404 also for another HTTP method. */
export function findRoute(routes: Routes, method: string, url: string): Route | HttpAnswer {
  const [path = ''] = url.split('?', 1)
  return routes(method, findPath(url), url.slice(path.length)) ?? NOT_FOUND
}
