/** Tests of reachability, spec 09 §3.4, against real listeners on loopback. */
import { encodeHex } from '@sotto/crypto/bytes'
import { systemRandomness } from '@sotto/crypto/randomness'
import { err, ok } from '@sotto/crypto/result'
import type { NodePorts, NodeRecord } from '@sotto/protocol/directory'
import { encodeUptimeProof, TESTED_PROTOCOLS, type UptimeProof } from '@sotto/protocol/health'
import { COMMANDS } from '@sotto/protocol/link'
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Probed, probeNode } from '../../src/health/probe-node.ts'
import { PeerLinks } from '../../src/link/peer-links.ts'
import { SOFTWARE_VERSION } from '../../src/software-version.ts'
import type { PeerClient, PeerRequest } from '../../src/swarm/peer-client.ts'
import { systemClock } from '../../src/system-clock.ts'
import { createLinkCredentials } from '../../src/tls/self-signed-certificate.ts'
import { createIdentity } from '../link/link-fixture.ts'
import { SILENT_EVENTS, startTestNodes, type TestNodes } from '../network/test-nodes.ts'
import { findClosedPort, startEndless, startPonger, startSilent } from './strange-listeners.ts'

const { https, web, peer } = TESTED_PROTOCOLS
const TIMEOUT_MS = 5000
const SLOW_TEST_MS = 20_000

let network: TestNodes
let tester: PeerLinks

beforeAll(async () => {
  network = await startTestNodes({ count: 2 })
  const { identity } = network.at(1).node
  tester = new PeerLinks({
    certificate: createLinkCredentials(identity.signing, systemRandomness),
    ownKey: encodeHex(identity.signing.publicKey),
    clock: systemClock,
    answer: () => Promise.resolve('unknown_command'),
    events: SILENT_EVENTS,
  })
})

afterAll(async () => {
  tester.end()
  await network[Symbol.asyncDispose]()
})

function probe(node: NodeRecord, peers: PeerClient = tester): Promise<Probed> {
  const legacyKey = network.at(1).node.identity.legacy.publicKey
  return probeNode(node, { peers, clock: systemClock, legacyKey })
}

/** The first node's record, which says that some of its ports are elsewhere. */
function moveTo(ports: Partial<NodePorts>): NodeRecord {
  const { record } = network.at(0)
  return { ...record, ports: { ...record.ports, ...ports } }
}

describe('a node that runs', () => {
  it('passes all three tests and gives its proof', async () => {
    const { record, config } = network.at(0)
    const probed = await probe(record)
    expect(probed.failing).toBe(0)
    expect(probed.proof).toMatchObject({
      node: record.ed25519,
      epoch: 0,
      software: SOFTWARE_VERSION,
      storageMaxBytes: config.databaseMaxBytes,
      messages: 0,
    })
    expect(probed.roundTripMs).toBeLessThan(TIMEOUT_MS)
    expect(Math.abs(probed.clockOffsetMs ?? TIMEOUT_MS)).toBeLessThan(1000)
  })

  it('is the same run of the program in each proof', async () => {
    const proofs = [await probe(network.at(0).record), await probe(network.at(0).record)]
    const [first, second] = proofs.map(({ proof }) => proof?.instance)
    expect(first).toBeDefined()
    expect(second).toEqual(first)
  })
})

describe('a node that fails one test fails exactly that bit', () => {
  it.each<['https' | 'web', number]>([
    ['https', https],
    ['web', web],
  ])('when another node’s key answers at %s', async (listener, bit) => {
    const name = network.at(1).record.legacy
    await using ponger = await startPonger({ name }, { secure: listener === 'https' })
    expect((await probe(moveTo({ [listener]: ponger.port }))).failing).toBe(bit)
  })

  it.each<['https' | 'web', number]>([
    ['https', https],
    ['web', web],
  ])('when a whole other node is at %s', async (listener, bit) => {
    const other = network.at(1).record.ports[listener]
    expect((await probe(moveTo({ [listener]: other }))).failing).toBe(bit)
  })

  it('when another node is at its peer port, which the link finds out', async () => {
    const { signing } = createIdentity('somebody else')
    expect(await probe({ ...network.at(0).record, ed25519: signing.publicKey })).toEqual({
      failing: peer,
      roundTripMs: 0,
      clockOffsetMs: undefined,
      proof: undefined,
    })
  })

  it('when a web server without a name is there', async () => {
    await using ponger = await startPonger({}, { secure: false })
    expect((await probe(moveTo({ web: ponger.port }))).failing).toBe(web)
  })

  it('when the right name comes with an error', async () => {
    const name = network.at(0).record.legacy
    await using ponger = await startPonger({ name, status: 503 }, { secure: true })
    expect((await probe(moveTo({ https: ponger.port }))).failing).toBe(https)
  })

  it('when HTTP answers where HTTPS should', async () => {
    expect((await probe(moveTo({ https: network.at(0).record.ports.web }))).failing).toBe(https)
  })

  it.each<[keyof NodePorts, number]>([
    ['https', https],
    ['web', web],
    ['peer', peer],
  ])('when nobody listens at %s', async (listener, bit) => {
    const port = await findClosedPort()
    const stranger = createIdentity(`nobody at ${listener}`).signing.publicKey
    // A link to the node may be open already: another key makes the tester dial.
    const ed25519 = listener === 'peer' ? stranger : network.at(0).record.ed25519
    expect((await probe({ ...moveTo({ [listener]: port }), ed25519 })).failing).toBe(bit)
  })

  it('is told by its name alone: the certificate at HTTPS means nothing', async () => {
    const name = network.at(0).record.legacy
    await using ponger = await startPonger({ name }, { secure: true })
    expect((await probe(moveTo({ https: ponger.port }))).failing).toBe(0)
  })
})

