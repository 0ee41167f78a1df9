/**
 * Nodes, an authority and a directory with keys that are the same in every run.
 *
 * @module
 */
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import {
  type SigningKeyPair,
  convertSigningKeyPair,
  deriveSigningKeyPair,
} from '@sotto/crypto/signing'
import type { AgreementKeyPair } from '@sotto/crypto/agreement'
import { type Directory, type NodeRecord, createDirectory } from '../src/directory/index.ts'
import { INVALID_SWARM_ID, assignSwarms } from '../src/swarm/index.ts'

export const AUTHORITY: SigningKeyPair = deriveSigningKeyPair(sha256(encodeUtf8('authority')))
export const ISSUED_AT_MS = 1_767_225_600_000

export function createSigningKeys(name: string): SigningKeyPair {
  return deriveSigningKeyPair(sha256(encodeUtf8(name)))
}

function createNodeAgreement(index: number): AgreementKeyPair {
  return convertSigningKeyPair(createSigningKeys(`node ${index}`))
}

/** A node on an address of its own, with ports that no other fixture has. */
export function createNode(index: number, changes: Partial<NodeRecord> = {}): NodeRecord {
  return {
    ed25519: createSigningKeys(`node ${index}`).publicKey,
    x25519: createNodeAgreement(index).publicKey,
    legacy: createSigningKeys(`legacy ${index}`).publicKey,
    host: `10.${index >> 8}.${index & 0xff}.1`,
    ports: { https: 22_021, web: 22_022, peer: 22_023 },
    roles: ['storage'],
    swarm: 0n,
    ...changes,
  }
}

export function createNodes(count: number): readonly NodeRecord[] {
  const keys = Array.from({ length: count }, (_, index) => encodeHex(createNode(index).ed25519))
  const swarms = assignSwarms(new Map(), keys, new Uint8Array(32))
  return keys.map((key, index) => createNode(index, { swarm: swarms.get(key) ?? INVALID_SWARM_ID }))
}

export function createTestDirectory(
  nodes: readonly NodeRecord[] = createNodes(12),
  height = 7,
): Directory {
  return createDirectory(nodes, { height, issuedAt: ISSUED_AT_MS })
}
