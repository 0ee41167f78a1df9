/**
 * Descriptors, authorities and epoch documents with keys that are the same in every run.
 *
 * @module
 */
import type { SigningKeyPair } from '@sotto/crypto/signing'
import {
  type AuthoritySet,
  type DescriptorKeys,
  type EpochContent,
  type EpochDocument,
  type EpochNode,
  type NodeDescriptor,
  type SignedDescriptor,
  createAuthoritySet,
  createEpochDocument,
  decodeDescriptor,
  encodeDescriptor,
  encodeEpochContent,
  signEpoch,
} from '../src/directory/index.ts'
import { compareBytes } from '../src/directory/compare-bytes.ts'
import { ISSUED_AT_MS, createNode, createSigningKeys } from './node-fixtures.ts'

export const NETWORK: Uint8Array = new Uint8Array(16).fill(0x4e)
export const EPOCH = 100
export const EPOCH_MS = 120_000
export const HYBRID: Uint8Array = Uint8Array.from({ length: 1216 }, (_, index) => index & 0xff)

/** Ascending by key, as documents have them. */
export const AUTHORITY_KEYS: readonly SigningKeyPair[] = Array.from({ length: 5 }, (_, index) =>
  createSigningKeys(`authority ${index}`),
).toSorted((a, b) => compareBytes(a.publicKey, b.publicKey))

/** Three of five. */
export const AUTHORITIES: AuthoritySet = createAuthoritySet(
  AUTHORITY_KEYS.map(({ publicKey }) => publicKey),
  3,
)

export function createDescriptorKeys(index: number): DescriptorKeys {
  return {
    signing: createSigningKeys(`node ${index}`),
    legacy: createSigningKeys(`legacy ${index}`),
  }
}

export function createDescriptor(
  index: number,
  changes: Partial<NodeDescriptor> = {},
): NodeDescriptor {
  const { ed25519, x25519, legacy, host, ports, roles } = createNode(index)
  return {
    ed25519,
    x25519,
    legacy,
    hybrid: HYBRID,
    host,
    ports,
    roles,
    software: [1, 2, 3],
    contact: 'operator@example.org',
    name: `node-${index}`,
    issuedAt: ISSUED_AT_MS,
    isLeaving: false,
    ...changes,
  }
}

export function signDescriptor(
  index: number,
  changes: Partial<NodeDescriptor> = {},
): SignedDescriptor {
  const bytes = encodeDescriptor(createDescriptor(index, changes), createDescriptorKeys(index))
  const decoded = decodeDescriptor(bytes)
  if (!decoded.ok) throw decoded.error
  return decoded.value
}

export function createEpochNode(index: number, changes: Partial<EpochNode> = {}): EpochNode {
  return {
    ...createNode(index),
    name: `node-${index}`,
    hybridHash: new Uint8Array(32),
    software: [1, 2, 3],
    describedAt: ISSUED_AT_MS,
    state: 'active',
    since: 7,
    credit: 1800,
    reasonsSeen: 0,
    reasonsAgreed: 0,
    ...changes,
  }
}

/** Sorts the nodes. */
export function createContent(
  nodes: readonly EpochNode[] = [createEpochNode(0), createEpochNode(1), createEpochNode(2)],
  changes: Partial<EpochContent> = {},
): EpochContent {
  const epoch = changes.epoch ?? EPOCH
  return {
    network: NETWORK,
    epoch,
    startsAt: ISSUED_AT_MS + epoch * EPOCH_MS,
    epochMs: EPOCH_MS,
    beacon: new Uint8Array(32).fill(0xbe),
    previous: new Uint8Array(32).fill(0x9a),
    softwareMin: [1, 0, 0],
    commitments: AUTHORITY_KEYS.map(({ publicKey }, index) => ({
      authority: publicKey,
      commitment: new Uint8Array(32).fill(index),
    })),
    nodes: nodes.toSorted((a, b) => compareBytes(a.ed25519, b.ed25519)),
    ...changes,
  }
}

export function signContent(
  content: EpochContent,
  signers: readonly SigningKeyPair[] = AUTHORITY_KEYS.slice(0, 3),
): EpochDocument {
  const bytes = encodeEpochContent(content)
  return createEpochDocument(
    content,
    signers.map((key) => signEpoch(bytes, key)),
  )
}
