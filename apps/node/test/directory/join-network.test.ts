/** How a node becomes known, moves and leaves (spec 07 §11), with seeds and authorities that are plain servers. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Server } from 'node:net'
import { decodeDescriptor, type EpochNode, type NodeDescriptor } from '@sotto/protocol/directory'
import { INVALID_SWARM_ID } from '@sotto/protocol/swarm'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe as suite, expect, it, vi } from 'vitest'
import { NetworkMembership } from '../../src/directory/join-network.ts'
import { createHttpsCredentials } from '../../src/tls/self-signed-certificate.ts'
import { readPort } from '../network/read-port.ts'
import { createTestConfig, SILENT_EVENTS } from '../network/test-nodes.ts'
import {
  createDocument,
  createKeeper,
  describe,
  encode,
  identityOf,
  keyOf,
  recordOf,
  type TestKeeper,
} from './directory-fixture.ts'

const PORTS = { https: 22_021, web: 22_022, peer: 22_023 }
const PULSE_MS = 5000
const TOO_MUCH = 40 * 1024 * 1024

type Answer = (request: IncomingMessage, response: ServerResponse) => void

interface Site extends AsyncDisposable {
  readonly port: number
}

async function listen(server: Server): Promise<Site> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: readPort(server),
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

const openSeed = (answer: Answer): Promise<Site> =>
  listen(createServer({ keepAliveTimeout: 1 }, answer))

interface AuthoritySite extends Site {
  readonly announced: NodeDescriptor[]
}

/** What authorities’ nodes hear over HTTPS. */
async function openAuthority(): Promise<AuthoritySite> {
  const announced: NodeDescriptor[] = []
  const credentials = createHttpsCredentials(createSeededRandomness('authority site'))
  const server = createHttpsServer(credentials, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const signed = decodeDescriptor(new Uint8Array(Buffer.concat(chunks)))
      if (signed.ok && request.url === '/directory/v1/announce')
        announced.push(signed.value.descriptor)
      response.end()
    })
  })
  return { ...(await listen(server)), announced }
}

interface Member extends TestKeeper, Disposable {
  readonly membership: NetworkMembership
  readonly spread: Uint8Array[]
  readonly refused: string[]
}

/** Node 0, which believes that it listens on `10.0.0.0`. */
function createMember(seeds = '', document?: ReturnType<typeof createDocument>): Member {
  const { clock, keeper } = createKeeper(document)
  const spread: Uint8Array[] = []
  const refused: string[] = []
  const settings = { SOTTO_PUBLIC_HOST: recordOf(0).host, SOTTO_SEEDS: seeds }
  const base = {
    config: createTestConfig('/nowhere', settings),
    identity: identityOf(0),
    clock,
    keeper,
    events: { ...SILENT_EVENTS, directoryRefused: (code: string) => void refused.push(code) },
  }
  const membership = new NetworkMembership({
    base,
    sync: { spread: (descriptor) => void spread.push(descriptor) },
    ports: PORTS,
  })
  return {
    clock,
    keeper,
    membership,
    spread,
    refused,
    [Symbol.dispose]: () => membership[Symbol.dispose](),
  }
}

/** Node 1 is an authority’s. */
function listNodes(port: number, own?: Partial<EpochNode>): ReturnType<typeof createDocument> {
  const authority = recordOf(1, {
    host: '127.0.0.1',
    ports: { https: port, web: 1, peer: 2 },
    roles: ['storage', 'directory'],
  })
  const records = own === undefined ? [authority] : [recordOf(0), authority]
  const { content } = createDocument({ records })
  const nodes = content.nodes.map((node) =>
    Object.assign({}, node, node.host === '127.0.0.1' ? {} : own),
  )
  return createDocument({ nodes })
}

suite('a node that nobody knows', () => {
  it('asks its seeds for the document, again and again until there is one', async () => {
    let asked = 0
    await using seed = await openSeed((request, response) => {
      asked += 1
      response.statusCode = asked === 1 ? 503 : 200
      response.end(request.url === '/directory/v1/epoch' ? encode(createDocument()) : '')
    })
    using member = createMember(`http://127.0.0.1:1,http://127.0.0.1:${seed.port}`)
    member.membership.start()
    await vi.waitFor(() => expect(asked).toBe(1))
    expect(member.keeper.current).toBeUndefined()
    await vi.waitFor(() => {
      member.clock.step(PULSE_MS)
      expect(member.keeper.current?.height).toBe(10)
    })
    expect(member.refused).toEqual([])
  })

  it('says what is wrong with the document of a seed', async () => {
    await using seed = await openSeed((_request, response) => {
      response.end(encode(createDocument({ signers: [] })))
    })
    using member = createMember(`http://127.0.0.1:${seed.port}`)
    member.membership.start()
    await vi.waitFor(() => expect(member.refused).toEqual(['epoch_signatures']))
    expect(member.keeper.current).toBeUndefined()
  })

  it('does not read more than a document can be, whatever the seed says of its length', async () => {
    let sent = 0
    let isCutOff = false
    await using seed = await openSeed((_request, response) => {
      response.on('close', () => (isCutOff = !response.writableFinished))
      const write = (): void => {
        while (sent < 8 * TOO_MUCH && !response.destroyed) {
          sent += 65_536
          if (!response.write(new Uint8Array(65_536))) {
            response.once('drain', write)
            return
          }
        }
        response.end()
      }
      write()
    })
    using member = createMember(`http://127.0.0.1:${seed.port}`)
    member.membership.start()
    await vi.waitFor(() => expect(isCutOff).toBe(true), { timeout: 4500 })
    expect(sent).toBeLessThan(8 * TOO_MUCH)
    expect(member.refused).toEqual([])
  })

  it('tells the authorities of itself, with the same descriptor each time', async () => {
    await using authority = await openAuthority()
    using member = createMember('', listNodes(authority.port))
    member.membership.start()
    await vi.waitFor(() => expect(authority.announced).toHaveLength(1))
    member.clock.step(PULSE_MS)
    await vi.waitFor(() => expect(authority.announced).toHaveLength(2))
    const [first, second] = authority.announced
    expect(first).toEqual(second)
    expect(first).toMatchObject({
      ed25519: identityOf(0).signing.publicKey,
      host: recordOf(0).host,
      ports: PORTS,
      roles: ['storage'],
      isLeaving: false,
    })
    expect(member.spread).toEqual([])
  })

  it('has nothing to say when it leaves', async () => {
    await using authority = await openAuthority()
    using member = createMember('', listNodes(authority.port))
    member.membership.leave()
    expect(member.membership.isLeaving).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(authority.announced).toEqual([])
  })
})

