/**
 * Members of one swarm with real stores and replication, of which the first leaves. Requests between them go from memory to
 * memory; the clock stands until a test moves it.
 *
 * @module
 */
import { err, ok, type Result } from '@sotto/crypto/result'
import { createFirstEpoch } from '@sotto/protocol/authority'
import {
  createEpochDocument,
  encodeEpochContent,
  encodeEpochDocument,
  type NodeRecord,
  type NodeState,
  signEpoch,
} from '@sotto/protocol/directory'
import { createFakeClock, type FakeClock } from '@sotto/testkit/fake-clock'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { DirectoryKeeper } from '../../src/directory/directory-keeper.ts'
import { ReplicationService } from '../../src/replication/replication-service.ts'
import { SOFTWARE_VERSION } from '../../src/software-version.ts'
import type { NewMessage } from '../../src/store/message-store.ts'
import type { SqliteMessageStore } from '../../src/store/sqlite-message-store.ts'
import type { PeerClient, PeerFailure, PeerRequest } from '../../src/swarm/peer-client.ts'
import { createIdentity, createRecord } from '../link/link-fixture.ts'
import { SILENT_EVENTS, TEST_AUTHORITY, TEST_NETWORK_ID } from '../network/test-nodes.ts'
import { openMemoryStore, storeAll } from '../store/store-fixture.ts'

const EPOCH_MS = 120_000
const FIRST_PORT = 31

export interface Member {
  readonly store: SqliteMessageStore
  readonly service: ReplicationService
  readonly record: NodeRecord
  isDown: boolean
}

export interface Swarm extends AsyncDisposable {
  readonly clock: FakeClock
  at(index: number): Member
  /** Long enough for everything that is due in an epoch. */
  passEpoch(): Promise<void>
}

function signDocument(
  records: readonly NodeRecord[],
  state: NodeState,
  startsAt: number,
): Uint8Array {
  const described = records.map((record) => ({
    ...record,
    software: SOFTWARE_VERSION,
    describedAt: startsAt,
  }))
  const first = createFirstEpoch({
    network: TEST_NETWORK_ID,
    startsAt,
    epochMs: EPOCH_MS,
    nodes: described,
  })
  const leaving = records[0]?.ed25519
  const nodes = first.nodes.map((node) => (node.ed25519 === leaving ? { ...node, state } : node))
  const content = { ...first, nodes }
  const signature = signEpoch(encodeEpochContent(content), TEST_AUTHORITY)
  return encodeEpochDocument(createEpochDocument(content, [signature]))
}

function createPeers(from: NodeRecord, members: readonly Member[]): PeerClient {
  return {
    async request(
      peer: NodeRecord,
      { command, body }: PeerRequest,
    ): Promise<Result<Uint8Array, PeerFailure>> {
      const member = members.find(({ record }) => record.ports.peer === peer.ports.peer)
      if (member === undefined || member.isDown) return err({ kind: 'unreachable' })
      const answer = await new Map(member.service.commands).get(command)?.(body, from)
      return answer instanceof Uint8Array ? ok(answer) : err({ kind: 'refused' })
    },
  }
}

export interface SwarmOptions {
  readonly state?: NodeState
  /** What the first member has from the beginning, and nobody else. */
  readonly messages?: readonly NewMessage[]
}

export async function startSwarm(
  count: number,
  { state = 'leaving', messages = [] }: SwarmOptions = {},
): Promise<Swarm> {
  const clock = createFakeClock()
  const identities = Array.from({ length: count }, (_, index) => createIdentity(`member ${index}`))
  const records = identities.map((identity, index) =>
    createRecord(identity, FIRST_PORT + 3 * index),
  )
  const document = signDocument(records, state, clock.now())
  const members: Member[] = []
  const keepers: DirectoryKeeper[] = []
  for (const record of records) {
    const authorities = { keys: [TEST_AUTHORITY.publicKey], threshold: 1 }
    const keeper = new DirectoryKeeper({ network: TEST_NETWORK_ID, authorities, clock })
    if (!keeper.accept(document).ok) throw new Error('the document was refused')
    keepers.push(keeper)
    const store = openMemoryStore()
    const service = new ReplicationService({
      records: store.records,
      keeper,
      peers: createPeers(record, members),
      clock,
      randomness: createSeededRandomness(`replication ${record.ports.peer}`),
      ownKey: record.ed25519,
      events: SILENT_EVENTS,
    })
    members.push({ store, service, record, isDown: false })
  }
  for (const { store } of members.slice(0, 1)) await storeAll(store, messages)
  for (const { service } of members) service.start()
  return {
    clock,
    at(index) {
      const member = members[index]
      if (member === undefined) throw new RangeError('no such member')
      return member
    },
    async passEpoch() {
      for (let passed = 0; passed < EPOCH_MS; passed += 1000) {
        await clock.advance(1000)
        // Commits and answers take turns of the event loop, not only promises.
        await new Promise((resolve) => void setImmediate(resolve))
      }
    },
    async [Symbol.asyncDispose]() {
      for (const { service } of members) service[Symbol.dispose]()
      for (const keeper of keepers) keeper[Symbol.dispose]()
      for (const { store } of members) await store[Symbol.asyncDispose]()
    },
  }
}
