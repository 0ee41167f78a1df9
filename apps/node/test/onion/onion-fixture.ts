/**
 * An onion service among nodes that the test plays: what it asks them is recorded, what they answer is chosen.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { systemRandomness } from '@sotto/crypto/randomness'
import { err, ok } from '@sotto/crypto/result'
import { createDirectory, type Directory } from '@sotto/protocol/directory'
import { encodeStatusReply } from '@sotto/protocol/link'
import { createFakeClock } from '@sotto/testkit/fake-clock'
import type { NodeIdentity } from '../../src/node-identity.ts'
import { createHostPolicy, type HostAddress } from '../../src/onion/host-policy.ts'
import { createOnionService, type OnionService } from '../../src/onion/onion-service.ts'
import type { RpcReply } from '../../src/rpc/rpc-reply.ts'
import type { PeerFailure, PeerRequest } from '../../src/swarm/peer-client.ts'
import { createIdentity, createRecord } from '../link/link-fixture.ts'

export type PeerAnswer = Uint8Array | PeerFailure['kind']

export interface OnionFixture {
  readonly own: NodeIdentity
  readonly ownKey: string
  readonly other: NodeIdentity
  readonly otherKey: string
  readonly service: OnionService
  /** What the service asked other nodes. */
  readonly asked: PeerRequest[]
  /** What the RPC was asked. */
  readonly executed: string[]
  /** Names that were looked up. */
  readonly resolved: string[]
}

export interface OnionFixtureOptions {
  readonly answer?: PeerAnswer
  readonly reply?: RpcReply
  readonly isReady?: boolean
  readonly hosts?: Readonly<Record<string, readonly HostAddress[]>>
  readonly allowList?: readonly string[]
}

const DEFAULT_REPLY: RpcReply = { status: 200, body: { answer: 42 } }
const DEFAULT_ANSWER = encodeStatusReply({ status: 200, body: Uint8Array.of(1, 2, 3) })

export function createOnionFixture(options: OnionFixtureOptions = {}): OnionFixture {
  const { answer = DEFAULT_ANSWER, reply = DEFAULT_REPLY, isReady = true, hosts = {} } = options
  const [own, other] = [createIdentity('own'), createIdentity('other')]
  const nodes = [createRecord(own, 20_000), createRecord(other, 30_000)]
  const directory: Directory = createDirectory(nodes, { height: 1, issuedAt: 1 })
  const asked: PeerRequest[] = []
  const executed: string[] = []
  const resolved: string[] = []
  const ownKey = encodeHex(own.signing.publicKey)
  const service = createOnionService({
    agreement: own.agreement,
    ownKey,
    directory: () => (isReady ? directory : undefined),
    peers: {
      request: async (_peer, request) => {
        asked.push(request)
        return typeof answer === 'string' ? err({ kind: answer }) : ok(answer)
      },
    },
    rpc: {
      answer: async (body) => {
        executed.push(Buffer.from(body).toString())
        return reply
      },
      answerForward: async () => new Uint8Array(),
    },
    hostPolicy: createHostPolicy({
      allowList: new Set(options.allowList),
      resolve: async (host) => {
        resolved.push(host)
        return hosts[host] ?? []
      },
    }),
    clock: createFakeClock(),
    randomness: systemRandomness,
  })
  const otherKey = encodeHex(other.signing.publicKey)
  return { own, ownKey, other, otherKey, service, asked, executed, resolved }
}
