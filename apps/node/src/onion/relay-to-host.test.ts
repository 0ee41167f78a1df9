/** Posting a frame to a host, over real sockets on loopback. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer as createNetServer, type Server } from 'node:net'
import { systemRandomness } from '@sotto/crypto/randomness'
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import { readPort } from '../../test/network/read-port.ts'
import { createHttpsCredentials } from '../tls/self-signed-certificate.ts'
import { relayToHost } from './relay-to-host.ts'

const FRAME = Buffer.from('the whole frame')
const ADDRESS = { address: '127.0.0.1', family: 4 }

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly host: string | undefined
  readonly body: string
}

async function listen(server: Server): Promise<AsyncDisposable & { readonly port: number }> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: readPort(server),
    async [Symbol.asyncDispose]() {
      server.close()
      if ('closeAllConnections' in server)
        (server as ReturnType<typeof createServer>).closeAllConnections()
      await once(server, 'close')
    },
  }
}

function createHost(answer: (response: ServerResponse) => void, secure = false) {
  const seen: Seen[] = []
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method, url, headers } = request
      seen.push({ method, url, host: headers.host, body: Buffer.concat(chunks).toString() })
      answer(response)
    })
  }
  const server = secure
    ? createHttpsServer(createHttpsCredentials(systemRandomness), serve)
    : createServer(serve)
  return { seen, server }
}

function createTarget(port: number, protocol: 'http' | 'https' = 'http') {
  return { host: 'files.example', port, protocol, target: '/loki/v3/lsrpc', frame: FRAME }
}

describe('relayToHost', () => {
  it.each([
    ['http', false],
    ['https', true],
  ] as const)(
    'posts the entire frame over %s and brings back status and body',
    async (protocol, secure) => {
      const { seen, server } = createHost(
        (response) => response.writeHead(418).end('teapot'),
        secure,
      )
      await using host = await listen(server)
      const clock = createFakeClock()
      const reply = await relayToHost(createTarget(host.port, protocol), {
        address: ADDRESS,
        clock,
      })
      expect(reply).toEqual({ kind: 'answered', status: 418, body: Buffer.from('teapot') })
      expect(seen).toEqual([
        {
          method: 'POST',
          url: '/loki/v3/lsrpc',
          host: `files.example:${host.port}`,
          body: 'the whole frame',
        },
      ])
      expect(clock.pending).toBe(0)
    },
  )

  it('does not follow a redirect: where it leads was not checked', async () => {
    const canary = createHost((response) => response.end('canary'))
    await using canaryHost = await listen(canary.server)
    const location = `http://127.0.0.1:${canaryHost.port}/loki/v3/lsrpc`
    const { server } = createHost((response) => response.writeHead(302, { location }).end('moved'))
    await using host = await listen(server)
    const connection = { address: ADDRESS, clock: createFakeClock() }
    const reply = await relayToHost(createTarget(host.port), connection)
    expect(reply).toMatchObject({ kind: 'answered', status: 302 })
    expect(canary.seen).toEqual([])
  })

  it('gives up after 25 s by the clock', async () => {
    const asked = Promise.withResolvers<void>()
    const { server } = createHost(() => asked.resolve())
    await using host = await listen(server)
    const clock = createFakeClock()
    const reply = relayToHost(createTarget(host.port), { address: ADDRESS, clock })
    await asked.promise
    await clock.advance(24_999)
    expect(clock.pending).toBe(1)
    await clock.advance(1)
    expect(await reply).toEqual({ kind: 'timeout' })
  })

  it('also for a host that answers drop by drop', async () => {
    const begun = Promise.withResolvers<void>()
    const { server } = createHost((response) => {
      response.writeHead(200)
      response.write('a')
      begun.resolve()
    })
    await using host = await listen(server)
    const clock = createFakeClock()
    const reply = relayToHost(createTarget(host.port), { address: ADDRESS, clock })
    await begun.promise
    await clock.advance(25_000)
    expect(await reply).toEqual({ kind: 'timeout' })
  })

  it('takes ten megabytes of answer and not more', async () => {
    const { server } = createHost((response) => response.end(Buffer.alloc(10 * 1024 * 1024 + 1)))
    await using host = await listen(server)
    const connection = { address: ADDRESS, clock: createFakeClock() }
    expect(await relayToHost(createTarget(host.port), connection)).toEqual({ kind: 'unreachable' })
  })

  it('says so when nobody listens', async () => {
    const closed = await listen(createNetServer())
    await closed[Symbol.asyncDispose]()
    const connection = { address: ADDRESS, clock: createFakeClock() }
    expect(await relayToHost(createTarget(closed.port), connection)).toEqual({
      kind: 'unreachable',
    })
  })

  it.each([
    ['garbage', 'not http at all\r\n\r\n'],
    ['a status that no link can carry', 'HTTP/1.1 999 odd\r\ncontent-length: 0\r\n\r\n'],
    ['half an answer', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'],
  ])('survives a host that answers %s', async (_name, text) => {
    const server = createNetServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end(text))
    })
    await using host = await listen(server)
    const connection = { address: ADDRESS, clock: createFakeClock() }
    expect(await relayToHost(createTarget(host.port), connection)).toEqual({ kind: 'unreachable' })
  })
})