describe('a node that is away', () => {
  it('fails all three tests', async () => {
    const port = await findClosedPort()
    const { signing } = createIdentity('away')
    const away = { ...moveTo({ https: port, web: port, peer: port }), ed25519: signing.publicKey }
    expect(await probe(away)).toMatchObject({ failing: https | web | peer, proof: undefined })
  })
})

describe.concurrent('a listener that plays for time', () => {
  it(
    'fails when it takes the connection and says nothing',
    async () => {
      await using silent = await startSilent()
      const beganMs = performance.now()
      const probed = await probe(moveTo({ https: silent.port, web: silent.port }))
      const tookMs = performance.now() - beganMs
      expect(probed.failing).toBe(https | web)
      expect(tookMs).toBeGreaterThan(TIMEOUT_MS - 100)
      expect(tookMs).toBeLessThan(3 * TIMEOUT_MS)
    },
    SLOW_TEST_MS,
  )

  it(
    'is cut off though its answer was good, and does no harm',
    async () => {
      await using endless = await startEndless(network.at(0).record.legacy)
      expect((await probe(moveTo({ web: endless.port }))).failing).toBe(0)
      // An error of the response that nobody listens for would end the test run.
      await endless.connectionGone
    },
    SLOW_TEST_MS,
  )
})

describe('the proof that comes over the link', () => {
  const NOW_MS = 1_767_225_600_000

  function createProof(changes: Partial<UptimeProof> = {}): UptimeProof {
    return {
      node: network.at(0).record.ed25519,
      issuedAt: NOW_MS,
      epoch: 0,
      software: [1, 2, 3],
      instance: new Uint8Array(16),
      storageUsedBytes: 0,
      storageMaxBytes: 0,
      messages: 0,
      flags: 0,
      ...changes,
    }
  }

  function probeAnswering(
    answer: Uint8Array | undefined,
    requests: PeerRequest[] = [],
  ): Promise<Probed> {
    const peers: PeerClient = {
      request: (_peer, request) => {
        requests.push(request)
        return Promise.resolve(answer === undefined ? err({ kind: 'timeout' }) : ok(answer))
      },
    }
    const legacyKey = network.at(1).record.legacy
    const clock = createFakeClock(NOW_MS)
    return probeNode(network.at(0).record, { peers, clock, legacyKey })
  }

  it('is asked for with an empty request', async () => {
    const requests: PeerRequest[] = []
    await probeAnswering(undefined, requests)
    expect(requests).toEqual([
      { command: COMMANDS.uptime, body: new Uint8Array(), timeoutMs: TIMEOUT_MS },
    ])
  })

  it.each([90_000, 0, -90_000])('tells that the node’s clock is %i ms ahead', async (aheadMs) => {
    const { signing } = network.at(0).node.identity
    const proof = createProof({ issuedAt: NOW_MS + aheadMs })
    const { clockOffsetMs = 0, failing } = await probeAnswering(encodeUptimeProof(proof, signing))
    expect(failing).toBe(0)
    expect(Math.abs(clockOffsetMs - aheadMs)).toBeLessThan(1000)
  })

  it('fails when it is another node’s, though that one signed it', async () => {
    const { signing } = network.at(1).node.identity
    const proof = createProof({ node: signing.publicKey })
    expect((await probeAnswering(encodeUptimeProof(proof, signing))).failing).toBe(peer)
  })

  it('fails when another node signed it', async () => {
    const { signing } = network.at(1).node.identity
    expect((await probeAnswering(encodeUptimeProof(createProof(), signing))).failing).toBe(peer)
  })

  it.each([
    ['nothing', undefined],
    ['an empty answer', new Uint8Array()],
    ['garbage', new Uint8Array(300).fill(0x64)],
    ['far too much', new Uint8Array(100_000)],
  ])('fails when it is %s', async (_what, answer) => {
    expect((await probeAnswering(answer)).failing).toBe(peer)
  })
})
