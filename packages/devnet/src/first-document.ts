/**
 * The epoch document with which a local network begins (spec 08 §4.9): its nodes, divided into swarms, signed by all of its
 * authorities. Later ones the authorities make among themselves.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { systemRandomness } from '@sotto/crypto/randomness'
import { type SigningKeyPair, deriveSigningKeyPair } from '@sotto/crypto/signing'
import { SOFTWARE_VERSION } from '@sotto/node/version'
import { createFirstEpoch, type FoundingNode } from '@sotto/protocol/authority'
import {
  type EpochDocument,
  createEpochDocument,
  encodeEpochContent,
  signEpoch,
} from '@sotto/protocol/directory'
import { divideEvenly } from './divide-evenly.ts'
import type { NetworkNode } from './network-node.ts'
import { deriveAuthoritySeed } from './seeds.ts'

const NETWORK_ID_BYTES = 16
const AUTHORITIES_WANTED = 3

/** How many of the first nodes are authorities too: an odd number, so that one of three may fail. */
export function countAuthorities(nodes: number): number {
  return nodes < AUTHORITIES_WANTED ? 1 : AUTHORITIES_WANTED
}

/** The seed of the authority that the node with this 1-based number is; undefined for one that is none. */
export function findAuthoritySeed(
  networkSeed: string,
  number: number,
  authorities: number,
): Uint8Array | undefined {
  return number > authorities ? undefined : deriveAuthoritySeed(networkSeed, number)
}

export function deriveAuthorities(
  networkSeed: string,
  authorities: number,
): readonly SigningKeyPair[] {
  return Array.from({ length: authorities }, (_, index) =>
    deriveSigningKeyPair(deriveAuthoritySeed(networkSeed, index + 1)),
  )
}

/** Another one for each run: documents of an earlier run name other ports, and must not count in this one. */
export function createNetworkId(networkSeed: string): Uint8Array {
  const key = systemRandomness.bytes(NETWORK_ID_BYTES)
  return blake2b(new TextEncoder().encode(networkSeed), { length: NETWORK_ID_BYTES, key })
}

export interface FirstDocumentOptions {
  readonly networkId: Uint8Array
  readonly authorities: readonly SigningKeyPair[]
  /** These must listen by now. */
  readonly nodes: readonly NetworkNode[]
  readonly startsAt: number
  readonly epochMs: number
}

export function signFirstDocument(options: FirstDocumentOptions): EpochDocument {
  const { networkId, authorities, nodes, startsAt, epochMs } = options
  const swarms = divideEvenly(nodes.length)
  const content = createFirstEpoch({
    network: networkId,
    startsAt,
    epochMs,
    nodes: nodes.map((node, index) => describeFounder(node, swarms[index] ?? 0n, startsAt)),
  })
  const bytes = encodeEpochContent(content)
  return createEpochDocument(
    content,
    authorities.map((authority) => signEpoch(bytes, authority)),
  )
}

function describeFounder(node: NetworkNode, swarm: bigint, describedAt: number): FoundingNode {
  const { keys, name, host, ports, roles } = node
  return { ...keys, name, host, ports, roles, swarm, software: SOFTWARE_VERSION, describedAt }
}

export function formatKeys(authorities: readonly SigningKeyPair[]): string {
  return authorities.map(({ publicKey }) => encodeHex(publicKey)).join(',')
}
