/** The role on a running node: over three nodes, in the clear, and by those who mean harm. */
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { systemRandomness } from '@sotto/crypto/randomness'
import { convertSigningPublicKey } from '@sotto/crypto/signing'
import { deriveFileId, isHashId } from '@sotto/protocol/files'
import { buildOnion, decodeV4Reply, encodeV4Request, type V4Request } from '@sotto/protocol/onion'
import { describe, expect, it } from 'vitest'
import { sendRaw } from '../network/raw-http.ts'
import { startTestNodes, type TestNodes } from '../network/test-nodes.ts'

const SETTINGS = { SOTTO_FILES_PORT: '0', SOTTO_HOST_RELAY_ALLOW: '127.0.0.1' }
const LARGEST = 10_223_616

function findPort(nodes: TestNodes): number {
  const { filesPort } = nodes.at(0).node
  if (filesPort === undefined) throw new Error('a node without the role')
  return filesPort
}

/** Through all nodes, the last of which asks the first as a host. */
async function ask(nodes: TestNodes, request: V4Request) {
  const { files } = nodes.at(0).node.identity
  const x25519 = convertSigningPublicKey(files.publicKey)
  if (x25519 === undefined) throw new Error('a key')
  const onion = buildOnion(
    {
      hops: nodes.nodes.map(({ record }) => ({ ed25519: record.ed25519, x25519: record.x25519 })),
      destination: {
        kind: 'host',
        host: '127.0.0.1',
        port: findPort(nodes),
        protocol: 'http',
        target: '/oxen/v4/lsrpc',
        x25519,
      },
      payload: encodeV4Request(request),
      cipher: 'xchacha20',
    },
    systemRandomness,
  )
  const { web } = nodes.at(0).node.ports
  const reply = await sendRaw({ port: web, path: '/onion_req/v2', body: onion.guardBody })
  const opened = onion.openHostReply(Uint8Array.from(reply.bytes))
  const answer = opened.ok ? decodeV4Reply(opened.value) : undefined
  return answer?.ok === true ? answer.value : { code: reply.status, body: new Uint8Array() }
}

function post(body: Uint8Array, headers = {}): V4Request {
  return { method: 'POST', endpoint: '/file', headers, body }
}

function get(endpoint: string): V4Request {
  return { method: 'GET', endpoint, headers: {} }
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  return JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>
}

describe('files through three nodes', () => {
  it('go there and come back, under the hash of their bytes', async () => {
    await using nodes = await startTestNodes({ count: 3, settings: SETTINGS })
    const bytes = encodeUtf8('sealed')
    const uploaded = await ask(nodes, post(bytes, { 'X-FS-TTL': '60' }))
    expect(uploaded.code).toBe(200)
    const { id, uploaded: at, expires } = parse(uploaded.body)
    expect(id).toBe(deriveFileId(bytes))
    expect(Number(expires) - Number(at)).toBeCloseTo(60)
    const downloaded = await ask(nodes, get(`/file/${String(id)}`))
    expect(Buffer.from(downloaded.body).toString()).toBe('sealed')
    const info = await ask(nodes, get(`/file/${String(id)}/info`))
    expect(parse(info.body)).toMatchObject({ size: bytes.length })
    const extend = { method: 'POST', endpoint: `/file/${String(id)}/extend`, headers: {} }
    const extended = parse((await ask(nodes, extend)).body)
    expect(Number(extended['expires'])).toBeGreaterThan(Number(expires) + 1000)
  })

  it('have ten megabytes, the largest that a client seals', async () => {
    await using nodes = await startTestNodes({ count: 3, settings: SETTINGS })
    const bytes = new Uint8Array(LARGEST).fill(7)
    const { id } = parse((await ask(nodes, post(bytes))).body)
    const { body } = await ask(nodes, get(`/file/${String(id)}`))
    expect(Buffer.compare(body, bytes)).toBe(0)
  })

  it.each<[string, V4Request, number]>([
    ['an id that is none', get('/file/..'), 404],
    ['a file that is not there', get(`/file/${'A'.repeat(44)}`), 404],
    ['another path', get('/session_version'), 404],
    ['another method', { method: 'DELETE', endpoint: '/file/1', headers: {} }, 405],
    ['a lifetime that is none', post(Uint8Array.of(1), { 'x-fs-ttl': '-1' }), 400],
    ['no bytes', post(new Uint8Array()), 400],
    ['a file that is too large', post(new Uint8Array(LARGEST + 1)), 413],
  ])('are refused for %s, sealed like any answer', async (_, request, code) => {
    await using nodes = await startTestNodes({ count: 3, settings: SETTINGS })
    const answer = await ask(nodes, request)
    expect(answer.code).toBe(code)
    expect(parse(answer.body)).toEqual({ status_code: code })
  })
})

