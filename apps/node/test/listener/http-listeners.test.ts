/** The two client listeners of a whole node, over real sockets (spec 03 §3.6). */
import { Agent } from 'node:http'
import { connect as connectTls } from 'node:tls'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendRaw, type RawReply } from '../network/raw-http.ts'
import { startTestNodes, type TestNodes } from '../network/test-nodes.ts'

const INFO = JSON.stringify({ method: 'info', params: {} })
const RPC_PATH = '/storage_rpc/v1'

let nodes: TestNodes

beforeAll(async () => {
  nodes = await startTestNodes()
})
afterAll(() => nodes[Symbol.asyncDispose]())

const listeners = [
  ['https', true],
  ['web', false],
] as const

function send(
  secure: boolean,
  path: string,
  more: Omit<Parameters<typeof sendRaw>[0], 'port' | 'path' | 'secure'> = {},
): Promise<RawReply> {
  const { https, web } = nodes.at(0).node.ports
  return sendRaw({ port: secure ? https : web, path, secure, ...more })
}

describe.each(listeners)('the %s listener', (_name, secure) => {
  it('answers RPC with the bare object of the method, as exactly application/json', async () => {
    const reply = await send(secure, RPC_PATH, { body: INFO })
    expect(reply.status).toBe(200)
    expect(reply.headers['content-type']).toBe('application/json')
    expect(JSON.parse(reply.text)).toMatchObject({ version: [2, 8, 0], hf: [19, 4] })
    expect(JSON.parse(reply.text)).toHaveProperty('t')
  })

  it('answers RPC refusals with their text', async () => {
    const reply = await send(secure, RPC_PATH, { body: 'nonsense' })
    expect([reply.status, reply.text]).toEqual([400, 'invalid json'])
  })

  it('does not mind content types, users agents and unknown headers', async () => {
    const headers = { 'content-type': 'x/y', 'user-agent': 'WhatsApp', 'accept-language': 'en-us' }
    expect((await send(secure, RPC_PATH, { body: INFO, headers })).status).toBe(200)
  })

  it.each(['/json_rpc', '//json_rpc', '///json_rpc', '/json_rpc?x=1'])(
    'serves seeds at %s',
    async (path) => {
      const body = JSON.stringify({
        jsonrpc: '2.0',
        id: '0',
        method: 'get_n_service_nodes',
        params: {},
      })
      const reply = await send(secure, path, { body })
      expect(reply.status).toBe(200)
      expect(reply.headers['content-type']).toBe('application/json')
      const { result } = JSON.parse(reply.text) as { result: { service_node_states: unknown[] } }
      expect(result.service_node_states).toHaveLength(1)
    },
  )

  it('tells its version and nothing else', async () => {
    const reply = await send(secure, '/get_stats/v1', { method: 'GET' })
    expect([reply.status, JSON.parse(reply.text)]).toEqual([200, { version: '2.8.0' }])
  })

  it('answers pings, with a well-formed name or none', async () => {
    const named = { 'x-oxen-snode-pubkey': Buffer.alloc(32, 7).toString('base64') }
    const pong = await send(secure, '/ping_test/v1')
    expect(pong.status).toBe(200)
    expect(pong.headers['x-oxen-snode-pubkey']).toMatch(/^[A-Za-z0-9+/]{43}=$/)
    expect((await send(secure, '/ping_test/v1', { headers: named })).status).toBe(200)
    const bad = { 'x-oxen-snode-pubkey': 'nobody' }
    expect((await send(secure, '/ping_test/v1', { headers: bad })).status).toBe(400)
  })

  it.each([
    ['POST', '/', 404],
    ['GET', '/swarms', 404],
    ['POST', '/storage_rpc/v2', 404],
    ['POST', '/storage_rpc/v1/', 404],
    ['GET', '/link/v1', 404],
    ['GET', RPC_PATH, 404],
    ['PUT', RPC_PATH, 404],
    ['DELETE', '/onion_req/v2', 404],
    ['POST', '/get_stats/v1', 404],
  ])('%s %s is %i', async (method, path, status) => {
    expect((await send(secure, path, { method })).status).toBe(status)
  })

  it('answers 410 to long polling, on whatever path', async () => {
    const headers = { 'x-loki-long-poll': 'true' }
    expect((await send(secure, RPC_PATH, { body: INFO, headers })).status).toBe(410)
  })

  it('answers 400 to an onion request that is none, in plain text', async () => {
    const reply = await send(secure, '/onion_req/v2', { body: 'garbage' })
    expect(reply.status).toBe(400)
    expect(reply.text).toMatch(/^Error parsing onion request/u)
  })

  it('refuses 11 MiB with 413 that the client can read', async () => {
    const reply = await send(secure, RPC_PATH, { body: Buffer.alloc(11 * 1024 * 1024, 0x20) })
    expect(reply.status).toBe(413)
  })

  it('refuses 11 MiB that come without a length, at the first byte too many', async () => {
    const headers = { 'transfer-encoding': 'chunked' }
    const { https, web } = nodes.at(0).node.ports
    const body = Buffer.alloc(11 * 1024 * 1024, 0x20)
    const reply = await sendRaw({
      port: secure ? https : web,
      path: RPC_PATH,
      secure,
      body,
      headers,
    })
    expect(reply.status).toBe(413)
  })

  it('takes a body of exactly 10 MiB', async () => {
    const padding = ' '.repeat(10 * 1024 * 1024 - INFO.length)
    expect((await send(secure, RPC_PATH, { body: `${INFO}${padding}` })).status).toBe(200)
  })

  it('lives on after a client that sends garbage instead of HTTP', async () => {
    const headers = { 'content-length': '-5' }
    await send(secure, RPC_PATH, { body: INFO, headers }).catch(() => undefined)
    expect((await send(secure, RPC_PATH, { body: INFO })).status).toBe(200)
  })

  it('refuses headers beyond 16 KiB', async () => {
    const headers = { 'x-long': 'x'.repeat(20_000) }
    expect((await send(secure, RPC_PATH, { body: INFO, headers })).status).toBe(431)
  })

  it('says nothing in headers that tells nodes apart', async () => {
    const { headers } = await send(secure, RPC_PATH, { body: INFO })
    expect(
      Object.keys(headers).filter((name) => ['date', 'server', 'x-powered-by'].includes(name)),
    ).toEqual([])
  })
})

