/**
 * HTTP requests as no well-behaved client sends them: from any loopback address, with any body, over HTTPS without a
 * look at the certificate, one connection each unless the test brings an agent.
 *
 * @module
 */
import { type Agent, type IncomingHttpHeaders, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

export interface RawRequest {
  readonly port: number
  readonly path: string
  readonly method?: string
  readonly body?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  readonly secure?: boolean
  readonly localAddress?: string
  readonly agent?: Agent
}

export interface RawReply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly bytes: Buffer
}

export function sendRaw(options: RawRequest): Promise<RawReply> {
  const { promise, resolve, reject } = Promise.withResolvers<RawReply>()
  const { port, path, method = 'POST', body = '', headers = {}, localAddress, agent } = options
  const request = options.secure === true ? requestHttps : requestHttp
  const outgoing = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    rejectUnauthorized: false,
    headers: {
      ...('transfer-encoding' in headers ? {} : { 'content-length': Buffer.byteLength(body) }),
      ...headers,
    },
    agent: agent ?? false,
    ...(localAddress === undefined ? {} : { localAddress }),
  })
  outgoing.on('response', (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () => {
      const bytes = Buffer.concat(chunks)
      const status = response.statusCode ?? 0
      resolve({ status, headers: response.headers, bytes, text: bytes.toString() })
    })
    response.on('error', reject)
  })
  outgoing.on('error', reject)
  outgoing.end(body)
  return promise
}
