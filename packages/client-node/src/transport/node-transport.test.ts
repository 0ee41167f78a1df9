/** Which way a request takes, and what becomes of it when the other side misbehaves. */
import { once } from 'node:events'
import { type IncomingMessage, type RequestListener, type Server, createServer } from 'node:http'
import { type Server as TlsServer, createServer as createTlsServer } from 'node:https'
import { buffer } from 'node:stream/consumers'
import type { TransportRequest } from '@sotto/client/ports'
import { err } from '@sotto/crypto/result'
import { describe, expect, it } from 'vitest'
import { TEST_CERTIFICATE, TEST_KEY } from '../../test/test-certificate.ts'
import { NodeTransport } from './node-transport.ts'
import { REPLY_BYTES_MAX } from './reply-limit.ts'

const BODY = Uint8Array.of(1, 2, 3)
const TIMEOUT_MS = 5000

interface HttpServer extends AsyncDisposable {
  readonly port: number
  readonly connections: () => number
}

async function start(server: Server | TlsServer): Promise<HttpServer> {
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const echo: RequestListener = (request, response) => {
  void answer(request).then((text) =>
    response.setHeader('content-type', 'application/json').end(text),
  )
}

async function answer(request: IncomingMessage): Promise<string> {
  const { url, method, headers } = request
  const body = [...(await buffer(request))]
  return JSON.stringify({ url, method, body, type: headers['content-type'] ?? null })
}

function startTls(listener: RequestListener): Promise<HttpServer> {
  return start(createTlsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, listener))
}

function toNode(httpsPort: number, timeoutMs = TIMEOUT_MS): TransportRequest {
  const node = { host: '127.0.0.1', httpsPort }
  return { target: { kind: 'node', node, endpoint: '/onion_req/v2' }, body: BODY, timeoutMs }
}

function toUrl(port: number, timeoutMs = TIMEOUT_MS): TransportRequest {
  const url = `http://127.0.0.1:${port}/json_rpc`
  return { target: { kind: 'url', url }, body: BODY, timeoutMs }
}

async function postForJson(request: TransportRequest): Promise<unknown> {
  using transport = new NodeTransport()
  const reply = await transport.post(request)
  return reply.ok ? JSON.parse(Buffer.from(reply.value.body).toString()) : reply.error
}

describe('a node without a web listener', () => {
  it('trap 29: is reached by HTTPS, whatever certificate it has', async () => {
    await using server = await startTls(echo)
    expect(await postForJson(toNode(server.port))).toEqual({
      url: '/onion_req/v2',
      method: 'POST',
      body: [...BODY],
      type: null,
    })
  })

  it('is reached on one connection for requests one after the other', async () => {
    await using server = await startTls(echo)
    using transport = new NodeTransport()
    for (let request = 0; request < 3; request++) {
      expect((await transport.post(toNode(server.port))).ok).toBe(true)
    }
    expect(server.connections()).toBe(1)
  })

  it('gives statuses that are not 200 as answers', async () => {
    await using server = await startTls((_request, response) => {
      response.writeHead(502).end('Next node not found: x')
    })
    using transport = new NodeTransport()
    expect(await transport.post(toNode(server.port))).toMatchObject({
      ok: true,
      value: { status: 502 },
    })
  })
})

describe('a seed', () => {
  it('is reached by its URL, with the content type that comes back', async () => {
    await using server = await start(createServer(echo))
    using transport = new NodeTransport()
    const reply = await transport.post(toUrl(server.port))
    expect(reply).toMatchObject({
      ok: true,
      value: { status: 200, contentType: 'application/json' },
    })
    expect(await postForJson(toUrl(server.port))).toMatchObject({
      url: '/json_rpc',
      body: [...BODY],
      type: 'application/json',
    })
  })

  it('cannot send us elsewhere', async () => {
    await using elsewhere = await start(createServer(echo))
    await using server = await start(
      createServer((_request, response) => {
        response.writeHead(307, { location: `http://127.0.0.1:${elsewhere.port}/` }).end()
      }),
    )
    expect(await postForJson(toUrl(server.port))).toEqual({ kind: 'unreachable' })
    expect(elsewhere.connections()).toBe(0)
  })

  it('has its certificate checked, unlike a node', async () => {
    await using server = await startTls(echo)
    const url = `https://127.0.0.1:${server.port}/json_rpc`
    const request = { target: { kind: 'url', url }, body: BODY, timeoutMs: TIMEOUT_MS } as const
    expect(await postForJson(request)).toEqual({ kind: 'unreachable' })
  })
})

describe('an answer that does not come', () => {
  const ways = [
    ['a node', startTls, toNode],
    ['a seed', (listener: RequestListener) => start(createServer(listener)), toUrl],
  ] as const

  it.each(ways)('of %s is a timeout after the time', async (_name, startServer, target) => {
    await using server = await startServer(() => undefined)
    using transport = new NodeTransport()
    expect(await transport.post(target(server.port, 80))).toEqual(err({ kind: 'timeout' }))
  })

  it.each(ways)('of %s is unreachable when it is cut off', async (_name, startServer, target) => {
    await using server = await startServer((request, response) => {
      response.write('half')
      setImmediate(() => request.socket.destroy())
    })
    using transport = new NodeTransport()
    expect(await transport.post(target(server.port))).toEqual(err({ kind: 'unreachable' }))
  })

  it.each(ways)('of %s is unreachable when it has no end', async (_name, startServer, target) => {
    const chunk = Buffer.alloc(1024 * 1024)
    await using server = await startServer((_request, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', write)
      }
      write()
    })
    using transport = new NodeTransport()
    expect(chunk.length).toBeLessThan(REPLY_BYTES_MAX)
    expect(await transport.post(target(server.port))).toEqual(err({ kind: 'unreachable' }))
  })

  it.each(ways)('of %s is unreachable where nobody listens', async (_name, startServer, target) => {
    const server = await startServer(echo)
    await server[Symbol.asyncDispose]()
    using transport = new NodeTransport()
    expect(await transport.post(target(server.port))).toEqual(err({ kind: 'unreachable' }))
  })
})

describe('a node with a web listener', () => {
  it('is reached by a link, again after the link broke, and never by HTTPS', async () => {
    await using tls = await startTls(echo)
    await using web = await start(
      createServer((_request, response) => response.writeHead(404).end()),
    )
    using transport = new NodeTransport()
    const node = { host: '127.0.0.1', httpsPort: tls.port, webPort: web.port }
    const target = { kind: 'node', node, endpoint: '/storage_rpc/v1' } as const
    for (let time = 1; time <= 2; time++) {
      const reply = await transport.post({ target, body: BODY, timeoutMs: TIMEOUT_MS })
      expect(reply).toEqual(err({ kind: 'unreachable' }))
      expect(web.connections()).toBe(time)
    }
    expect(tls.connections()).toBe(0)
  })
})
