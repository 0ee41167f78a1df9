/** A host outside the network: tries, statuses, and who is blamed. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { answerWith } from '../../../test/path-fixtures.ts'
import { createClient } from '../../../test/simulated-client.ts'
import { reply, SimulatedFileServer } from '../../../test/simulated-file-server.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'
import { describeHost } from '../files/file-server.ts'
import type { NetworkClient } from '../network-client.ts'
import type { HostCall } from './host-caller.ts'

const REQUEST = { method: 'GET', endpoint: '/file/7', headers: {} } as const

interface Setting {
  readonly network: SimulatedNetwork
  readonly client: NetworkClient
  readonly server: SimulatedFileServer
}

async function createSetting(nodes = 12): Promise<Setting> {
  const network = new SimulatedNetwork({ nodes })
  const client = createClient(network)
  unwrap(await network.settle(client.pool.fill()))
  const server = new SimulatedFileServer(network)
  server.files.set('7', encodeUtf8('seven'))
  return { network, client, server }
}

function call({ network, client, server }: Setting, changes: Partial<HostCall> = {}) {
  const host = describeHost(server)
  if (host === undefined) throw new Error('a host')
  const whole = { host, request: REQUEST, tries: 3, timeoutMs: 1000, ...changes }
  return network.settle(client.hostCaller.call(whole))
}

describe('calling a host', () => {
  it('gives its answer, of whatever status', async () => {
    const setting = await createSetting()
    const answer = unwrap(await call(setting))
    expect([answer.code, Buffer.from(answer.body).toString()]).toEqual([200, 'seven'])
    setting.server.answer = () => reply(418, new Uint8Array())
    expect(unwrap(await call(setting)).code).toBe(418)
    expect(setting.server.requests).toEqual(['GET /file/7', 'GET /file/7'])
  })

  it('sends onions to a guard, and nothing to anybody else', async () => {
    const setting = await createSetting()
    await call(setting)
    expect(setting.network.packetsTo('/onion_req/v2')).toHaveLength(1)
    const text = setting.network.packets.map(({ body }) => Buffer.from(body).toString('latin1'))
    expect(text.join('')).not.toContain(setting.server.url.slice('http://'.length))
  })

  it('tries other paths while one loses the request, and blames that one', async () => {
    const setting = await createSetting()
    let lost = 1
    for (const { faults } of setting.network.nodes) {
      faults.relay = async (honest) => (lost-- > 0 ? answerWith(502, 'lost') : honest())
    }
    expect(unwrap(await call(setting)).code).toBe(200)
    expect(setting.network.packetsTo('/onion_req/v2')).toHaveLength(2)
  })

  it('gives up after the tries it was given, and leaves every node in the pool', async () => {
    const setting = await createSetting()
    setting.server.isDead = true
    expect(codeOf(await call(setting, { tries: 2 }))).toBe('path_failed')
    expect(setting.network.packetsTo('/onion_req/v2')).toHaveLength(2)
    expect(setting.client.pool.nodes).toHaveLength(12)
  })

  it('says of a host with another key that no answer came, not what it answered', async () => {
    const setting = await createSetting()
    const other = new SimulatedFileServer(setting.network, 'other')
    const host = describeHost({ url: setting.server.url, key: other.key })
    if (host === undefined) throw new Error('a host')
    expect(codeOf(await call(setting, { host }))).toBe('path_failed')
    expect(setting.server.requests).toEqual([])
  })

  it('takes another guard where one is dead', async () => {
    const setting = await createSetting()
    unwrap(await call(setting))
    const guards = setting.client.paths.paths.map(({ nodes }) => nodes[0].id)
    setting.network.node(guards[0] ?? '').faults.isDead = true
    for (let round = 0; round < 5; round++) expect(unwrap(await call(setting)).code).toBe(200)
  })

  it('puts a node in the place of one that has left', async () => {
    const setting = await createSetting()
    unwrap(await call(setting))
    const [path] = setting.client.paths.paths
    const gone = path?.nodes[2].id ?? ''
    for (const { faults } of setting.network.nodes) faults.unknown = new Set([gone])
    for (let round = 0; round < 20; round++) expect(unwrap(await call(setting)).code).toBe(200)
    expect(setting.client.pool.find(gone)).toBeUndefined()
  })

  it('has no path where there are too few nodes', async () => {
    const setting = await createSetting(2)
    expect(codeOf(await call(setting))).toBe('no_path')
  })
})
