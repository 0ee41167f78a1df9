/**
 * The HTTP endpoint through which tools and tests see and break a local network.
 *
 * `GET /` is the introspection document, `GET /directory` the signed node list, `POST /nodes/NAME/ACTION` (kill,
 * stop, start) breaks and heals, and `POST /json_rpc` asks the first node that answers, so that the seed URL outlives any node. It
 * listens on loopback, and because a web page in the developer's browser can reach loopback too, requests that name
 * another host or come from another origin are refused: such a page could otherwise read the accounts' phrases.
 *
 * @module
 */

import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { DevnetError } from './errors.ts'
import type { Introspection } from './introspection.ts'
import { LOOPBACK_HOST } from './port-plan.ts'
import { askSeed } from './seed-proxy.ts'

const NODE_ACTIONS = ['kill', 'stop', 'start'] as const
export type NodeAction = (typeof NODE_ACTIONS)[number]

/** The part of a network that the endpoint needs. */
export interface IntrospectedNetwork {
  introspect(): Introspection
  /** The signed directory, once it exists. */
  directoryText(): string | undefined
  act(name: string, action: NodeAction): Promise<void>
}

export interface IntrospectionServer extends AsyncDisposable {
  readonly url: string
}

interface Answer {
  readonly status: number
  readonly body: string
}

const LOCAL_HOSTS = new Set(['127.0.0.1', 'localhost'])
const BODY_SIZE_BYTES_MAX = 1_048_576
const JSON_TYPE = 'application/json'

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

async function answerNodeAction(network: IntrospectedNetwork, path: string): Promise<Answer> {
  const [, , name = '', action = ''] = path.split('/')
  if (!isNodeAction(action)) return answerError(404, 'not_found', `No action ${action}.`)
  try {
    await network.act(name, action)
    return answerJson(200, network.introspect())
  } catch (error) {
    if (!(error instanceof DevnetError)) throw error
    return answerError(error.code === 'unknown_node' ? 404 : 500, error.code, error.message)
  }
}

async function answerPost(
  network: IntrospectedNetwork,
  path: string,
  request: IncomingMessage,
): Promise<Answer> {
  const body = await readBody(request)
  if (body === undefined) return answerError(413, 'too_large', 'The body is too large.')
  if (path === '/json_rpc') return askSeed(network.introspect().nodes, body)
  if (path.startsWith('/nodes/')) return answerNodeAction(network, path)
  return answerError(404, 'not_found', `Nothing at ${path}.`)
}

function answerGet(network: IntrospectedNetwork, path: string): Answer {
  if (path === '/') return answerJson(200, network.introspect())
  const directory = path === '/directory' ? network.directoryText() : undefined
  if (directory !== undefined) return { status: 200, body: directory }
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
    'content-type': JSON_TYPE,
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
