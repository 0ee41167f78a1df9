/** Nobody but the authorities says who the nodes are, whoever hands their documents over. */
import { describe, expect, it } from 'vitest'
import {
  AUTHORITIES,
  createDocument,
  createTrust,
  type DocumentOptions,
  serve,
} from '../../../test/directory-fixtures.ts'
import { decodeEpochDocument } from '@sotto/protocol/directory'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'
import { MemoryStateStore } from '../../memory/index.ts'
import { NetworkClient } from '../network-client.ts'

const [FIRST, SECOND] = ['http://first.test', 'http://second.test'] as const
const DAY_MS = 86_400_000

interface Setting {
  readonly network: SimulatedNetwork
  readonly state: MemoryStateStore
}

function createSetting(): Setting {
  return { network: new SimulatedNetwork(), state: new MemoryStateStore() }
}

function createClient(
  { network, state }: Setting,
  answers: Readonly<Record<string, Uint8Array | undefined>>,
): { readonly client: NetworkClient; readonly asked: readonly string[] } {
  const transport = serve(network, answers)
  const { clock, randomness } = network
  const settings = { seedUrls: [], directory: createTrust([FIRST, SECOND]) }
  const client = new NetworkClient({ transport, state, clock, randomness }, settings)
  return { client, asked: transport.asked }
}

async function fill(
  setting: Setting,
  answers: Readonly<Record<string, Uint8Array | undefined>>,
): Promise<{ readonly client: NetworkClient; readonly code: string }> {
  const { client } = createClient(setting, answers)
  const code = codeOf(await setting.network.settle(client.pool.fill()))
  return { client, code }
}

describe('the nodes', () => {
  it('are those that the authorities signed, and no seed is asked', async () => {
    const setting = createSetting()
    const { client, code } = await fill(setting, { [FIRST]: createDocument(setting.network) })
    expect(code).toBe('success')
    expect(client.pool.nodes).toHaveLength(12)
    expect(setting.network.packets).toEqual([])
    expect(client.directory?.status).toEqual({
      epoch: 100,
      freshness: 'fresh',
      signatures: 2,
      authorities: 3,
      threshold: 2,
      equivocations: 0,
    })
  })

  it('are only those that serve', async () => {
    const setting = createSetting()
    const states = ['awaiting', 'decommissioned', 'left', 'leaving'] as const
    const stateOf: DocumentOptions['stateOf'] = (index) => states[index] ?? 'active'
    const { client } = await fill(setting, {
      [FIRST]: createDocument(setting.network, { stateOf }),
    })
    expect(client.pool.nodes).toHaveLength(9)
  })

  it('carry messages', async () => {
    const setting = createSetting()
    const { client } = await fill(setting, { [FIRST]: createDocument(setting.network) })
    expect(unwrap(await setting.network.settle(client.findPath()))).toHaveLength(3)
  })

  it('are those of the epoch in force while the newest document is of one that has not begun', async () => {
    const setting = createSetting()
    const current = createDocument(setting.network, { epoch: 100, ageMs: 119_000 })
    const previous = unwrap(decodeEpochDocument(current)).hash
    const next = createDocument(setting.network, { epoch: 101, ageMs: -1000, previous })
    const { client, code } = await fill(setting, { [FIRST]: next, [`${FIRST}/100`]: current })
    expect(code).toBe('success')
    expect(client.directory?.status?.epoch).toBe(100)
    await setting.network.clock.advance(1000)
    expect(client.directory?.status?.epoch).toBe(101)
  })

  it('are those of the newest document that anybody gives', async () => {
    const setting = createSetting()
    const { client } = await fill(setting, {
      [FIRST]: createDocument(setting.network, { epoch: 100, ageMs: 300_000 }),
      [SECOND]: createDocument(setting.network, { epoch: 102, ageMs: 1000 }),
    })
    expect(client.directory?.status?.epoch).toBe(102)
  })
})

