/**
 * A network in one process: real stores, real signatures, and a loopback in place of the peer link. Any
 * member's answers to the others can be replaced, to play a hostile or silent one.
 *
 * @module
 */
import { deriveAgreementKeyPair } from '@sotto/crypto/agreement'
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { ok, type Result } from '@sotto/crypto/result'
import { deriveSigningKeyPair, type SigningKeyPair } from '@sotto/crypto/signing'
import { createDirectory, type Directory, type NodeRecord } from '@sotto/protocol/directory'
import { HARD_FORK } from '@sotto/protocol/rpc'
import { createFakeClock, type FakeClock } from '@sotto/testkit/fake-clock'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { createRpcService, type RpcService } from '../../src/rpc/rpc-service.ts'
import { SqliteMessageStore } from '../../src/store/sqlite-message-store.ts'
import type { PeerClient, PeerFailure, PeerRequest } from '../../src/swarm/peer-client.ts'

export type PeerAnswer = Result<Uint8Array, PeerFailure>
type AnswerPeer = (request: PeerRequest) => PeerAnswer | Promise<PeerAnswer>

export interface TestNode {
  readonly key: string
  readonly record: NodeRecord
  readonly signing: SigningKeyPair
  readonly store: SqliteMessageStore
  readonly service: RpcService
}

export interface TestReply {
  readonly status: number
  /** As a client sees it: parsed from the text that JSON.stringify makes. */
  readonly body: unknown
}

export interface TestNetwork extends AsyncDisposable {
  readonly clock: FakeClock
  readonly nodes: readonly TestNode[]
  /** Empty unless our own code made a mistake. */
  readonly mistakes: readonly unknown[]
  /** Requests between nodes, in order. */
  readonly forwards: readonly { readonly to: string; readonly request: PeerRequest }[]
  directory: Directory | undefined
  /** From now on `node` answers the others like this. */
  answerPeersOf(node: TestNode, answer: AnswerPeer): void
  /** To the first node unless told otherwise. */
  call(method: string, params: object, node?: TestNode): Promise<TestReply>
  callRaw(body: string | Uint8Array, node?: TestNode): Promise<TestReply>
}

export interface TestNetworkOptions {
  readonly swarms?: readonly bigint[]
  readonly membersPerSwarm?: number
  readonly hardFork?: readonly [number, number]
  readonly sizeMaxBytes?: number
}

const SEED_BYTES = 32
const SIZE_MAX_BYTES = 64 * 1024 * 1024
const HEIGHT = 7

interface NodeKeys {
  readonly signing: SigningKeyPair
  readonly record: NodeRecord
}

function createNodeKeys(swarm: bigint, index: number): NodeKeys {
  const randomness = createSeededRandomness(`node ${index}`)
  const signing = deriveSigningKeyPair(randomness.bytes(SEED_BYTES))
  const record = {
    ed25519: signing.publicKey,
    x25519: deriveAgreementKeyPair(randomness.bytes(SEED_BYTES)).publicKey,
    legacy: deriveSigningKeyPair(randomness.bytes(SEED_BYTES)).publicKey,
    host: `10.0.${index}.1`,
    ports: { https: 22_100 + index, web: 22_200 + index, peer: 22_300 + index },
    roles: ['storage'],
    swarm,
  }
  return { signing, record }
}

function toBytes(body: string | Uint8Array): Uint8Array {
  return typeof body === 'string' ? encodeUtf8(body) : body
}

export function createTestNetwork(options: TestNetworkOptions = {}): TestNetwork {
  const { swarms = [0n], membersPerSwarm = 1, hardFork = HARD_FORK } = options
  const clock = createFakeClock()
  const mistakes: unknown[] = []
  const forwards: { to: string; request: PeerRequest }[] = []
  const answers = new Map<string, AnswerPeer>()
  const keys = swarms
    .flatMap((swarm) => Array.from({ length: membersPerSwarm }, () => swarm))
    .map(createNodeKeys)
  const directory = createDirectory(
    keys.map(({ record }) => record),
    { height: HEIGHT, issuedAt: clock.now() },
  )
  const connect = (sender: NodeRecord): PeerClient => ({
    async request(peer, request) {
      const to = encodeHex(peer.ed25519)
      forwards.push({ to, request })
      const answer = answers.get(to)
      if (answer !== undefined) return answer(request)
      const target = nodes.find((node) => node.key === to)
      if (target === undefined) throw new Error('a peer that is not in the network')
      return ok(await target.service.answerForward(request.body, sender))
    },
  })
  const nodes = keys.map(({ signing, record }): TestNode => {
    const sizeMaxBytes = options.sizeMaxBytes ?? SIZE_MAX_BYTES
    const store = new SqliteMessageStore({ path: ':memory:', sizeMaxBytes })
    const service = createRpcService({
      signing,
      store,
      peers: connect(record),
      clock,
      directory: () => network.directory,
      hardFork,
      onMistake: (error) => void mistakes.push(error),
    })
    return { key: encodeHex(record.ed25519), record, signing, store, service }
  })
  const first = nodes[0]
  if (first === undefined) throw new Error('a network has nodes')
  const callRaw: TestNetwork['callRaw'] = async (body, node = first) => {
    const reply = await node.service.answer(toBytes(body))
    if (typeof reply.body === 'string') return { status: reply.status, body: reply.body }
    const parsed: unknown = JSON.parse(JSON.stringify(reply.body))
    return { status: reply.status, body: parsed }
  }
  const network: TestNetwork = {
    clock,
    nodes,
    mistakes,
    forwards,
    directory,
    answerPeersOf: (node, answer) => void answers.set(node.key, answer),
    call: (method, params, node) => callRaw(JSON.stringify({ method, params }), node),
    callRaw,
    async [Symbol.asyncDispose]() {
      for (const { store } of nodes) await store[Symbol.asyncDispose]()
    },
  }
  return network
}
