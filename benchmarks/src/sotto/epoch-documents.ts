/**
 * Epoch documents of any size. Keys of nodes are hashes and no points, but for a few that describe themselves: reading a
 * document does not look at them, and deriving thousands would take longer than what is measured.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { toX25519PublicKey } from '@sotto/crypto/agreement'
import {
  type Ed25519PublicKey,
  type SigningKeyPair,
  deriveSigningKeyPair,
  toEd25519PublicKey,
} from '@sotto/crypto/signing'
import {
  type EpochNode,
  createEpochDocument,
  encodeDescriptor,
  encodeEpochContent,
  encodeEpochDocument,
  hashHybridKey,
  signEpoch,
} from '@sotto/protocol/directory'

export const STARTS_AT_MS = 1_767_225_600_000
const EPOCH = 1000
const HYBRID = new Uint8Array(1216).fill(5)

export const DOCUMENT_NETWORK: Uint8Array = new Uint8Array(16).fill(1)

export interface SignedEpoch {
  readonly bytes: Uint8Array
  readonly authorities: readonly Ed25519PublicKey[]
  /** Descriptors with hybrid keys of some of the nodes. */
  readonly described: readonly DescribedNode[]
}

export interface DescribedNode {
  readonly ed25519: Ed25519PublicKey
  readonly bytes: Uint8Array
}

export interface EpochSize {
  readonly nodes: number
  readonly authorities: number
  /** How many nodes have descriptors. */
  readonly described?: number
}

function deriveBytes(name: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(name).digest())
}

function createKeys(name: string): SigningKeyPair {
  return deriveSigningKeyPair(deriveBytes(name))
}

function createNode(index: number, swarm: bigint): EpochNode {
  const ed25519 = toEd25519PublicKey(deriveBytes(`node ${index}`))
  const x25519 = toX25519PublicKey(deriveBytes(`agreement ${index}`))
  const legacy = toEd25519PublicKey(deriveBytes(`legacy ${index}`))
  if (ed25519 === undefined || x25519 === undefined || legacy === undefined) throw new Error('key')
  return {
    ed25519,
    x25519,
    legacy,
    host: `10.0.${index >> 8}.${index & 0xff}`,
    ports: { https: 22_021, web: 22_022, peer: 22_023 },
    roles: ['storage'],
    swarm,
    name: `node-${index}`,
    hybridHash: hashHybridKey(HYBRID),
    software: [1, 0, 0],
    describedAt: STARTS_AT_MS,
    state: 'active',
    since: EPOCH,
    credit: 1800,
    reasonsSeen: 0,
    reasonsAgreed: 0,
  }
}

export function createSignedEpoch(size: EpochSize): SignedEpoch {
  const describedCount = size.described ?? 0
  // Some 300 swarms of seven.
  const nodes = Array.from({ length: size.nodes }, (_, index) => {
    const node = createNode(index, BigInt(index % Math.ceil(size.nodes / 7)) << 32n)
    return index < describedCount ? { ...node, ...publishKeys(index) } : node
  })
  const keys = Array.from({ length: size.authorities }, (_, index) =>
    createKeys(`authority ${index}`),
  ).toSorted((a, b) => Buffer.compare(a.publicKey, b.publicKey))
  const content = {
    network: DOCUMENT_NETWORK,
    epoch: EPOCH,
    startsAt: STARTS_AT_MS,
    epochMs: 120_000,
    beacon: deriveBytes('beacon'),
    previous: deriveBytes('previous'),
    softwareMin: [1, 0, 0],
    commitments: keys.map(({ publicKey }) => ({
      authority: publicKey,
      commitment: deriveBytes('commitment'),
    })),
    nodes: nodes.toSorted((a, b) => Buffer.compare(a.ed25519, b.ed25519)),
  } as const
  const signed = encodeEpochContent(content)
  const signatures = keys.map((key) => signEpoch(signed, key))
  return {
    bytes: encodeEpochDocument(createEpochDocument(content, signatures)),
    authorities: keys.map(({ publicKey }) => publicKey),
    described: Array.from({ length: describedCount }, (_, index) => describeNode(index)),
  }
}

function publishKeys(index: number): Pick<EpochNode, 'ed25519' | 'legacy'> {
  return {
    ed25519: createKeys(`node ${index}`).publicKey,
    legacy: createKeys(`legacy ${index}`).publicKey,
  }
}

/** As a node with a hybrid key says it of itself, a moment after the document was made. */
function describeNode(index: number): DescribedNode {
  const signing = createKeys(`node ${index}`)
  const legacy = createKeys(`legacy ${index}`)
  const { x25519, host, ports, roles, software, name } = createNode(index, 0n)
  const descriptor = {
    ed25519: signing.publicKey,
    x25519,
    legacy: legacy.publicKey,
    hybrid: HYBRID,
    host,
    ports,
    roles,
    software,
    contact: 'operator@example.org',
    name: name ?? '',
    issuedAt: STARTS_AT_MS + 1,
    isLeaving: false,
  }
  return {
    ed25519: signing.publicKey,
    bytes: encodeDescriptor(descriptor, { signing, legacy }),
  }
}
