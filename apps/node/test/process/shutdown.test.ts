/** A node that stops: what it acknowledged is there afterwards, what was under way is answered. */
import { Agent } from 'node:http'
import { encodeBase64, encodeUtf8 } from '@sotto/crypto/bytes'
import { COMMANDS } from '@sotto/protocol/link'
import { parseAccountBytes } from '@sotto/protocol/swarm'
import { describe, expect, it } from 'vitest'
import { SqliteMessageStore } from '../../src/store/sqlite-message-store.ts'
import { startNode } from '../../src/start-node.ts'
import { systemClock } from '../../src/system-clock.ts'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sendRaw } from '../network/raw-http.ts'
import {
  createTestConfig,
  createTestFolder,
  describeNode,
  SILENT_EVENTS,
  signTestEpoch,
  startTestNodes,
} from '../network/test-nodes.ts'
import { openWebClient, readStatus } from '../network/web-client.ts'

const ACCOUNT = `05${'a1'.repeat(32)}`

function createStore(index: number): string {
  const data = encodeBase64(encodeUtf8(`message ${index}`))
  return JSON.stringify({
    method: 'store',
    params: { pubkey: ACCOUNT, data, timestamp: systemClock.now(), ttl: 600_000 },
  })
}

function readStored(folder: string): number {
  const account = parseAccountBytes(ACCOUNT)
  if (account === undefined) throw new Error('no account')
  const store = new SqliteMessageStore({ path: join(folder, 'messages.sqlite'), sizeMaxBytes: 1e9 })
  const { messages } = store.retrieve({
    account,
    namespace: 0,
    lastHash: undefined,
    countMax: 10_000,
    takes: () => true,
    nowMs: systemClock.now(),
  })
  void store[Symbol.asyncDispose]()
  return messages.length
}

describe('a node that stops', () => {
  it('keeps every message that it acknowledged, and answers what was under way', async () => {
    await using folder = await createTestFolder()
    const config = createTestConfig(folder.path)
    const node = await startNode(config, { events: SILENT_EVENTS })
    await writeFile(config.directoryFile ?? '', signTestEpoch([describeNode(node, 0n)]))
    await node.reloadDirectory()
    const agent = new Agent({ keepAlive: true, maxSockets: 16 })
    let acknowledged = 0
    const fifty = Promise.withResolvers<void>()
    const sendOne = async (index: number): Promise<void> => {
      const request = {
        port: node.ports.web,
        path: '/storage_rpc/v1',
        body: createStore(index),
        agent,
      }
      const reply = await sendRaw(request).catch(() => undefined)
      if (reply?.status !== 200) return
      acknowledged += 1
      if (acknowledged === 50) fifty.resolve()
    }
    const all = Array.from({ length: 500 }, (_, index) => sendOne(index))
    await fifty.promise
    await node[Symbol.asyncDispose]()
    await Promise.all(all)
    agent.destroy()
    expect(acknowledged).toBeGreaterThanOrEqual(50)
    expect(readStored(folder.path)).toBeGreaterThanOrEqual(acknowledged)
  })

  it('answers what a WebSocket asked before, and closes it as going away', async () => {
    const nodes = await startTestNodes()
    using client = await openWebClient(nodes.at(0).node.ports.web)
    const requests = Array.from({ length: 20 }, (_, index) =>
      client.request({ command: COMMANDS.storageRpc, body: encodeUtf8(createStore(index)) }),
    )
    await requests[0]
    await nodes[Symbol.asyncDispose]()
    const frames = await Promise.all(requests)
    expect(frames.map((frame) => readStatus(frame).status)).toEqual(Array.from(frames, () => 200))
    expect(await client.closed).toBe(1001)
  })

  it('stops at once when nobody asks anything, though connections are open', async () => {
    const nodes = await startTestNodes({ count: 3 })
    const agent = new Agent({ keepAlive: true })
    const body = JSON.stringify({ method: 'info', params: {} })
    await sendRaw({ port: nodes.at(0).node.ports.web, path: '/storage_rpc/v1', body, agent })
    const startedAt = performance.now()
    await nodes[Symbol.asyncDispose]()
    expect(performance.now() - startedAt).toBeLessThan(2000)
    agent.destroy()
  })

  it('can be stopped twice', async () => {
    const nodes = await startTestNodes()
    await nodes.at(0)[Symbol.asyncDispose]()
    await nodes[Symbol.asyncDispose]()
  })
})
