/**
 * Peer links of several nodes without the rest of the nodes: identities, a directory, listeners and `PeerLinks`.
 *
 * @module
 */
import { once } from 'node:events'
import { encodeHex } from '@sotto/crypto/bytes'
import { systemRandomness } from '@sotto/crypto/randomness'
import { createDirectory, type Directory, type NodeRecord } from '@sotto/protocol/directory'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import type { NodeEvents } from '../../src/events.ts'
import { createPeerListener } from '../../src/link/peer-listener.ts'
import { type AnswerPeer, PeerLinks } from '../../src/link/peer-links.ts'
import { type PeerNetwork, systemPeerNetwork } from '../../src/link/peer-network.ts'
import { deriveNodeIdentity, type NodeIdentity } from '../../src/node-identity.ts'
import { systemClock } from '../../src/system-clock.ts'
import {
  createLinkCredentials,
  type TlsCredentials,
} from '../../src/tls/self-signed-certificate.ts'
import { readPort } from '../network/read-port.ts'
import { SILENT_EVENTS } from '../network/test-nodes.ts'

export interface LinkNode extends AsyncDisposable {
  readonly identity: NodeIdentity
  readonly certificate: TlsCredentials
  readonly links: PeerLinks
  readonly record: NodeRecord
  readonly refused: { count: number }
  readonly opened: string[]
  /** Resolves when one of its links is gone. */
  readonly linkGone: Promise<void>
}

export interface LinkNodes extends AsyncDisposable {
  at(index: number): LinkNode
  directory: Directory
}

export interface LinkNodesOptions {
  readonly count?: number
  readonly answer?: AnswerPeer
  readonly seed?: string
  readonly network?: PeerNetwork
}

const echo: AnswerPeer = (_command, body) => Promise.resolve(body)

export function createIdentity(name: string): NodeIdentity {
  return deriveNodeIdentity(createSeededRandomness(name).bytes(32))
}

export function createRecord(identity: NodeIdentity, peerPort: number): NodeRecord {
  return {
    ed25519: identity.signing.publicKey,
    x25519: identity.agreement.publicKey,
    legacy: identity.legacy.publicKey,
    host: '127.0.0.1',
    // Two nodes on one host differ in their ports; these two are not used here.
    ports: {
      https: peerPort === 1 ? 2 : peerPort - 1,
      web: peerPort === 1 ? 3 : peerPort + 1,
      peer: peerPort,
    },
    roles: ['storage'],
    swarm: 0n,
  }
}

export async function startLinkNode(
  identity: NodeIdentity,
  {
    answer = echo,
    directory,
    network = systemPeerNetwork,
  }: {
    readonly answer?: AnswerPeer
    readonly directory: () => Directory | undefined
    readonly network?: PeerNetwork
  },
  port = 0,
): Promise<LinkNode> {
  const certificate = createLinkCredentials(identity.signing, systemRandomness)
  const opened: string[] = []
  const refused = { count: 0 }
  const gone = Promise.withResolvers<void>()
  const events: NodeEvents = {
    ...SILENT_EVENTS,
    linkOpened: (_peer, dialler) => void opened.push(dialler),
    linkClosed: () => gone.resolve(),
  }
  const links = new PeerLinks({
    certificate,
    ownKey: encodeHex(identity.signing.publicKey),
    clock: systemClock,
    answer,
    events,
    network,
  })
  const onRefused = (): void => {
    refused.count += 1
  }
  const server = createPeerListener({ certificate, links, directory, onRefused })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    identity,
    certificate,
    links,
    record: createRecord(identity, readPort(server)),
    refused,
    opened,
    linkGone: gone.promise,
    async [Symbol.asyncDispose]() {
      server.close()
      links.end()
      await once(server, 'close')
    },
  }
}

export async function startLinkNodes(options: LinkNodesOptions = {}): Promise<LinkNodes> {
  const { count = 2, answer = echo, seed = 'link', network = systemPeerNetwork } = options
  const state: { directory: Directory | undefined } = { directory: undefined }
  const parts = { answer, network, directory: () => state.directory }
  const nodes = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      startLinkNode(createIdentity(`${seed}${index}`), parts),
    ),
  )
  const directory = createDirectory(
    nodes.map(({ record }) => record),
    { height: 1, issuedAt: 1 },
  )
  state.directory = directory
  return {
    get directory() {
      return state.directory ?? directory
    },
    set directory(next) {
      state.directory = next
    },
    at(index) {
      const node = nodes[index]
      if (node === undefined) throw new RangeError('no such node')
      return node
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()))
    },
  }
}
