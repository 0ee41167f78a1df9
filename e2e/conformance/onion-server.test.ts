/**
 * Onion requests for a server outside the network: what reaches it, and that its answer comes back as it is (traps 6, 32).
 */

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from '../foreign/foreign-rpc.ts'
import { first, useNetwork } from './wire-network.ts'
import {
  CIPHERS,
  type Cipher,
  ONION_PATH,
  encodeGuardBody,
  frame,
  sealLayer,
  wrapPath,
} from './wire-onion.ts'

/** Without this a node reaches no server on its own machine. */
const network = useNetwork({ SOTTO_HOST_RELAY_ALLOW: '127.0.0.1' })
const SERVER_KEY = { ephemeral_key: 'ab'.repeat(32), enc_type: 'xchacha20' }
/** Not text: a v4 reply travels as it is, without base64. */
const REPLY = randomBytes(5000)

interface Seen {
  readonly line: string
  readonly body: Buffer
}

let seen: Seen[] = []
let status = 200
let port = 0
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    seen.push({ line: `${request.method} ${request.url}`, body: Buffer.concat(chunks) })
    response.writeHead(status, { location: 'http://127.0.0.1:1/loki/v3/lsrpc' }).end(REPLY)
  })
})

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
beforeEach(() => {
  seen = []
  status = 200
})
afterAll(async () => {
  server.close()
  await once(server, 'close')
})

async function relay(json: Json, { hops = 1, cipher }: { hops?: number; cipher?: Cipher } = {}) {
  const path = network.nodes.slice(0, hops)
  const exit = path.at(-1) ?? first(network.nodes)
  const routing = { host: '127.0.0.1', protocol: 'http', port, ...SERVER_KEY, ...json }
  const plaintext = frame(randomBytes(300), routing)
  const outer = wrapPath(path.slice(0, -1), exit, sealLayer(exit.x25519, plaintext, cipher), cipher)
  const reply = await network.post(first(path), ONION_PATH, encodeGuardBody(outer))
  return { plaintext, reply }
}

const V4 = { target: '/oxen/v4/lsrpc', method: 'POST' }
const MATRIX = CIPHERS.flatMap((cipher) => [1, 2, 3].map((hops) => ({ cipher, hops })))

describe('a server', () => {
  it.each(MATRIX)('gets the entire frame, over $hops under $cipher', async (way) => {
    const { plaintext, reply } = await relay(V4, way)
    expect(seen).toEqual([{ line: 'POST /oxen/v4/lsrpc', body: plaintext }])
    expect({ status: reply.status, bytes: reply.bytes }).toEqual({ status: 200, bytes: REPLY })
  })

  it.each(['/loki/v3/lsrpc', '/oxen/v3/lsrpc', '/loki/lsrpc'])(
    'has the target %s',
    async (target) => {
      const { reply } = await relay({ ...V4, target })
      expect(reply.status).toBe(200)
      expect(seen).toMatchObject([{ line: `POST ${target}` }])
    },
  )

  it('gets a POST, whatever "method" says and whatever else is named', async () => {
    await relay({ ...V4, method: 'GET', destination: 'cd'.repeat(32), unknown: 1 })
    expect(seen).toMatchObject([{ line: 'POST /oxen/v4/lsrpc' }])
  })

  it.each([201, 302, 404, 406, 425, 500])(
    'has its status %i passed back with its body',
    async (code) => {
      status = code
      const { reply } = await relay(V4, { hops: 3 })
      expect({ status: reply.status, bytes: reply.bytes }).toEqual({ status: code, bytes: REPLY })
      expect(seen).toHaveLength(1)
    },
  )

  it('that cannot be reached, or speaks no TLS where https is the default, gives 502', async () => {
    for (const json of [{ port: 1 }, { protocol: null }]) {
      const { reply } = await relay({ ...V4, ...json }, { hops: 3 })
      expect(reply.status).toBe(502)
    }
    expect(seen).toEqual([])
  })
})
