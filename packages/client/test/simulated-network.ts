/**
 * A whole network in memory behind the transport port, with a clock that tests move and a record of every packet that
 * left the device.
 *
 * @module
 */
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import type { Randomness } from '@sotto/crypto/randomness'
import { type Result, err, ok } from '@sotto/crypto/result'
import { convertSigningKeyPair, deriveSigningKeyPair } from '@sotto/crypto/signing'
import {
  type NodeRecord,
  createDirectory,
  encodeServiceNodes,
  parseServiceNodesRequest,
} from '@sotto/protocol/directory'
import { type AccountBytes, INVALID_SWARM_ID, assignSwarms } from '@sotto/protocol/swarm'
import { type FakeClock, createFakeClock } from '@sotto/testkit/fake-clock'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import type {
  Transport,
  TransportFailure,
  TransportReply,
  TransportRequest,
} from '../src/ports/index.ts'
import {
  type HttpAnswer,
  type NodeKeys,
  type NodeWorld,
  SimulatedNode,
  type SimulatedHost,
} from './simulated-node.ts'

export const SEED_URL = 'http://seed.test'
const HTTPS_PORT = 22_021
const WEB_PORT = 22_022
const PEER_PORT = 22_023
const PORTS_PER_NODE = 3

export interface SimulationOptions {
  readonly nodes?: number
  /** Makes keys and choices of this network differ from those of others. */
  readonly name?: string
  /** The address of each node; all on loopback when left out. */
  readonly hostOf?: (index: number) => string
}

export class SimulatedNetwork implements Transport {
  readonly clock: FakeClock = createFakeClock()
  readonly randomness: Randomness
  readonly nodes: readonly SimulatedNode[]
  /** Everything that was posted, in order. */
  readonly packets: TransportRequest[] = []
  /** Answers the seed in its own way. */
  seed: (() => TransportReply | undefined) | undefined
  /** By scheme, name and port. */
  readonly hosts = new Map<string, SimulatedHost>()
  /** Nothing leaves the device. */
  isOffline = false
  readonly #world: NodeWorld

  constructor({ nodes = 12, name = 'simulation', hostOf }: SimulationOptions = {}) {
    this.randomness = createSeededRandomness(name)
    const keys = Array.from({ length: nodes }, (_, index) => createKeys(`${name} ${index}`))
    const ids = keys.map(({ signing }) => encodeHex(signing.publicKey))
    const swarms = assignSwarms(new Map(), ids, new Uint8Array(32))
    const records = keys.map((pair, index) => {
      const swarm = swarms.get(ids[index] ?? '') ?? INVALID_SWARM_ID
      return createRecord(pair, { index, host: hostOf?.(index), swarm })
    })
    const byId = new Map<string, SimulatedNode>()
    this.#world = {
      clock: this.clock,
      randomness: this.randomness,
      directory: createDirectory(records, { height: 1, issuedAt: this.clock.now() }),
      findNode: (id) => byId.get(id),
      findHost: (url) => this.hosts.get(url),
    }
    this.nodes = keys.map((pair) => new SimulatedNode(pair, this.#world))
    for (const node of this.nodes) byId.set(node.id, node)
  }

  node(id: string): SimulatedNode {
    const found = this.nodes.find((node) => node.id === id)
    if (found === undefined) throw new Error('no such node')
    return found
  }

  swarmOf(account: AccountBytes): readonly SimulatedNode[] {
    const { members } = this.#world.directory.swarmOf(account)
    return this.nodes.filter(({ record }) => members.includes(record))
  }

  swarmIdOf(account: AccountBytes): bigint {
    return this.#world.directory.swarmOf(account).id
  }

  /** The network grows, shrinks, or its swarms move: nodes answer by the new list from now on. */
  changeRecords(change: (record: NodeRecord) => NodeRecord | undefined): void {
    const { directory } = this.#world
    const records = directory.nodes.flatMap((record) => change(record) ?? [])
    this.#world.directory = createDirectory(records, {
      height: directory.height + 1,
      issuedAt: this.clock.now(),
    })
  }

  async post(request: TransportRequest): Promise<Result<TransportReply, TransportFailure>> {
    this.packets.push(request)
    const { target, body } = request
    if (this.isOffline) return err({ kind: 'unreachable' })
    if (target.kind === 'url') return this.#answerSeed(target.url)
    const node = this.nodes.find(
      ({ record }) =>
        record.host === target.node.host && record.ports.https === target.node.httpsPort,
    )
    if (node === undefined || node.faults.isDead === true || node.faults.isBlocked === true) {
      return err({ kind: 'timeout' })
    }
    return ok(
      target.endpoint === '/onion_req/v2'
        ? describeReply(await node.acceptOnion(body))
        : describeReply(node.acceptRpc(body)),
    )
  }

  /** Nothing here is to be read at a URL; documents of the directory are `directory-fixtures.ts`. */
  get(): Promise<Result<TransportReply, TransportFailure>> {
    return Promise.resolve(err({ kind: 'unreachable' }))
  }

  /** Packets to nodes, by endpoint. */
  packetsTo(endpoint: '/storage_rpc/v1' | '/onion_req/v2'): readonly TransportRequest[] {
    return this.packets.filter(
      ({ target }) => target.kind === 'node' && target.endpoint === endpoint,
    )
  }

  /** Moves the clock until the promise settles. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    const waiting = { isDone: false }
    const settled = promise.finally(() => {
      waiting.isDone = true
    })
    // Whoever waits for `settled` sees the rejection; until then it must not count as unseen.
    settled.catch(() => undefined)
    while (!waiting.isDone) {
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      if (!waiting.isDone && this.clock.pending > 0) await this.clock.advance(SETTLE_STEP_MS)
    }
    return settled
  }

  #answerSeed(url: string): Result<TransportReply, TransportFailure> {
    if (this.seed !== undefined) {
      const reply = this.seed()
      return reply === undefined ? err({ kind: 'unreachable' }) : ok(reply)
    }
    if (url !== `${SEED_URL}/json_rpc`) return err({ kind: 'unreachable' })
    return ok(this.answerHonestSeed())
  }

  answerHonestSeed(): TransportReply {
    const result = encodeServiceNodes(this.#world.directory, parseServiceNodesRequest({}))
    return {
      status: 200,
      contentType: 'application/json',
      body: encodeUtf8(JSON.stringify({ jsonrpc: '2.0', id: '0', result })),
    }
  }
}

const SETTLE_STEP_MS = 500

function describeReply({ status, body }: HttpAnswer): TransportReply {
  return { status, body, contentType: 'text/plain' }
}

function createKeys(name: string): NodeKeys {
  const signing = deriveSigningKeyPair(sha256(encodeUtf8(name)))
  return { signing, agreement: convertSigningKeyPair(signing) }
}

function createRecord(
  { signing, agreement }: NodeKeys,
  place: { readonly index: number; readonly host: string | undefined; readonly swarm: bigint },
): NodeRecord {
  const shift = place.index * PORTS_PER_NODE
  return {
    ed25519: signing.publicKey,
    x25519: agreement.publicKey,
    legacy: deriveSigningKeyPair(sha256(signing.publicKey)).publicKey,
    host: place.host ?? '127.0.0.1',
    ports: { https: HTTPS_PORT + shift, web: WEB_PORT + shift, peer: PEER_PORT + shift },
    roles: ['storage'],
    swarm: place.swarm,
  }
}
