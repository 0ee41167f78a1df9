/**
 * The HTTP endpoint through which tools and tests see and break a local network.
 *
 * `GET /` is the introspection document, `GET /directory` the signed node list, `POST /chaos` takes orders that break and mend
 * (`chaos/chaos-order.ts`), `POST /nodes/NAME/ACTION` is a short form of some, and `POST /json_rpc` asks the first node that
 * answers, so that the seed URL outlives any node. It listens on loopback, and because a web page in the developer's browser can
 * reach loopback too, requests that name another host or come from another origin are refused: such a page could otherwise read
 * the accounts' phrases. Orders are taken from no page at all.
 *
 * @module
 */

import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import {
  type ChaosOrder,
  NODE_ACTIONS,
  type NodeAction,
  parseChaosOrder,
} from './chaos/chaos-order.ts'
import { DevnetError, type DevnetErrorCode } from './errors.ts'
import type { Introspection } from './introspection.ts'
import { LOOPBACK_HOST } from './port-plan.ts'
import { askSeed } from './seed-proxy.ts'

/** The part of a network that the endpoint needs. */
export interface IntrospectedNetwork {
  introspect(): Introspection
  /** The epoch document in force, once there is one. */
  directoryDocument(): Uint8Array | undefined
  obey(order: ChaosOrder): Promise<void>
}

export interface IntrospectionServer extends AsyncDisposable {
  readonly url: string
}

interface Answer {
  readonly status: number
  /** JSON text, or an epoch document. */
  readonly body: string | Uint8Array
}

const LOCAL_HOSTS = new Set(['127.0.0.1', 'localhost'])
const BODY_SIZE_BYTES_MAX = 1_048_576
const JSON_TYPE = 'application/json'
const BYTES_TYPE = 'application/octet-stream'

function answerJson(status: number, value: unknown): Answer {
  return { status, body: `${JSON.stringify(value)}\n` }
}

function answerError(status: number, code: string, message: string): Answer {
  return answerJson(status, { error: { code, message } })
}

function isLocalUrl(url: string): boolean {
  return URL.canParse(url) && LOCAL_HOSTS.has(new URL(url).hostname)
}

// Host against DNS rebinding, Origin against requests that a page of another site sends.
function isLocalRequest(request: IncomingMessage): boolean {
  const { host, origin } = request.headers
  return isLocalUrl(`http://${host ?? ''}`) && (origin === undefined || isLocalUrl(origin))
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.length
    if (size > BODY_SIZE_BYTES_MAX) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function isNodeAction(text: string): text is NodeAction {
  return NODE_ACTIONS.some((action) => action === text)
}

const ERROR_STATUS: Partial<Record<DevnetErrorCode, number>> = {
  unknown_node: 404,
  invalid_order: 400,
  invalid_options: 400,
}

async function answerOrder(network: IntrospectedNetwork, order: ChaosOrder): Promise<Answer> {
  try {
    await network.obey(order)
    return answerJson(200, network.introspect())
  } catch (error) {
    if (!(error instanceof DevnetError)) throw error
    return answerError(ERROR_STATUS[error.code] ?? 500, error.code, error.message)
  }
}

function answerNodeAction(network: IntrospectedNetwork, path: string): Answer | Promise<Answer> {
  const [, , name = '', action = ''] = path.split('/')
  if (!isNodeAction(action)) return answerError(404, 'not_found', `No action ${action}.`)
  return answerOrder(network, { action, nodes: [name] })
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}

// A page can send a form or plain text to loopback without asking first; this type it cannot. And no page has business here,
// wherever it comes from.
function isFromTool({ headers }: IncomingMessage): boolean {
  const [type = ''] = (headers['content-type'] ?? '').split(';')
  return type.trim().toLowerCase() === JSON_TYPE && headers.origin === undefined
}

async function answerChaos(
  network: IntrospectedNetwork,
  body: Uint8Array,
  request: IncomingMessage,
): Promise<Answer> {
  if (!isFromTool(request)) {
    return answerError(403, 'not_local', `Orders are ${JSON_TYPE} and come from no web page.`)
  }
  const order = parseChaosOrder(parseJson(body))
  if ('problem' in order) return answerError(400, 'invalid_order', order.problem)
  return answerOrder(network, order)
}

async function answerPost(
  network: IntrospectedNetwork,
  path: string,
  request: IncomingMessage,
): Promise<Answer> {
  const body = await readBody(request)
  if (body === undefined) return answerError(413, 'too_large', 'The body is too large.')
  if (path === '/json_rpc') return askSeed(network.introspect().nodes, body)
  if (path === '/chaos') return answerChaos(network, body, request)
  if (path.startsWith('/nodes/')) return answerNodeAction(network, path)
  return answerError(404, 'not_found', `Nothing at ${path}.`)
}

function answerGet(network: IntrospectedNetwork, path: string): Answer {
  if (path === '/') return answerJson(200, network.introspect())
  const document = path === '/directory' ? network.directoryDocument() : undefined
  if (document !== undefined) return { status: 200, body: document }
  return answerError(404, 'not_found', `Nothing at ${path}.`)
}

async function answer(network: IntrospectedNetwork, request: IncomingMessage): Promise<Answer> {
  if (!isLocalRequest(request)) {
    return answerError(403, 'not_local', 'Only local tools may ask here.')
  }
  // Clients join the seed URL and the path with two slashes.
  const path = (request.url ?? '/').replace(/\?.*$/u, '').replaceAll(/\/{2,}/gu, '/')
  if (request.method === 'POST') return answerPost(network, path, request)
  if (request.method === 'GET' || request.method === 'HEAD') return answerGet(network, path)
  return answerError(405, 'bad_method', 'GET or POST.')
}

function writeAnswer(request: IncomingMessage, response: ServerResponse, reply: Answer): void {
  const { origin } = request.headers
  response.writeHead(reply.status, {
    'content-type': typeof reply.body === 'string' ? JSON_TYPE : BYTES_TYPE,
    'cache-control': 'no-store',
    ...(origin === undefined || reply.status === 403
      ? {}
      : { 'access-control-allow-origin': origin }),
  })
  response.end(reply.body)
}

/** Serves a network's introspection on this loopback port, 0 for any free one. */
export async function startIntrospectionServer(
  port: number,
  network: IntrospectedNetwork,
): Promise<IntrospectionServer> {
  const server = createServer((request, response) => {
    answer(network, request).then(
      (reply) => writeAnswer(request, response, reply),
      () => writeAnswer(request, response, answerError(500, 'failed', 'The request failed.')),
    )
  })
  server.listen({ port, host: LOOPBACK_HOST, exclusive: true })
  try {
    await once(server, 'listening')
  } catch (cause) {
    const message = `Port ${port} on ${LOOPBACK_HOST} is in use by another program; choose another range with --base-port.`
    throw new DevnetError('port_taken', message, { cause })
  }
  const address = server.address()
  const boundPort = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${LOOPBACK_HOST}:${boundPort}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