describe('the https listener', () => {
  it('shows a certificate of its own, which clients do not verify (trap 29)', async () => {
    const socket = connectTls({
      host: '127.0.0.1',
      port: nodes.at(0).node.ports.https,
      rejectUnauthorized: false,
    })
    await once(socket, 'secureConnect')
    const certificate = socket.getPeerX509Certificate()
    expect(certificate).toBeInstanceOf(X509Certificate)
    expect(certificate?.subject).toBe('CN=localhost')
    expect(socket.authorized).toBe(false)
    socket.destroy()
  })

  it('sends no CORS header', async () => {
    const { headers } = await send(true, RPC_PATH, { body: INFO })
    expect(headers).not.toHaveProperty('access-control-allow-origin')
  })
})

describe('the web listener', () => {
  it.each([
    [RPC_PATH, 'POST', 200],
    ['/nowhere', 'POST', 404],
    [RPC_PATH, 'GET', 404],
    ['/onion_req/v2', 'POST', 400],
  ])('lets every page read its answers (trap 36): %s %s %i', async (path, method, status) => {
    const headers = { origin: 'https://page.example' }
    const reply = await send(false, path, { method, headers, body: method === 'POST' ? INFO : '' })
    expect(reply.status).toBe(status)
    expect(reply.headers['access-control-allow-origin']).toBe('*')
  })

  it('also those of a body that is too large', async () => {
    const reply = await send(false, RPC_PATH, { body: Buffer.alloc(11 * 1024 * 1024) })
    expect(reply.headers['access-control-allow-origin']).toBe('*')
  })

  it('answers a preflight, for pages that set a content type', async () => {
    const headers = {
      origin: 'https://page.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
      'access-control-request-private-network': 'true',
    }
    const reply = await send(false, RPC_PATH, { method: 'OPTIONS', headers })
    expect(reply.status).toBe(204)
    expect(reply.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': '*',
      'access-control-max-age': '7200',
    })
  })

  it('keeps a connection open for the next request', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => send(false, RPC_PATH, { body: INFO, agent })),
    )
    expect(replies.every(({ status }) => status === 200)).toBe(true)
    expect(replies[0]?.headers.connection).toBe('keep-alive')
    agent.destroy()
  })
})
