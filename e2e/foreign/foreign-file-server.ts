/**
 * A file server as clients of another make ask it: sealed over a path, which the newer ones do, or in plain HTTP. Both say the
 * same; what they get as an id differs.
 *
 * @module
 */

import { randomInt } from 'node:crypto'
import { findAccountId } from './foreign-account.ts'
import { callHost, type HostReply, type HostRequest } from './foreign-host.ts'
import type { ForeignPath } from './foreign-onion.ts'
import { type ForeignNode, isJson, type Json } from './foreign-rpc.ts'

/** How requests go. */
export type FileWay = 'onion' | 'plain'

export interface ForeignFileServerOptions {
  /** Scheme, host and port. */
  readonly url: string
  /** In hex. */
  readonly ed25519: string
  readonly way: FileWay
  readonly nodes: readonly ForeignNode[]
}

/** Which address of a file leads where. */
export interface FileUrl {
  readonly base: string
  readonly id: string
  readonly serverKey: string | undefined
  readonly isStream: boolean
}

export interface ForeignFileInfo {
  readonly size: number
  /** Seconds. */
  readonly uploaded: number
  readonly expires: number
}

const BYTES = 'application/octet-stream'

export class ForeignFileServer {
  readonly #options: ForeignFileServerOptions
  readonly #path: ForeignPath

  constructor(options: ForeignFileServerOptions) {
    this.#options = options
    this.#path = pickPath(options.nodes)
  }

  /** Gives the address, with the server's key where asking it needs one. */
  async upload(file: Uint8Array, { isStream = false } = {}): Promise<string> {
    const reply = await this.tryUpload(file)
    const { id } = readJson(reply)
    if (typeof id !== 'string') throw new Error('no id')
    const { url, ed25519, way } = this.#options
    const key = way === 'onion' ? [`p=${ed25519}`] : []
    const members = [...key, ...(isStream ? ['d='] : [])].join('&')
    return `${url}/file/${id}${members === '' ? '' : `#${members}`}`
  }

  tryUpload(file: Uint8Array, ttlSeconds?: number): Promise<HostReply> {
    const headers = ttlSeconds === undefined ? {} : { 'X-FS-TTL': String(ttlSeconds) }
    return this.ask({ method: 'POST', endpoint: '/file', headers, body: file })
  }

  async download(address: string): Promise<Buffer> {
    const { status, contentType, body } = await this.tryDownload(address)
    if (status !== 200) throw new Error(`the server answered ${status}`)
    if (contentType !== BYTES) throw new Error('no bytes')
    return body
  }

  tryDownload(address: string): Promise<HostReply> {
    return this.ask({ method: 'GET', endpoint: `/file/${parseFileUrl(address).id}` })
  }

  async describe(address: string): Promise<ForeignFileInfo> {
    const endpoint = `/file/${parseFileUrl(address).id}/info`
    return readInfo(await this.ask({ method: 'GET', endpoint }))
  }

  async extend(address: string, ttlSeconds: number): Promise<ForeignFileInfo> {
    const endpoint = `/file/${parseFileUrl(address).id}/extend`
    const headers = { 'X-FS-TTL': String(ttlSeconds) }
    return readInfo(await this.ask({ method: 'POST', endpoint, headers, body: Buffer.alloc(0) }))
  }

  async ask(request: HostRequest): Promise<HostReply> {
    const { way, url, ed25519 } = this.#options
    const host = { url, x25519: findX25519(ed25519) }
    return way === 'onion' ? callHost(this.#path, host, request) : fetchPlainly(url, request)
  }
}

async function fetchPlainly(
  url: string,
  { method, endpoint, headers = {}, body }: HostRequest,
): Promise<HostReply> {
  const sent = body === undefined ? {} : { body: Uint8Array.from(body) }
  const response = await fetch(`${url}${endpoint}`, { method, headers, ...sent })
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? undefined,
    body: Buffer.from(await response.arrayBuffer()),
  }
}

export function parseFileUrl(address: string): FileUrl {
  const url = new URL(address)
  const [, id = ''] = /^\/file\/([\w-]+)$/.exec(url.pathname) ?? []
  if (id === '') throw new Error('no address of a file')
  const members = new URLSearchParams(url.hash.slice(1))
  const serverKey = members.get('p') ?? undefined
  return { base: url.origin, id, serverKey, isStream: members.has('d') }
}

/** What stands in the required field of a pointer: the id where it is a number. */
export function findNumericId(address: string): number {
  const { id } = parseFileUrl(address)
  return /^\d+$/.test(id) ? Number(id) : 0
}

function findX25519(ed25519: string): string {
  return findAccountId(Buffer.from(ed25519, 'hex')).slice(2)
}

function readInfo(reply: HostReply): ForeignFileInfo {
  const { size, uploaded, expires } = readJson(reply)
  return { size: Number(size), uploaded: Number(uploaded), expires: Number(expires) }
}

function readJson({ status, body }: HostReply): Json {
  if (status !== 200) throw new Error(`the server answered ${status}`)
  const json: unknown = JSON.parse(body.toString())
  if (!isJson(json)) throw new Error('no object')
  return json
}

function pickPath(nodes: readonly ForeignNode[]): ForeignPath {
  const start = randomInt(nodes.length)
  const [guard, middle, exit] = [...nodes.slice(start), ...nodes.slice(0, start)]
  if (guard === undefined || middle === undefined || exit === undefined) {
    throw new Error('too few nodes for a path')
  }
  return [guard, middle, exit]
}
