/**
 * The epoch document with which a simulated network begins. Its nodes are members of their swarms for some epochs already,
 * so that they audit one another from the first.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { SigningKeyPair } from '@sotto/crypto/signing'
import type { RunningNode } from '@sotto/node/start'
import { SOFTWARE_VERSION } from '@sotto/node/version'
import { createFirstEpoch } from '@sotto/protocol/authority'
import {
  createEpochDocument,
  encodeEpochContent,
  encodeEpochDocument,
  type EpochNode,
  hashHybridKey,
  signEpoch,
} from '@sotto/protocol/directory'
import type { SwarmAssignment } from '@sotto/protocol/swarm'

export interface FoundingOptions {
  readonly network: Uint8Array
  readonly startsAt: number
  readonly epochMs: number
  readonly authorities: readonly SigningKeyPair[]
  /** Whether the first nodes are authorities, in the order of the keys. */
  readonly votes: boolean
  readonly nodes: readonly Pick<RunningNode, 'identity' | 'ports'>[]
  readonly swarms: SwarmAssignment
}

const HOST = '127.0.0.1'
const EPOCH = 100
const MEMBERS_SINCE = 50

function makeMember(node: EpochNode): EpochNode {
  return { ...node, since: MEMBERS_SINCE }
}

export function createFoundingDocument(options: FoundingOptions): Uint8Array {
  const { network, startsAt, epochMs, authorities, votes, nodes, swarms } = options
  const content = createFirstEpoch({
    network,
    startsAt,
    epochMs,
    nodes: nodes.map(({ identity, ports }, index) => ({
      ed25519: identity.signing.publicKey,
      x25519: identity.agreement.publicKey,
      legacy: identity.legacy.publicKey,
      host: HOST,
      ports,
      roles: votes && index < authorities.length ? ['storage', 'directory'] : ['storage'],
      swarm: swarms.get(encodeHex(identity.signing.publicKey)) ?? 0n,
      name: `node-${index}`,
      software: SOFTWARE_VERSION,
      describedAt: startsAt,
      // Otherwise each node would announce its key until the next document has it.
      hybridHash: hashHybridKey(identity.hybrid.publicKey),
    })),
  })
  const running = {
    ...content,
    epoch: EPOCH,
    nodes: content.nodes.map(makeMember),
  }
  const bytes = encodeEpochContent(running)
  const signatures = authorities.map((authority) => signEpoch(bytes, authority))
  return encodeEpochDocument(createEpochDocument(running, signatures))
}
