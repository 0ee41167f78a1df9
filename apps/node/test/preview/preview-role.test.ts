/** The role on a running node: over three nodes, in the clear, and by those who mean harm (spec 17). */
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { systemRandomness } from '@sotto/crypto/randomness'
import { convertSigningPublicKey } from '@sotto/crypto/signing'
import { buildOnion, decodeV4Reply, encodeV4Request, type V4Request } from '@sotto/protocol/onion'
import {
  decodePreviewReply,
  encodePreviewRequest,
  PREVIEW_REPLY_BYTES_MIN,
  PREVIEW_REQUEST_BYTES,
  type PreviewKind,
} from '@sotto/protocol/preview'
import { describe, expect, it } from 'vitest'
import { sendRaw } from '../network/raw-http.ts'
import { startTestNodes, type TestNode, type TestNodes } from '../network/test-nodes.ts'
import { startOperated } from '../operator/operator-fixture.ts'
import { send, startSite } from './site-fixture.ts'

const SETTINGS = {
  SOTTO_PREVIEW_PORT: '0',
  SOTTO_HOST_RELAY_ALLOW: '127.0.0.1',
  SOTTO_PREVIEW_HOSTS: 'site.example=127.0.0.1',
}
const NODES = { count: 3, settings: SETTINGS }
const PAGE = '<title>A story</title>'

function findPort(nodes: Pick<TestNodes, 'at'>): number {
  const { previewPort } = nodes.at(0).node
  if (previewPort === undefined) throw new Error('a node without the role')
  return previewPort
}

/** Through all nodes, the last of which asks the first as a host. */
async function carry(nodes: readonly TestNode[], request: V4Request) {
  const node = nodes[0]?.node
  const x25519 = node && convertSigningPublicKey(node.identity.preview.publicKey)
  if (x25519 === undefined) throw new Error('a key')
  const onion = buildOnion(
    {
      hops: nodes.map(({ record }) => ({ ed25519: record.ed25519, x25519: record.x25519 })),
      destination: {
        kind: 'host',
        host: '127.0.0.1',
        port: node?.previewPort ?? 0,
        protocol: 'http',
        target: '/oxen/v4/lsrpc',
        x25519,
      },
      payload: encodeV4Request(request),
      cipher: 'xchacha20',
    },
    systemRandomness,
  )
  const port = node?.ports.web ?? 0
  const reply = await sendRaw({ port, path: '/onion_req/v2', body: onion.guardBody })
  return { onion, reply }
}

async function ask({ nodes }: TestNodes, request: V4Request) {
  const { onion, reply } = await carry(nodes, request)
  const opened = onion.openHostReply(Uint8Array.from(reply.bytes))
  const answer = opened.ok ? decodeV4Reply(opened.value) : undefined
  if (answer?.ok !== true) throw new Error(`not sealed: ${reply.status}`)
  return { ...answer.value, carriedBytes: reply.bytes.length }
}

function createBody(kind: PreviewKind, address: string): Uint8Array {
  const body = encodePreviewRequest({ kind, address })
  if (body === undefined) throw new Error('no address')
  return body
}

function post(body: Uint8Array): V4Request {
  return { method: 'POST', endpoint: '/preview', headers: {}, body }
}

async function fetchPreview(nodes: TestNodes, kind: PreviewKind, address: string) {
  const { body } = await ask(nodes, post(createBody(kind, address)))
  const reply = decodePreviewReply(body)
  if (!reply.ok) throw reply.error
  return reply.value
}

