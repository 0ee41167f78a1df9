/**
 * Bootstrapping and direct storage requests as a client of another make would do them: HTTPS without looking at the
 * certificate, a seed URL and nothing else.
 *
 * @module
 */

import { request } from 'node:https'

/** What such a client keeps of a node. */
export interface ForeignNode {
  readonly public_ip: string
  readonly storage_port: number
  readonly pubkey_x25519: string
  readonly pubkey_ed25519: string
}

export interface ForeignReply {
  readonly status: number
  readonly contentType: string | undefined
  readonly text: string
  /** The same, for what is no text. */
  readonly bytes: Buffer
}

/** A JSON object of unknown shape; these tests look at single fields. */
export type Json = Record<string, unknown>

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The field as an object, or a failed test. */
export function readObject(value: unknown, field: string): Json {
  const found = isJson(value) ? value[field] : undefined
  if (!isJson(found)) throw new Error(`no object "${field}" in ${JSON.stringify(value)}`)
  return found
}

/** The field as a list of objects, or a failed test. */
export function readList(value: unknown, field: string): readonly Json[] {
  const found = isJson(value) ? value[field] : undefined
  if (!Array.isArray(found)) throw new Error(`no list "${field}" in ${JSON.stringify(value)}`)
  return found.filter(isJson)
}

/** Where a request goes, and from which address of this machine it comes if that matters. */
interface Target {
  readonly ip: string
  readonly port: number
  readonly from?: string | undefined
}

/** POSTs a body to `https://ip:port/path` and ignores whose certificate it meets. */
export function postHttps(
  target: Target,
  path: string,
  body: string | Uint8Array,
): Promise<ForeignReply> {
  const { promise, resolve, reject } = Promise.withResolvers<ForeignReply>()
  const headers = { 'user-agent': 'WhatsApp', 'accept-language': 'en-us' }
  const options = {
    host: target.ip,
    port: target.port,
    localAddress: target.from,
    path,
    method: 'POST',
    headers,
    rejectUnauthorized: false,
    agent: false,
  }
  const outgoing = request(options, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('error', reject)
    response.on('end', () => {
      const contentType = response.headers['content-type']
      const bytes = Buffer.concat(chunks)
      resolve({ status: response.statusCode ?? 0, contentType, text: bytes.toString(), bytes })
    })
  })
  outgoing.on('error', reject)
  outgoing.end(body)
  return promise
}

const NODE_FIELDS = {
  public_ip: true,
  storage_port: true,
  pubkey_x25519: true,
  pubkey_ed25519: true,
  requested_unlock_height: true,
  height: true,
}

/** Learns the nodes from a seed URL. The URL and the path are joined with two slashes, as clients do. */
export async function bootstrap(
  seedUrl: string,
): Promise<{ reply: Json; nodes: readonly ForeignNode[]; contentType: string | null }> {
  const response = await fetch(`${seedUrl}//json_rpc`, {
    method: 'POST',
    headers: { 'user-agent': 'WhatsApp', 'accept-language': 'en-us' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: '0',
      method: 'get_n_service_nodes',
      params: { active_only: true, fields: NODE_FIELDS },
    }),
  })
  const reply: unknown = await response.json()
  const nodes = readList(readObject(reply, 'result'), 'service_node_states').map((entry) => ({
    public_ip: String(entry['public_ip']),
    storage_port: Number(entry['storage_port']),
    pubkey_x25519: String(entry['pubkey_x25519']),
    pubkey_ed25519: String(entry['pubkey_ed25519']),
  }))
  return {
    reply: readObject(reply, 'result'),
    nodes,
    contentType: response.headers.get('content-type'),
  }
}

/** One storage request straight to a node, from this address of the machine or any. */
export async function callStorage(
  node: ForeignNode,
  method: string,
  params: Json,
  from?: string,
): Promise<ForeignReply & { json: Json }> {
  const reply = await postHttps(
    { ip: node.public_ip, port: node.storage_port, from },
    '/storage_rpc/v1',
    JSON.stringify({ jsonrpc: '2.0', id: '0', method, params }),
  )
  const parsed: unknown = reply.text.startsWith('{') ? JSON.parse(reply.text) : {}
  return { ...reply, json: isJson(parsed) ? parsed : {} }
}

/** The nodes that store an account's messages, by asking any node. `port` of the answer is a string. */
export async function findSwarmNodes(
  nodes: readonly ForeignNode[],
  accountId: string,
): Promise<readonly ForeignNode[]> {
  const [any] = nodes
  if (any === undefined) throw new Error('no node to ask')
  const { json } = await callStorage(any, 'get_swarm', { pubkey: accountId })
  return readList(json, 'snodes').map((entry) => ({
    public_ip: String(entry['ip']),
    storage_port: Number(entry['port']),
    pubkey_x25519: String(entry['pubkey_x25519']),
    pubkey_ed25519: String(entry['pubkey_ed25519']),
  }))
}
