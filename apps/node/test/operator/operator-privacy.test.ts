/** What the operator API says after messages came in: figures, and nobody's name (TM-P2). */

import { createHash } from 'node:crypto'
import { encodeBase64, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/system-clock.ts'
import { sendRaw } from '../network/raw-http.ts'
import { type OperatedNode, startOperated } from './operator-fixture.ts'

const ACCOUNT = `05${'c3'.repeat(32)}`
const DATA = encodeBase64(encodeUtf8('meet-me-at-the-fountain'))
const SOURCE = '127.0.7.77'
const QUERIES = ['status', 'health', 'observations', 'swarm', 'storage', 'directory']
const SAMPLE = /^([a-z_]+)(\{(?:[a-z]+="[^"\\\n]*",?)*\})? (-?[0-9.e+-]+)$/u

let operated: OperatedNode

async function store(namespace: number): Promise<void> {
  const params = {
    pubkey: ACCOUNT,
    data: DATA,
    timestamp: systemClock.now(),
    ttl: 60_000,
    namespace,
  }
  const { web } = operated.node.node.ports
  const body = JSON.stringify({ method: 'store', params })
  const reply = await sendRaw({ port: web, path: '/storage_rpc/v1', body, localAddress: SOURCE })
  if (reply.status !== 200) throw new Error(`not stored: ${reply.status} ${reply.text}`)
}

beforeAll(async () => {
  operated = await startOperated({ count: 5 })
  await store(0)
})
afterAll(() => operated[Symbol.asyncDispose]())

async function readMetrics(): Promise<readonly string[]> {
  const reply = await operated.send({ path: '/metrics' })
  expect(reply.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  return reply.text.trimEnd().split('\n')
}

describe('the operator API after a message', () => {
  it('counts it', async () => {
    expect(await operated.ask('storage')).toMatchObject({
      messages: 1,
      namespaces: [{ namespace: 0, messages: 1 }],
    })
    expect(await readMetrics()).toContain('node_messages 1')
  })

  it('names neither the account nor the message nor where it came from', async () => {
    const key = encodeHex(operated.node.record.ed25519)
    const answers = await Promise.all(
      [...QUERIES.map((name) => `/trpc/${name}`), '/metrics'].map((path) =>
        operated.send({ path }),
      ),
    )
    const all = answers.map(({ text }) => text).join('\n')
    expect(all).toContain(key)
    const hash = createHash('blake2b512').update(ACCOUNT).digest('hex')
    for (const secret of [ACCOUNT, ACCOUNT.slice(2), DATA, 'fountain', SOURCE, hash]) {
      expect(all.toLowerCase()).not.toContain(secret.toLowerCase())
    }
  })

  it('keeps keys and addresses of nodes out of the labels of metrics', async () => {
    const labels = (await readMetrics()).flatMap((line) => SAMPLE.exec(line)?.[2] ?? [])
    expect(labels.length).toBeGreaterThan(5)
    for (const text of labels) expect(text).not.toMatch(/[0-9a-f]{32}|\d+\.\d+\.\d+\.\d+/u)
  })

  it('writes metrics that a scraper can read: each described once, before its samples', async () => {
    const described = new Set<string>()
    const types = new Set<string>()
    for (const line of await readMetrics()) {
      const [, kind, name = ''] = /^# (HELP|TYPE) ([a-z_]+) \S/u.exec(line) ?? []
      if (kind !== undefined) {
        const names = kind === 'HELP' ? described : types
        expect(names.has(name)).toBe(false)
        names.add(name)
        continue
      }
      const [, sampled = '', , value] = SAMPLE.exec(line) ?? []
      expect([line, described.has(sampled), types.has(sampled)]).toEqual([line, true, true])
      expect(Number(value)).not.toBeNaN()
    }
    expect(described).toEqual(types)
  })

  it('says that the node is active, with its credit, and among whom', async () => {
    const status = await operated.ask('status')
    expect(status).toMatchObject({
      node: encodeHex(operated.node.record.ed25519),
      roles: ['storage'],
      epoch: { epoch: 0, freshness: 'fresh' },
      standing: { state: 'active', reasons: [] },
      drain: { isDraining: false, hasLeft: false, isDrained: false, unconfirmed: null },
    })
    expect(await operated.ask('swarm')).toMatchObject({
      members: Array.from({ length: 4 }, () => ({ state: 'active' })),
    })
    expect(await operated.ask('directory')).toMatchObject({ nodes: 5, signatures: 1, threshold: 1 })
    const metrics = await readMetrics()
    expect(metrics).toContain('node_state{state="active"} 1')
    expect(metrics).toContain('node_state{state="left"} 0')
    expect(metrics).toContain('node_swarm_replicas 5')
  })

  it('makes no difference for a node without the API: there is no port', async () => {
    await using plain = await startOperated({ settings: { SOTTO_OPERATOR_PORT: '' } })
    expect(plain.node.node.operatorPort).toBeUndefined()
  })
})
