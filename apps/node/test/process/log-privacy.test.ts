/**
 * What a node writes down while it serves: nothing that names a person, an address or a key (TM-P1).
 *
 * The node logs at its most talkative level. Everything that passed through it is then looked for in the log.
 */
import { encodeBase64, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { systemRandomness } from '@sotto/crypto/randomness'
import { COMMANDS } from '@sotto/protocol/link'
import { buildOnion } from '@sotto/protocol/onion'
import { describe, expect, it } from 'vitest'
import { createNodeEvents, toLogString } from '../../src/events.ts'
import { systemClock } from '../../src/system-clock.ts'
import { sendRaw } from '../network/raw-http.ts'
import { startTestNodes, type TestNodes } from '../network/test-nodes.ts'
import { openWebClient } from '../network/web-client.ts'

const ACCOUNT = `05${'c3'.repeat(32)}`
const SECRET_TEXT = 'meet-me-at-the-fountain'
const SOURCE = '127.0.7.77'

async function makeTraffic(nodes: TestNodes): Promise<void> {
  const { web, https } = nodes.at(0).node.ports
  const data = encodeBase64(encodeUtf8(SECRET_TEXT))
  const bodies = [
    {
      method: 'store',
      params: { pubkey: ACCOUNT, data, timestamp: systemClock.now(), ttl: 60_000 },
    },
    { method: 'retrieve', params: { pubkey: ACCOUNT } },
    { method: 'get_swarm', params: { pubkey: ACCOUNT } },
    { method: ACCOUNT, params: {} },
    SECRET_TEXT,
  ].map((body) => (typeof body === 'string' ? body : JSON.stringify(body)))
  for (const body of bodies) {
    await sendRaw({ port: web, path: '/storage_rpc/v1', body, localAddress: SOURCE })
    await sendRaw({
      port: https,
      path: '/storage_rpc/v1',
      body,
      localAddress: SOURCE,
      secure: true,
    })
  }
  await sendRaw({ port: web, path: `/${SECRET_TEXT}`, body: SECRET_TEXT, localAddress: SOURCE })
  const { record } = nodes.at(2)
  const onion = buildOnion(
    {
      hops: [nodes.at(0).record, nodes.at(1).record],
      destination: { kind: 'node', ed25519: record.ed25519, x25519: record.x25519 },
      payload: bodies[0] ?? '',
      cipher: 'xchacha20',
    },
    systemRandomness,
  )
  await sendRaw({ port: web, path: '/onion_req/v2', body: onion.guardBody, localAddress: SOURCE })
  using client = await openWebClient(web, SOURCE)
  await client.request({ command: COMMANDS.storageRpc, body: encodeUtf8(bodies[0] ?? '') })
  client.send(SECRET_TEXT)
  await client.closed
}

async function collectLog(): Promise<{ readonly log: string; readonly names: readonly string[] }> {
  const lines: string[] = []
  const events = createNodeEvents('trace', { write: (line: string) => void lines.push(line) })
  const names: string[] = []
  {
    await using nodes = await startTestNodes({ count: 3, overrides: { events } })
    await makeTraffic(nodes)
    events.mistake(new Error(`${ACCOUNT} from ${SOURCE} said ${SECRET_TEXT}`))
    for (const { record, config } of nodes.nodes) {
      for (const key of [record.ed25519, record.x25519, record.legacy]) {
        names.push(encodeHex(key), encodeBase64(key), encodeHex(key).slice(0, 16))
      }
      names.push(config.dataDirectory)
    }
  }
  return { log: lines.join(''), names }
}

describe('the log of a node under traffic', () => {
  it('has no account, text, address, key or path of the machine in it', async () => {
    const { log, names } = await collectLog()
    expect(log).toContain('"event":"listening"')
    expect(log).toContain('"event":"link_opened"')
    expect(log).toContain('"event":"mistake"')
    const secrets = [
      ACCOUNT,
      ACCOUNT.slice(2, 18),
      SECRET_TEXT,
      encodeBase64(encodeUtf8(SECRET_TEXT)),
    ]
    for (const secret of [...secrets, SOURCE, '127.0.', '::1', ...names])
      expect(log).not.toContain(secret)
    expect(log).not.toMatch(/\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/u)
    expect(log).not.toMatch(/[0-9a-f]{32}/iu)
  })

  it('has one JSON object on each line, with an event and no other text', async () => {
    const { log } = await collectLog()
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.length).toBeGreaterThan(10)
    for (const line of lines) {
      expect(line['event']).toMatch(/^[a-z_]+$/u)
      expect(line).not.toHaveProperty('msg')
      expect(line).not.toHaveProperty('hostname')
    }
  })
})

describe('toLogString', () => {
  it('names a node alike within a process, and two nodes differently', () => {
    const [one, two] = [Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 4)]
    expect(toLogString(one)).toBe(toLogString(Uint8Array.from(one)))
    expect(toLogString(one)).not.toBe(toLogString(two))
    expect(toLogString(one)).toMatch(/^[0-9a-f]{8}$/u)
  })
})