describe('previews through three nodes', () => {
  it('bring a page and its picture', async () => {
    await using site = await startSite({
      '/': send('text/html', PAGE),
      '/a.png': send('image/png', 'picture'),
    })
    await using nodes = await startTestNodes(NODES)
    const address = `http://site.example:${site.port}/`
    const page = await fetchPreview(nodes, 'page', address)
    expect(page).toMatchObject({ contentType: 'text/html', content: encodeUtf8(PAGE) })
    const picture = await fetchPreview(nodes, 'picture', `${address}a.png`)
    expect(picture).toMatchObject({ contentType: 'image/png', content: encodeUtf8('picture') })
    expect(site.visits.map(({ path }) => path)).toEqual(['/', '/a.png'])
  })

  it('have one size for a small page and for none, so that nodes in between learn neither', async () => {
    await using site = await startSite({ '/': send('text/html', PAGE) })
    await using nodes = await startTestNodes(NODES)
    const address = `http://site.example:${site.port}/`
    const sizes = new Set<number>()
    for (const each of [address, `${address}missing`, 'https://127.0.0.1/']) {
      const { body, carriedBytes } = await ask(nodes, post(createBody('page', each)))
      expect(body).toHaveLength(PREVIEW_REPLY_BYTES_MIN)
      sizes.add(carriedBytes)
    }
    expect(sizes.size).toBe(1)
  })

  it('bring a picture of two megabytes', async () => {
    const bytes = Buffer.alloc(2_093_056, 7)
    await using site = await startSite({ '/': send('image/webp', bytes) })
    await using nodes = await startTestNodes(NODES)
    const found = await fetchPreview(nodes, 'picture', `http://site.example:${site.port}/`)
    if (found.outcome !== 'found') throw new Error(found.outcome)
    expect(Buffer.compare(found.content, bytes)).toBe(0)
  })

  it('never reach the node’s own machine or network (TM-E2)', async () => {
    await using site = await startSite({ '/': send('text/html', PAGE) })
    await using nodes = await startTestNodes(NODES)
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '2130706433'])
      for (const scheme of ['http', 'https']) {
        const found = await fetchPreview(nodes, 'page', `${scheme}://${host}:${site.port}/`)
        expect(found).toEqual({ outcome: 'unreachable' })
      }
    expect(site.visits).toEqual([])
  })

  it('are limited for everybody together', async () => {
    await using site = await startSite({ '/': send('text/html', PAGE) })
    const settings = { ...SETTINGS, SOTTO_PREVIEW_PER_MINUTE: '2' }
    await using nodes = await startTestNodes({ count: 3, settings })
    const address = `http://site.example:${site.port}/`
    const outcomes = []
    for (let turn = 0; turn < 4; turn++)
      outcomes.push((await fetchPreview(nodes, 'page', address)).outcome)
    expect(outcomes).toEqual(['found', 'found', 'busy', 'busy'])
    expect(site.visits).toHaveLength(2)
  })

  it.each<[string, V4Request, number]>([
    ['no body', { method: 'POST', endpoint: '/preview', headers: {} }, 400],
    ['a body that is none', post(encodeUtf8('https://site.example/')), 400],
    ['zeros', post(new Uint8Array(PREVIEW_REQUEST_BYTES)), 400],
    ['another path', { method: 'GET', endpoint: '/', headers: {} }, 404],
    ['another method', { method: 'GET', endpoint: '/preview', headers: {} }, 405],
  ])('are refused for %s, sealed like any answer', async (_, request, code) => {
    await using nodes = await startTestNodes(NODES)
    const answer = await ask(nodes, request)
    expect(answer.code).toBe(code)
    expect(answer.body).toHaveLength(0)
  })
})

describe('what is asked in the clear', () => {
  it.each<[string, string, string, number]>([
    ['POST', '/preview', 'https://site.example/', 404],
    ['GET', '/preview?url=https://site.example/', '', 404],
    ['POST', '/oxen/v4/lsrpc', 'no payload', 400],
    ['GET', '/oxen/v4/lsrpc', '', 404],
    ['GET', '/', '', 404],
    ['POST', '/oxen/v4/lsrpc', 'x'.repeat(9000), 413],
  ])('is refused: %s %s', async (method, path, body, status) => {
    await using nodes = await startTestNodes({ settings: SETTINGS })
    const reply = await sendRaw({ port: findPort(nodes), path, method, body })
    expect(reply.status).toBe(status)
  })

  it('has the limit of any address', async () => {
    const settings = { ...SETTINGS, SOTTO_RATE_LIMIT_BURST: '5', SOTTO_RATE_LIMIT_PER_SECOND: '1' }
    await using nodes = await startTestNodes({ settings })
    const port = findPort(nodes)
    const replies = await Promise.all(
      Array.from({ length: 15 }, () => sendRaw({ port, path: '/', method: 'GET' })),
    )
    expect(replies.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(9)
  })
})

describe('a node', () => {
  it('without a port for the role has none', async () => {
    await using nodes = await startTestNodes()
    expect(nodes.at(0).node.previewPort).toBeUndefined()
  })

  it('has a key for the role that is neither its own nor that of files', async () => {
    await using nodes = await startTestNodes({ settings: SETTINGS })
    const { preview, files, signing } = nodes.at(0).node.identity
    const keys = [preview, files, signing].map(({ publicKey }) => encodeHex(publicKey))
    expect(new Set(keys).size).toBe(3)
  })

  it('counts what became of previews, and names no site in its metrics (TM-P2)', async () => {
    await using operated = await startOperated({ settings: SETTINGS })
    await carry([operated.node], post(createBody('page', 'https://secret.site.example:1/')))
    const { text } = await operated.send({ path: '/metrics' })
    expect(text).toContain('node_previews_total{outcome="unreachable"} 1')
    expect(text).not.toMatch(/secret|example/)
  })
})
