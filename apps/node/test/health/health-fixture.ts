/**
 * One node's health service in a network of five: three members of its swarm, itself among them, a node of another swarm, and
 * one with the directory's role. The clock stands until a test moves it; the others answer as a test says.
 *
 * @module
 */
import { join } from 'node:path'
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import type { NodeRecord } from '@sotto/protocol/directory'
import { createFakeClock, type FakeClock } from '@sotto/testkit/fake-clock'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { DirectoryKeeper } from '../../src/directory/directory-keeper.ts'
import { EpochFiles } from '../../src/directory/epoch-files.ts'
import { HealthService } from '../../src/health/health-service.ts'
import { systemPeerNetwork } from '../../src/link/peer-network.ts'
import type { LinkAnswer } from '../../src/link/incoming-requests.ts'
import type { NodeBase } from '../../src/node-base.ts'
import type { NodeIdentity } from '../../src/node-identity.ts'
import type { SqliteMessageStore } from '../../src/store/sqlite-message-store.ts'
import type { PeerFailure, PeerRequest } from '../../src/swarm/peer-client.ts'
import { createLinkCredentials } from '../../src/tls/self-signed-certificate.ts'
import { createIdentity, createRecord } from '../link/link-fixture.ts'
import {
  createTestConfig,
  createTestFolder,
  SILENT_EVENTS,
  signTestEpoch,
  TEST_AUTHORITY,
  TEST_NETWORK_ID,
} from '../network/test-nodes.ts'
import { openMemoryStore } from '../store/store-fixture.ts'

export const EPOCH = 5
export const EPOCH_MS = 120_000
/** What the fixture's node answers to those that ask for its proof. */
export const PROOF: Uint8Array = encodeUtf8('a proof')
const NAMES = ['self', 'first', 'second', 'stranger', 'directory'] as const
const [OWN_SWARM, OTHER_SWARM] = [0n, 1n << 63n]
/** Nobody listens at ports of so low numbers: the tests of reachability fail at once. */
const FIRST_PORT = 31

type Name = (typeof NAMES)[number]

export interface Sent {
  readonly to: string
  readonly request: PeerRequest
}

export interface Bench extends AsyncDisposable {
  readonly clock: FakeClock
  readonly store: SqliteMessageStore
  readonly health: HealthService
  readonly sent: Sent[]
  readonly ownProofs: Uint8Array[]
  readonly state: { isCaughtUp: boolean }
  identityOf(name: Name): NodeIdentity
  recordOf(name: Name): NodeRecord
  /** As the link does when `sender` asks. */
  ask(command: number, body: Uint8Array, sender: Name): Promise<LinkAnswer>
  /** From now on all others answer requests of this command so. */
  answerWith(command: number, answer: (body: Uint8Array) => Uint8Array): void
  sentWith(command: number): readonly Sent[]
}

function createRecords(): ReadonlyMap<Name, NodeRecord> {
  return new Map(
    NAMES.map((name, index) => {
      const record = createRecord(createIdentity(name), FIRST_PORT + 3 * index)
      const swarm = index < 3 ? OWN_SWARM : OTHER_SWARM
      const roles = name === 'directory' ? ['storage', 'directory'] : ['storage']
      return [name, Object.assign(record, { swarm, roles })]
    }),
  )
}

async function createBase(
  folder: string,
  clock: FakeClock,
  store: SqliteMessageStore,
): Promise<NodeBase> {
  const identity = createIdentity('self')
  const randomness = createSeededRandomness('health service')
  const authorities = { keys: [TEST_AUTHORITY.publicKey], threshold: 1 }
  return {
    config: createTestConfig(folder),
    identity,
    clock,
    randomness,
    events: SILENT_EVENTS,
    network: systemPeerNetwork,
    store,
    records: store.records,
    keeper: new DirectoryKeeper({ network: TEST_NETWORK_ID, authorities, clock }),
    files: await EpochFiles.open(join(folder, 'epochs')),
    certificate: createLinkCredentials(identity.signing, randomness),
  }
}

/** Of a node that is in the directory, unless `isListed` is false. */
export async function startHealth({ isListed = true } = {}): Promise<Bench> {
  const folder = await createTestFolder()
  const clock = createFakeClock()
  const store = openMemoryStore()
  const base = await createBase(folder.path, clock, store)
  const records = createRecords()
  const listed = [...records].filter(([name]) => isListed || name !== 'self')
  const document = signTestEpoch(
    listed.map(([, record]) => record),
    { epoch: EPOCH, startsAt: clock.now(), epochMs: EPOCH_MS },
  )
  if (!base.keeper.accept(document).ok) throw new Error('the directory was refused')
  const sent: Sent[] = []
  const ownProofs: Uint8Array[] = []
  const state = { isCaughtUp: true }
  const answers = new Map<number, (body: Uint8Array) => Uint8Array>()
  const request = (
    peer: NodeRecord,
    asked: PeerRequest,
  ): Promise<Result<Uint8Array, PeerFailure>> => {
    const to = [...records].find(([, { ports }]) => ports.peer === peer.ports.peer)?.[0] ?? 'nobody'
    sent.push({ to, request: asked })
    const answer = answers.get(asked.command)?.(asked.body)
    return Promise.resolve(answer === undefined ? err({ kind: 'unreachable' }) : ok(answer))
  }
  const health = new HealthService({
    base,
    peers: { request },
    createProof: () => PROOF,
    onOwnProof: (proof) => void ownProofs.push(proof),
    isCaughtUp: () => state.isCaughtUp,
  })
  health.start()
  const recordOf = (name: Name): NodeRecord => {
    const record = records.get(name)
    if (record === undefined) throw new RangeError('no such node')
    return record
  }
  return {
    clock,
    store,
    health,
    sent,
    ownProofs,
    state,
    recordOf,
    identityOf: createIdentity,
    ask: (command, body, sender) =>
      new Map(health.commands).get(command)?.(body, recordOf(sender)) ??
      Promise.resolve('unknown_command'),
    answerWith: (command, answer) => void answers.set(command, answer),
    sentWith: (command) => sent.filter((each) => each.request.command === command),
    async [Symbol.asyncDispose]() {
      health[Symbol.dispose]()
      base.keeper[Symbol.dispose]()
      await store[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}