describe('a document', () => {
  const lies: readonly (readonly [string, (network: SimulatedNetwork) => Uint8Array, string])[] = [
    [
      'that one authority signed',
      (network) => createDocument(network, { signers: AUTHORITIES.slice(0, 1) }),
      'directory_refused',
    ],
    [
      'of another network',
      (network) => createDocument(network, { network: new Uint8Array(16) }),
      'directory_refused',
    ],
    [
      'that was changed on the way',
      (network) => flip(createDocument(network)),
      'directory_refused',
    ],
    ['that is none', () => new Uint8Array(500), 'directory_refused'],
    ['that is nothing', () => new Uint8Array(), 'directory_refused'],
    [
      'from last week',
      (network) => createDocument(network, { ageMs: 7 * DAY_MS }),
      'directory_expired',
    ],
    [
      'from tomorrow',
      (network) => createDocument(network, { ageMs: -DAY_MS }),
      'clock_out_of_sync',
    ],
  ]

  it.each(lies)('%s is refused', async (_, make, expected) => {
    const setting = createSetting()
    const { client, code } = await fill(setting, { [FIRST]: make(setting.network) })
    expect(code).toBe(expected)
    expect(client.pool.nodes).toEqual([])
  })

  it.each(lies)('%s does not matter while somebody else is honest', async (_, make) => {
    const setting = createSetting()
    const { client, code } = await fill(setting, {
      [FIRST]: make(setting.network),
      [SECOND]: createDocument(setting.network),
    })
    expect(code).toBe('success')
    expect(client.pool.nodes).toHaveLength(12)
  })

  it('that nobody has is no network', async () => {
    expect((await fill(createSetting(), {})).code).toBe('no_nodes')
  })

  it('of an epoch that is held, with another content, is refused and kept as evidence', async () => {
    const setting = createSetting()
    const { client } = await fill(setting, {
      [FIRST]: createDocument(setting.network, { signers: AUTHORITIES.slice(0, 2) }),
      [SECOND]: createDocument(setting.network, { beacon: 2, signers: AUTHORITIES.slice(1, 3) }),
    })
    expect(client.pool.nodes).toHaveLength(12)
    expect(client.directory?.status?.equivocations).toBe(1)
  })
})

describe('a later run', () => {
  it('asks nobody while what it remembers is in force', async () => {
    const setting = createSetting()
    await fill(setting, { [FIRST]: createDocument(setting.network) })
    const { client, asked } = createClient(setting, {})
    unwrap(await setting.network.settle(client.pool.fill()))
    expect(client.pool.nodes).toHaveLength(12)
    expect(asked).toEqual([])
  })

  it('takes no older document than it has seen, however well it is signed', async () => {
    const setting = createSetting()
    await fill(setting, { [FIRST]: createDocument(setting.network, { epoch: 200, ageMs: 1000 }) })
    await setting.network.clock.advance(2 * DAY_MS)
    const old = createDocument(setting.network, { epoch: 150, ageMs: 1000 })
    const { client, code } = await fill(setting, { [FIRST]: old })
    expect(code).toBe('directory_expired')
    expect(client.directory?.status?.epoch).toBe(200)
    const { code: newer } = await fill(setting, {
      [FIRST]: createDocument(setting.network, { epoch: 1600 }),
    })
    expect(newer).toBe('success')
  })

  it('begins anew when what it remembers is damaged, or of another network', async () => {
    const setting = createSetting()
    const broken = { read: () => Promise.resolve('AAAA'), write: () => Promise.resolve() }
    const transport = serve(setting.network, { [FIRST]: createDocument(setting.network) })
    const { clock, randomness } = setting.network
    const client = new NetworkClient(
      { transport, state: broken, clock, randomness },
      { seedUrls: [], directory: createTrust([FIRST]) },
    )
    unwrap(await setting.network.settle(client.pool.fill()))
    expect(client.pool.nodes).toHaveLength(12)
  })
})

describe('a client that goes on', () => {
  it('asks for the next document when the epoch is over, and not before', async () => {
    const setting = createSetting()
    const answers: Record<string, Uint8Array> = { [FIRST]: createDocument(setting.network) }
    const { client, asked } = createClient(setting, answers)
    unwrap(await setting.network.settle(client.pool.fill()))
    await setting.network.settle(client.refresh())
    expect(asked).toHaveLength(2)
    await setting.network.clock.advance(700_000)
    answers[FIRST] = createDocument(setting.network, { epoch: 105 })
    await setting.network.settle(client.refresh())
    expect(asked).toHaveLength(4)
    expect(client.directory?.status?.epoch).toBe(105)
  })

  it('keeps its nodes while the directory is frozen, and says so', async () => {
    const setting = createSetting()
    const { client } = await fill(setting, { [FIRST]: createDocument(setting.network) })
    await setting.network.clock.advance(6 * 3_600_000)
    await setting.network.settle(client.refresh())
    expect(client.pool.nodes).toHaveLength(12)
    expect(client.directory?.status?.freshness).toBe('stale')
  })
})

/** One bit in the middle. */
function flip(bytes: Uint8Array): Uint8Array {
  const middle = bytes.length >> 1
  return bytes.with(middle, (bytes[middle] ?? 0) ^ 1)
}
