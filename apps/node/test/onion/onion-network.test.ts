/** Three hops through whole nodes: guard, middle, exit, and what happens when one of them is missing. */
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import type { OnionCipher } from '@sotto/crypto/onion'
import { systemRandomness } from '@sotto/crypto/randomness'
import { COMMANDS } from '@sotto/protocol/link'
import { buildOnion, type BuiltOnion } from '@sotto/protocol/onion'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIdentity } from '../link/link-fixture.ts'
import { sendRaw, type RawReply } from '../network/raw-http.ts'
import { startTestNodes, type TestNode, type TestNodes } from '../network/test-nodes.ts'
import { openWebClient, readStatus } from '../network/web-client.ts'

const INFO = JSON.stringify({ method: 'info', params: {} })

let nodes: TestNodes

beforeAll(async () => {
  nodes = await startTestNodes({ count: 5 })
})
afterAll(() => nodes[Symbol.asyncDispose]())

function build(path: readonly TestNode[], cipher: OnionCipher = 'xchacha20'): BuiltOnion {
  const hops = path.map(({ record }) => record)
  const destination = hops.at(-1)
  if (destination === undefined) throw new Error('an empty path')
  return buildOnion(
    {
      hops: hops.slice(0, -1),
      destination: { kind: 'node', ed25519: destination.ed25519, x25519: destination.x25519 },
      payload: INFO,
      cipher,
    },
    systemRandomness,
  )
}

function send(guard: TestNode, onion: BuiltOnion): Promise<RawReply> {
  const { https } = guard.node.ports
  return sendRaw({ port: https, path: '/onion_req/v2', body: onion.guardBody, secure: true })
}

describe('an onion request', () => {
  it.each(['xchacha20', 'aes-gcm', 'aes-cbc'] as const)(
    'goes through three nodes to a fourth and back, sealed with %s',
    async (cipher) => {
      const path = [nodes.at(0), nodes.at(1), nodes.at(2), nodes.at(3)]
      const onion = build(path, cipher)
      const reply = await send(nodes.at(0), onion)
      expect(reply.status).toBe(200)
      const opened = onion.openReply(reply.text)
      expect(opened.ok && opened.value.status).toBe(200)
      expect(opened.ok && opened.value.body).toContain('"version":[2,8,0]')
    },
  )

  it('may lead through one node twice', async () => {
    const onion = build([nodes.at(0), nodes.at(1), nodes.at(0), nodes.at(0)])
    const reply = await send(nodes.at(0), onion)
    expect(onion.openReply(reply.text).ok).toBe(true)
  })

  it('runs beside many others on the same links', async () => {
    const replies = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const path = [0, 1, 2].map((hop) => nodes.at((index + hop) % 5))
        const onion = build(path)
        const reply = await send(path[0] ?? nodes.at(0), onion)
        return onion.openReply(reply.text).ok
      }),
    )
    expect(replies.every(Boolean)).toBe(true)
  })

  it('goes over a WebSocket to the guard as well', async () => {
    using client = await openWebClient(nodes.at(0).node.ports.web)
    const onion = build([nodes.at(0), nodes.at(1), nodes.at(2)])
    const frame = await client.request({ command: COMMANDS.onionRelay, body: onion.guardBody })
    expect(onion.openReply(readStatus(frame).body).ok).toBe(true)
  })

  it('with a body of nearly 10 MiB passes all hops', async () => {
    const hops = [nodes.at(0), nodes.at(1), nodes.at(2)].map(({ record }) => record)
    const [, , destination] = hops
    if (destination === undefined) throw new Error('no destination')
    const payload = `${INFO}${' '.repeat(10 * 1024 * 1024 - 4096)}`
    const onion = buildOnion(
      {
        hops: hops.slice(0, 2),
        destination: { kind: 'node', ...destination },
        payload,
        cipher: 'xchacha20',
      },
      systemRandomness,
    )
    const reply = await send(nodes.at(0), onion)
    expect(onion.openReply(reply.text).ok).toBe(true)
  })
})

describe('a path with a node that is missing', () => {
  it('is refused by the node before it, with the missing one’s name', async () => {
    const stranger = createIdentity('stranger')
    const missing = { ed25519: stranger.signing.publicKey, x25519: stranger.agreement.publicKey }
    const { record } = nodes.at(2)
    const onion = buildOnion(
      {
        hops: [nodes.at(0).record, missing],
        destination: { kind: 'node', ed25519: record.ed25519, x25519: record.x25519 },
        payload: encodeUtf8(INFO),
        cipher: 'xchacha20',
      },
      systemRandomness,
    )
    const reply = await send(nodes.at(0), onion)
    expect([reply.status, reply.text]).toEqual([
      502,
      `Next node not found: ${encodeHex(missing.ed25519)}`,
    ])
  })

  it('fails at once when the node is down, and works again when it is back', async () => {
    await using own = await startTestNodes({ count: 3 })
    const onion = build([own.at(0), own.at(1), own.at(2)])
    expect((await send(own.at(0), onion)).status).toBe(200)
    await own.at(1)[Symbol.asyncDispose]()
    const again = build([own.at(0), own.at(1), own.at(2)])
    const reply = await send(own.at(0), again)
    expect([reply.status, reply.text]).toEqual([504, 'Request time out'])
    expect((await send(own.at(0), build([own.at(0), own.at(2)]))).status).toBe(200)
  })
})
