/** Server relay: which hosts an onion request may reach, and what never gets a connection (spec 04 §4.6, TM-E2). */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { encodeUint32LittleEndian, encodeUtf8 } from '@sotto/crypto/bytes'
import { decodeNodeReply } from '@sotto/protocol/onion'
import { describe, expect, it } from 'vitest'
import { readPort } from '../network/read-port.ts'
import { craftRequest } from './craft-onion.ts'
import { createOnionFixture, type OnionFixture } from './onion-fixture.ts'

const BLOB = encodeUtf8('sealed for the host')

/** A host on loopback that notes every connection, not only every request. */
async function startCanary(status = 200) {
  const bodies: Buffer[] = []
  let connections = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks))
      response
        .writeHead(status, { location: 'http://127.0.0.1:1/loki/v3/lsrpc' })
        .end('sealed reply')
    })
  })
  server.on('connection', () => (connections += 1))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: readPort(server),
    bodies,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function createJson(host: string, port: number, more: object = {}) {
  const ephemeral_key = 'ab'.repeat(32)
  return {
    host,
    port,
    protocol: 'http',
    target: '/loki/v3/lsrpc',
    method: 'POST',
    ephemeral_key,
    ...more,
  }
}

async function relay({ own, service }: OnionFixture, json: object) {
  const layer = craftRequest(own.agreement.publicKey, { blob: BLOB, json })
  const reply = await service.relay(layer.body)
  const opened = decodeNodeReply(reply.body, layer.hopKey)
  return { reply, sealed: opened.ok ? opened.value : undefined }
}

describe('a host on the allow-list', () => {
  it('gets the entire frame, with the routing that it decrypts by (trap 6)', async () => {
    await using canary = await startCanary()
    const hosts = { 'host.example': [{ address: '127.0.0.1', family: 4 }] }
    const fixture = createOnionFixture({ hosts, allowList: [`host.example:${canary.port}`] })
    const json = createJson('host.example', canary.port)
    const { reply } = await relay(fixture, json)
    expect(reply).toMatchObject({ status: 200, body: Buffer.from('sealed reply') })
    const frame = Buffer.concat([
      encodeUint32LittleEndian(BLOB.length),
      BLOB,
      Buffer.from(JSON.stringify(json)),
    ])
    expect(canary.bodies).toEqual([frame])
  })

  it('has its own status passed back, a redirect too', async () => {
    await using canary = await startCanary(302)
    const hosts = { 'host.example': [{ address: '127.0.0.1', family: 4 }] }
    const fixture = createOnionFixture({ hosts, allowList: ['host.example'] })
    const { reply } = await relay(fixture, createJson('host.example', canary.port))
    expect(reply.status).toBe(302)
    expect(canary.connections()).toBe(1)
  })

  it('that is down gives 502, plain', async () => {
    const canary = await startCanary()
    await canary[Symbol.asyncDispose]()
    const hosts = { 'host.example': [{ address: '127.0.0.1', family: 4 }] }
    const fixture = createOnionFixture({ hosts, allowList: ['host.example'] })
    const { reply } = await relay(fixture, createJson('host.example', canary.port))
    expect(reply.status).toBe(502)
    expect(Buffer.from(reply.body).toString()).toBe('The host cannot be reached')
  })
})

describe('a host that must not be reached', () => {
  it.each([
    ['127.0.0.1'],
    ['localhost'],
    ['10.0.0.1'],
    ['[::1]'],
    ['[::ffff:127.0.0.1]'],
    ['[::ffff:10.0.0.1]'],
    ['169.254.169.254'],
    ['2130706433'],
    ['0x7f.1'],
    ['127.1'],
    ['0'],
    ['rebinding.example'],
  ])('%s: refused, and no connection is opened', async (host) => {
    await using canary = await startCanary()
    const loopback = { address: '127.0.0.1', family: 4 }
    const metadata = { address: '169.254.169.254', family: 4 }
    const fixture = createOnionFixture({
      hosts: {
        '127.0.0.1': [loopback],
        localhost: [loopback],
        '10.0.0.1': [{ address: '10.0.0.1', family: 4 }],
        '::1': [{ address: '::1', family: 6 }],
        '::ffff:127.0.0.1': [{ address: '::ffff:127.0.0.1', family: 6 }],
        '::ffff:10.0.0.1': [{ address: '::ffff:10.0.0.1', family: 6 }],
        '169.254.169.254': [metadata],
        'rebinding.example': [{ address: '93.184.216.34', family: 4 }, loopback],
      },
    })
    const { sealed } = await relay(fixture, createJson(host, canary.port))
    expect(sealed).toEqual({ status: 400, body: 'Invalid url' })
    expect(canary.connections()).toBe(0)
  })

  it.each([
    ['/'],
    ['/lsrpc'],
    ['/loki/v3/other'],
    ['/loki/v3/lsrpc?x=1'],
    ['/loki/../admin/lsrpc'],
    ['/loki/%2e%2e/lsrpc'],
    ['//evil.example/loki/lsrpc'],
    ['http://evil.example/loki/lsrpc'],
  ])('the target %s: refused before anybody is asked for the host', async (target) => {
    const fixture = createOnionFixture({ allowList: ['host.example'] })
    const { sealed } = await relay(fixture, createJson('host.example', 80, { target }))
    expect(sealed).toEqual({ status: 400, body: 'Invalid url' })
    expect(fixture.resolved).toEqual([])
  })

  it.each([
    [{ port: 0 }],
    [{ port: 65_536 }],
    [{ port: '80' }],
    [{ protocol: 'ftp' }],
    [{ host: 'a/b' }],
    [{ host: 'user@host' }],
    [{ host: 'host:22' }],
    [{ host: '' }],
    [{ host: 7 }],
    [{ host: 'x'.repeat(300) }],
  ])('the members %j: refused', async (more) => {
    const fixture = createOnionFixture({ allowList: ['host.example'] })
    const { sealed } = await relay(fixture, createJson('host.example', 80, more))
    expect(sealed?.body).toBe('Invalid url')
    expect(fixture.resolved).toEqual([])
  })
})
