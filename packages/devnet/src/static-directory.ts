/**
 * Writes down the nodes of a local network as the signed static list that they and their clients read (spec 07).
 *
 * Every start makes a new list, because ports may be new ones; its height is the time in seconds, so that it grows.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import { type SigningKeyPair, deriveSigningKeyPair } from '@sotto/crypto/signing'
import {
  type Directory,
  assignSwarms,
  createDirectory,
  encodeDirectoryList,
} from '@sotto/protocol/directory'
import { parseAccountBytes } from '@sotto/protocol/swarm'
import { DevnetError } from './errors.ts'
import type { NetworkNode } from './network-node.ts'
import { deriveAuthoritySeed } from './seeds.ts'
import { readSystemTimeMs } from './system-clock.ts'

export const NODE_ROLES: readonly string[] = ['storage']

export interface StaticDirectory {
  readonly directory: Directory
  readonly text: string
}

function deriveAuthority(networkSeed: string): SigningKeyPair {
  return deriveSigningKeyPair(deriveAuthoritySeed(networkSeed))
}

/** The key that every node of this network trusts to sign the list, as hex. */
export function deriveAuthorityKey(networkSeed: string): string {
  return encodeHex(deriveAuthority(networkSeed).publicKey)
}

/** The list of these nodes, which must listen by now, signed by the network's authority. */
export function signStaticDirectory(
  networkSeed: string,
  nodes: readonly NetworkNode[],
): StaticDirectory {
  const swarms = assignSwarms(nodes.length)
  const issuedAt = readSystemTimeMs()
  const records = nodes.map((node, index) => ({
    ...node.keys,
    name: node.name,
    host: node.host,
    ports: node.ports,
    roles: NODE_ROLES,
    swarm: swarms[index] ?? 0n,
  }))
  const directory = createDirectory(records, { height: Math.floor(issuedAt / 1000), issuedAt })
  return { directory, text: encodeDirectoryList(directory, deriveAuthority(networkSeed)) }
}

/** Names of the nodes that store this account's messages. Throws for what is no account id. */
export function findMemberNames(
  { directory }: StaticDirectory,
  accountId: string,
): readonly string[] {
  const account = parseAccountBytes(accountId)
  if (account === undefined) {
    throw new DevnetError('invalid_options', 'An account id is 05 and 64 hexadecimal digits.')
  }
  return directory.swarmOf(account).members.flatMap((member) => member.name ?? [])
}
