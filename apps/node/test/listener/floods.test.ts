/** Floods from few and from many addresses, and clients that hold on to their connections (ADR 0005). */
import { Agent } from 'node:http'
import { connect } from 'node:net'
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { COMMANDS } from '@sotto/protocol/link'
import { describe, expect, it } from 'vitest'
import { sendRaw } from '../network/raw-http.ts'
import { startTestNodes } from '../network/test-nodes.ts'
import { openWebClient, readStatus } from '../network/web-client.ts'

const BODY = JSON.stringify({ method: 'info', params: {} })
const SLOW = { SOTTO_RATE_LIMIT_BURST: '20', SOTTO_RATE_LIMIT_PER_SECOND: '1' }

async function flood(port: number, localAddress: string, requests: number, secure = false) {
  const agent = secure ? undefined : new Agent({ keepAlive: true, maxSockets: 4 })
  const replies = await Promise.all(
    Array.from({ length: requests }, () =>
      sendRaw({
        port,
        path: '/storage_rpc/v1',
        body: BODY,
        localAddress,
        secure,
        ...(agent === undefined ? {} : { agent }),
      }),
    ),
  )
  agent?.destroy()
  return replies
}

describe('a flood', () => {
  it('from one address is answered with 429 and the text that clients know', async () => {
    await using nodes = await startTestNodes({ settings: SLOW })
    const replies = await flood(nodes.at(0).node.ports.web, '127.0.0.9', 60)
    const refused = replies.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThanOrEqual(35)
    expect(refused[0]?.text).toBe('Too many requests, try again later')
    expect(refused[0]?.headers['access-control-allow-origin']).toBe('*')
  })

  it('from one address does not touch many others: 100 addresses, 5 requests each', async () => {
    await using nodes = await startTestNodes({ settings: SLOW })
    const { web } = nodes.at(0).node.ports
    await flood(web, '127.0.0.9', 40)
    const sources = Array.from({ length: 100 }, (_, index) => `127.0.1.${index + 1}`)
    const replies = await Promise.all(sources.map((source) => flood(web, source, 5)))
    expect(replies.flat().every(({ status }) => status === 200)).toBe(true)
  })

  it('has the limit of the network by default: 600 at once', async () => {
    await using nodes = await startTestNodes()
    const replies = await flood(nodes.at(0).node.ports.web, '127.0.0.9', 1500)
    const accepted = replies.filter(({ status }) => status === 200).length
    expect(accepted).toBeGreaterThanOrEqual(600)
    expect(accepted).toBeLessThan(1500)
  })

  it('is counted over all listeners together', async () => {
    await using nodes = await startTestNodes({ settings: SLOW })
    const { web, https } = nodes.at(0).node.ports
    await flood(web, '127.0.0.9', 30)
    const replies = await flood(https, '127.0.0.9', 3, true)
    expect(replies.map(({ status }) => status)).toContain(429)
  })

  it('through one WebSocket is counted frame by frame', async () => {
    await using nodes = await startTestNodes({ settings: SLOW })
    const { web } = nodes.at(0).node.ports
    using client = await openWebClient(web, '127.0.0.9')
    const request = { command: COMMANDS.storageRpc, body: encodeUtf8(BODY) }
    const frames = await Promise.all(Array.from({ length: 40 }, () => client.request(request)))
    const statuses = frames.map((frame) => readStatus(frame))
    const refused = statuses.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThanOrEqual(15)
    expect(Buffer.from(refused[0]?.body ?? '').toString()).toBe(
      'Too many requests, try again later',
    )
    const [reply] = await flood(web, '127.0.0.9', 1)
    expect(reply?.status).toBe(429)
  })
})

describe('connections', () => {
  it('of one address are bounded, and other addresses are still served', async () => {
    const settings = { SOTTO_CONNECTIONS_PER_SOURCE_MAX: '5' }
    await using nodes = await startTestNodes({ settings })
    const { web } = nodes.at(0).node.ports
    const held = Array.from({ length: 5 }, () =>
      connect({ host: '127.0.0.1', port: web, localAddress: '127.0.0.9' }),
    )
    await Promise.all(
      held.map((socket) => new Promise((resolve) => socket.once('connect', resolve))),
    )
    const request = { port: web, path: '/storage_rpc/v1', body: BODY }
    await expect(sendRaw({ ...request, localAddress: '127.0.0.9' })).rejects.toThrow(
      /hang up|ECONNRESET/u,
    )
    expect((await sendRaw({ ...request, localAddress: '127.0.0.10' })).status).toBe(200)
    for (const socket of held) socket.destroy()
  })
})
