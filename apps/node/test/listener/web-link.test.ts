/** WebSockets at `/link/v1` of a whole node (spec 06 §2.1). */
import { request as requestHttp } from 'node:http'
import { encodeUtf8 } from '@sotto/crypto/bytes'
import {
  COMMANDS,
  decodeFailurePayload,
  encodeFrame,
  encodeRequestFrame,
  type Frame,
} from '@sotto/protocol/link'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestNodes, type TestNodes } from '../network/test-nodes.ts'
import { openWebClient, readStatus, type WebClient } from '../network/web-client.ts'

const INFO = encodeUtf8(JSON.stringify({ method: 'info', params: {} }))
const RPC = { command: COMMANDS.storageRpc, body: INFO }

let nodes: TestNodes

beforeAll(async () => {
  nodes = await startTestNodes()
})
afterAll(() => nodes[Symbol.asyncDispose]())

function open(localAddress?: string): Promise<WebClient> {
  return openWebClient(nodes.at(0).node.ports.web, localAddress)
}

function readFailure(frame: Frame): string | undefined {
  const failure = frame.type === 'failure' ? decodeFailurePayload(frame.payload) : undefined
  return failure?.ok === true ? failure.value : undefined
}

/** The status with which a request to upgrade is refused. */
function upgrade(path: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const outgoing = requestHttp({
    host: '127.0.0.1',
    port: nodes.at(0).node.ports.web,
    path,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    },
  })
  outgoing.on('response', (response) => resolve(response.statusCode ?? 0))
  outgoing.on('upgrade', (_response, socket) => {
    socket.destroy()
    resolve(101)
  })
  outgoing.on('error', reject)
  outgoing.end()
  return promise
}

describe('a web link', () => {
  it('carries RPC requests, many at once', async () => {
    using client = await open()
    const frames = await Promise.all(Array.from({ length: 50 }, () => client.request(RPC)))
    for (const frame of frames) {
      const { status, body } = readStatus(frame)
      expect(status).toBe(200)
      expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({ version: [2, 8, 0] })
    }
  })

  it('carries onion requests with the statuses that HTTPS would have', async () => {
    using client = await open()
    const frame = await client.request({
      command: COMMANDS.onionRelay,
      body: encodeUtf8('garbage'),
    })
    const { status, body } = readStatus(frame)
    expect(status).toBe(400)
    expect(Buffer.from(body).toString()).toMatch(/^Error parsing onion request/u)
  })

  it.each([
    ['storageForward', 'not_allowed'],
    ['ping', 'not_allowed'],
  ] as const)('refuses the nodes’ own command %s', async (name, failure) => {
    using client = await open()
    expect(readFailure(await client.request({ command: COMMANDS[name], body: INFO }))).toBe(failure)
  })

  it('refuses a command that it does not know', async () => {
    using client = await open()
    expect(readFailure(await client.request({ command: 200, body: INFO }))).toBe('unknown_command')
  })

  it('refuses more than 64 requests at once as busy, and answers the 64', async () => {
    using client = await open('127.0.3.1')
    const frames = await Promise.all(Array.from({ length: 200 }, () => client.request(RPC)))
    const failures = frames.map(readFailure).filter((failure) => failure !== undefined)
    expect(new Set(failures).size).toBeLessThanOrEqual(1)
    expect(frames.filter(({ type }) => type === 'response').length).toBeGreaterThanOrEqual(64)
  })

  it('reads frames that are cut anywhere, and several in one message', async () => {
    using client = await open()
    const first = client.request({ command: COMMANDS.storageRpc, body: INFO })
    await first
    const bytes = encodeRequestFrame(1000, RPC)
    const answered = new Promise<void>((resolve) => client.socket.on('message', () => resolve()))
    for (const byte of bytes) client.send(Uint8Array.of(byte))
    await answered
    client.send(Buffer.concat([encodeRequestFrame(1001, RPC), encodeRequestFrame(1002, RPC)]))
    expect((await client.request(RPC)).type).toBe('response')
  })

  it('answers a ping and ignores what it did not ask for', async () => {
    using client = await open()
    const pong = new Promise<Buffer>((resolve) => client.socket.once('message', resolve))
    client.send(encodeFrame({ type: 'response', id: 5, payload: INFO }))
    client.send(encodeFrame({ type: 'cancel', id: 5, payload: new Uint8Array() }))
    client.send(encodeFrame({ type: 'ping', id: 9, payload: new Uint8Array() }))
    expect([...(await pong)]).toEqual([0, 0, 0, 5, 6, 0, 0, 0, 9])
  })
})

describe('a client that breaks the rules', () => {
  it.each([
    ['a text message', 'hello'],
    ['garbage', Uint8Array.of(255, 255, 255, 255, 1)],
    ['an unknown frame type', Uint8Array.of(0, 0, 0, 5, 99, 0, 0, 0, 1)],
    ['a request with id zero', Uint8Array.of(0, 0, 0, 6, 1, 0, 0, 0, 0, 4)],
  ])('is cut off for %s', async (_name, bytes) => {
    using client = await open()
    client.send(bytes)
    expect([1003, 1006]).toContain(await client.closed)
  })

  it('is cut off for a message beyond the limit, before it is in memory', async () => {
    using client = await open()
    client.send(Buffer.alloc(11 * 1024 * 1024))
    expect([1006, 1009]).toContain(await client.closed)
  })

  it('does not disturb others', async () => {
    using good = await open()
    using bad = await open()
    bad.send('hello')
    await bad.closed
    expect((await good.request(RPC)).type).toBe('response')
  })
})

describe('the upgrade', () => {
  it('is accepted at its path, with doubled slashes too', async () => {
    expect(await upgrade('/link/v1')).toBe(101)
    expect(await upgrade('//link/v1')).toBe(101)
  })

  it.each(['/', '/link', '/link/v2', '/storage_rpc/v1'])('is refused at %s', async (path) => {
    expect(await upgrade(path)).toBe(404)
  })
})