suite('a node that is listed', () => {
  it('is silent while the document says what it would say', async () => {
    await using authority = await openAuthority()
    using member = createMember('', listNodes(authority.port, {}))
    member.membership.start()
    member.clock.step(4 * PULSE_MS)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect([authority.announced, member.spread]).toEqual([[], []])
  })

  it('tells everybody when the document lacks its hybrid key, as those of older software do', async () => {
    await using authority = await openAuthority()
    const own = { hybridHash: new Uint8Array(32) }
    using member = createMember('', listNodes(authority.port, own))
    member.membership.start()
    expect(member.spread).toHaveLength(1)
  })

  it.each([
    ['its host', { host: '10.1.1.1' }],
    ['a port', { ports: { ...PORTS, web: 9 } }],
    ['its roles', { roles: ['storage', 'directory'] }],
  ])('tells everybody when %s is another one now', async (_name, own) => {
    await using authority = await openAuthority()
    using member = createMember('', listNodes(authority.port, own))
    member.membership.start()
    await vi.waitFor(() => expect(authority.announced.length).toBeGreaterThan(0))
    expect(member.spread).toHaveLength(1)
    expect(member.keeper.current?.findByEd25519(keyOf(0))?.host).toBe(recordOf(0).host)
    member.clock.step(PULSE_MS)
    await vi.waitFor(() => expect(authority.announced.length).toBeGreaterThan(1))
    // Spread once; the authorities hear of it until their document has it.
    expect(member.spread).toHaveLength(1)
  })

  it('takes its address back from a second program with its key, once in an epoch', async () => {
    await using authority = await openAuthority()
    const document = listNodes(authority.port, { host: '10.9.9.9' })
    using member = createMember('', document)
    const { clock, keeper, membership, spread } = member
    const { epochMs } = document.content
    membership.start()
    expect(spread).toHaveLength(1)
    const readHost = (): string | undefined => keeper.current?.findByEd25519(keyOf(0))?.host
    const sayElsewhere = (): void => {
      const issuedAt = clock.now() + 1000
      expect(keeper.describe(describe(0, { host: '10.8.8.8', issuedAt })).ok).toBe(true)
      expect(readHost()).toBe('10.8.8.8')
    }
    sayElsewhere()
    clock.step(PULSE_MS)
    expect([spread.length, readHost()]).toEqual([1, '10.8.8.8'])
    for (let elapsed = 0; elapsed < epochMs; elapsed += PULSE_MS) clock.step(PULSE_MS)
    expect([spread.length, readHost()]).toEqual([2, recordOf(0).host])
    sayElsewhere()
    for (let elapsed = 0; elapsed < epochMs + 2 * PULSE_MS; elapsed += PULSE_MS) {
      clock.step(PULSE_MS)
    }
    expect([spread.length, readHost()]).toEqual([3, recordOf(0).host])
  })

  it.each(['active', 'awaiting', 'decommissioned'] as const)(
    'that is %s asks to be let go when it leaves',
    async (state) => {
      await using authority = await openAuthority()
      const own = state === 'active' ? { state } : { state, swarm: INVALID_SWARM_ID }
      using member = createMember('', listNodes(authority.port, own))
      member.membership.leave()
      await vi.waitFor(() => expect(authority.announced).toHaveLength(1))
      expect(authority.announced[0]?.isLeaving).toBe(true)
      expect(member.spread).toHaveLength(1)
    },
  )

  it('asks for nothing more when it is leaving by the document', async () => {
    await using authority = await openAuthority()
    using member = createMember('', listNodes(authority.port, { state: 'leaving' }))
    member.membership.leave()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect([authority.announced, member.spread]).toEqual([[], []])
  })

  it('leaves no timer behind', () => {
    const member = createMember('', listNodes(3, {}))
    member.membership.start()
    expect(member.clock.pending).toBe(1)
    member[Symbol.dispose]()
    expect(member.clock.pending).toBe(0)
  })
})
