/**
 * Requests to a host outside the network, over three nodes: a list of JSON and body, sealed to the host's key, which the exit
 * posts with its own routing around it. The reply comes back raw.
 *
 * @module
 */

import { decodeBt, encodeBt } from './foreign-bencode.ts'
import { type ForeignPath, openReply, sealLayer, sendAlong } from './foreign-onion.ts'
import { isJson } from './foreign-rpc.ts'

export interface ForeignHost {
  /** Scheme, host and port. */
  readonly url: string
  /** In hex. */
  readonly x25519: string
}

export interface HostRequest {
  readonly method: 'GET' | 'POST'
  /** Path and query. */
  readonly endpoint: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

export interface HostReply {
  readonly status: number
  readonly contentType: string | undefined
  readonly body: Buffer
}

const TARGET = '/oxen/v4/lsrpc'
const HTTP_PORT = 80

export async function callHost(
  path: ForeignPath,
  host: ForeignHost,
  { method, endpoint, headers = {}, body }: HostRequest,
): Promise<HostReply> {
  const meta = Buffer.from(JSON.stringify({ method, endpoint, headers }))
  const parts = body === undefined ? [meta] : [meta, Buffer.from(body)]
  const final = sealLayer(host.x25519, encodeBt(parts))
  const reply = await sendAlong(path, final, describeRouting(host))
  if (reply.status !== 200) throw new Error(`the path answered ${reply.status}: ${reply.text}`)
  return readReply(openReply(final.key, reply.bytes))
}

/** As clients do: what goes without encryption has its port, what goes with it has neither. */
function describeRouting({ url }: ForeignHost): Readonly<Record<string, string | number>> {
  const { protocol, hostname: host, port } = new URL(url)
  const routing = { host, target: TARGET, method: 'POST' }
  if (protocol !== 'http:') return routing
  return { ...routing, protocol: 'http', port: port === '' ? HTTP_PORT : Number(port) }
}

function readReply(plaintext: Buffer): HostReply {
  const list = decodeBt(plaintext)
  const items: readonly unknown[] = Array.isArray(list) ? list : []
  const [meta, body] = items
  if (!Buffer.isBuffer(meta) || !Buffer.isBuffer(body)) throw new Error('no list of two')
  const json: unknown = JSON.parse(meta.toString())
  if (!isJson(json) || !isJson(json['headers'])) throw new Error('no description of the reply')
  const type = json['headers']['content-type']
  const contentType = typeof type === 'string' ? type : undefined
  return { status: Number(json['code']), contentType, body }
}