describe('files in the clear, as older clients send them', () => {
  it('have numbers, in bytes and in JSON', async () => {
    await using nodes = await startTestNodes({ settings: SETTINGS })
    const port = findPort(nodes)
    const uploaded = await sendRaw({ port, path: '/file', body: 'sealed' })
    const { id } = parse(uploaded.bytes)
    expect(isHashId(String(id))).toBe(false)
    const downloaded = await sendRaw({ port, path: `/file/${String(id)}?x=1`, method: 'GET' })
    expect([downloaded.status, downloaded.text]).toEqual([200, 'sealed'])
    expect(downloaded.headers['access-control-allow-origin']).toBe('*')
    const text = await sendRaw({ port, path: `/files/${String(id)}`, method: 'GET' })
    expect(parse(text.bytes)).toEqual({ status_code: 200, result: 'c2VhbGVk' })
    const older = await sendRaw({ port, path: '/files', body: '{"file":"c2VhbGVk"}' })
    const { result } = parse(older.bytes)
    expect(Number.isSafeInteger(result)).toBe(true)
    const again = await sendRaw({ port, path: `/file/${String(result)}`, method: 'GET' })
    expect(again.text).toBe('sealed')
  })

  it.each<[string, string, string, number]>([
    ['POST', '/files', '{"file":7}', 400],
    ['POST', '/files', 'nonsense', 400],
    ['POST', '/file', '', 400],
    ['GET', '/file/7', '', 404],
    ['GET', '/file/%2e%2e', '', 404],
    ['PUT', '/file', 'x', 405],
    ['POST', '/oxen/v4/lsrpc', 'no payload', 400],
    ['GET', '/oxen/v4/lsrpc', '', 404],
    ['GET', '/storage_rpc/v1', '', 404],
  ])('are refused: %s %s %j', async (method, path, body, status) => {
    await using nodes = await startTestNodes({ settings: SETTINGS })
    const reply = await sendRaw({ port: findPort(nodes), path, method, body })
    expect(reply.status).toBe(status)
    expect(parse(reply.bytes)).toEqual({ status_code: status })
  })

  it('are refused when they are too large, announced or not', async () => {
    const settings = { ...SETTINGS, SOTTO_FILES_MAX_BYTES: '1000' }
    await using nodes = await startTestNodes({ settings })
    const port = findPort(nodes)
    const body = new Uint8Array(200_000)
    const announced = await sendRaw({ port, path: '/file', body })
    const headers = { 'transfer-encoding': 'chunked' }
    const chunked = await sendRaw({ port, path: '/file', body, headers })
    expect([announced.status, chunked.status]).toEqual([413, 413])
    expect(parse(announced.bytes)).toEqual({ status_code: 413 })
  })

  it('have the limit of any address', async () => {
    const settings = { ...SETTINGS, SOTTO_RATE_LIMIT_BURST: '5', SOTTO_RATE_LIMIT_PER_SECOND: '1' }
    await using nodes = await startTestNodes({ settings })
    const port = findPort(nodes)
    const replies = await Promise.all(
      Array.from({ length: 15 }, () => sendRaw({ port, path: '/file/7', method: 'GET' })),
    )
    const refused = replies.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThanOrEqual(9)
    expect(parse(refused[0]?.bytes ?? new Uint8Array())).toEqual({ status_code: 429 })
  })
})

it.each([
  [512, 200],
  [513, 404],
])('a path with its query of %i characters is answered %i, both ways', async (length, status) => {
  await using nodes = await startTestNodes({ settings: SETTINGS })
  const { id } = parse((await sendRaw({ port: findPort(nodes), path: '/file', body: 'x' })).bytes)
  const file = `/file/${String(id)}?`
  const path = file.padEnd(length, 'x')
  const plain = await sendRaw({ port: findPort(nodes), path, method: 'GET' })
  expect([path.length, plain.status]).toEqual([length, status])
  expect((await ask(nodes, get(path))).code).toBe(status)
})

describe('a node', () => {
  it('without a port for the role has none', async () => {
    await using nodes = await startTestNodes()
    expect(nodes.at(0).node.filesPort).toBeUndefined()
  })

  it('has a key for the role that is not its own', async () => {
    await using nodes = await startTestNodes({ settings: SETTINGS })
    const { identity } = nodes.at(0).node
    expect(encodeHex(identity.files.publicKey)).not.toBe(encodeHex(identity.signing.publicKey))
  })
})
