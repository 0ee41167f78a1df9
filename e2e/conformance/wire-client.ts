/**
 * HTTPS as another client would speak it: any certificate, connections kept, and many source addresses of this machine,
 * so that the limit per address never decides a test that is about something else.
 *
 * @module
 */

import { Agent, type RequestOptions, request } from 'node:https'

/** Loopback addresses that take turns. */
const SOURCES = ['127.0.1.1', '127.0.2.1', '127.0.3.1', '127.0.4.1', '127.0.5.1', '127.0.6.1']
const SOCKETS_PER_SOURCE_AND_NODE = 4

export interface WireReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly bytes: Buffer
  readonly text: string
  /** The body as JSON, `undefined` if it is something else. */
  readonly json: unknown
}

export interface WireRequest {
  readonly port: number
  readonly path: string
  readonly method?: string
  readonly body?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  /** Source address; the next of several when left out. */
  readonly from?: string
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export class WireClient implements Disposable {
  readonly #agents = new Map<string, Agent>()
  #turn = 0

  /** One request; fails only when no HTTP answer came. */
  async send(wire: WireRequest): Promise<WireReply> {
    const from = wire.from ?? SOURCES[this.#turn++ % SOURCES.length] ?? '127.0.0.1'
    const options: RequestOptions = {
      host: '127.0.0.1',
      port: wire.port,
      localAddress: from,
      path: wire.path,
      method: wire.method ?? 'POST',
      headers: wire.headers ?? {},
      agent: this.#agent(from),
    }
    const bytes = await exchange(options, wire.body)
    const text = bytes.body.toString()
    return { ...bytes, bytes: bytes.body, text, json: parseJson(text) }
  }

  #agent(from: string): Agent {
    const known = this.#agents.get(from)
    if (known !== undefined) return known
    const agent = new Agent({
      keepAlive: true,
      maxSockets: SOCKETS_PER_SOURCE_AND_NODE,
      rejectUnauthorized: false,
    })
    this.#agents.set(from, agent)
    return agent
  }

  [Symbol.dispose](): void {
    for (const agent of this.#agents.values()) agent.destroy()
  }
}

interface Exchange {
  readonly status: number
  readonly headers: WireReply['headers']
  readonly body: Buffer
}

function exchange(
  options: RequestOptions,
  body: string | Uint8Array | undefined,
): Promise<Exchange> {
  const { promise, resolve, reject } = Promise.withResolvers<Exchange>()
  const outgoing = request(options, (response) => {
    const chunks: Buffer[] = []
    const finish = () =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(chunks),
      })
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    // A refused upload may be cut off behind its answer; the answer is what counts.
    response.on('error', finish)
    response.on('end', finish)
  })
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    // The other side may close an idle connection in the moment it is used again.
    const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET'
    if (isStale) resolve(exchange({ ...options, agent: false, rejectUnauthorized: false }, body))
    else reject(error)
  })
  outgoing.end(body)
  return promise
}
