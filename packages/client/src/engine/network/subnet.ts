/**
 * The /24 rule: nodes of one path do not share the first three octets of their addresses, because neighbours there
 * often have one operator (ADR 0006).
 *
 * Loopback and private addresses are exempt. They exist only in networks on one machine or in one house, where all
 * nodes are neighbours and the rule would leave no path.
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'
import { shuffle } from '../random-choice.ts'
import type { NetworkNode } from './network-node.ts'

const LOCAL_ADDRESS = /^(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./

/** What two nodes of one path must not have in common. */
export function findSubnet(host: string): string {
  return LOCAL_ADDRESS.test(host) ? host : host.slice(0, host.lastIndexOf('.'))
}

/** A local node is alone in its subnet even if others share its address, as they do on loopback. */
export function isSameSubnet(a: NetworkNode, b: NetworkNode): boolean {
  return findSubnet(a.host) === findSubnet(b.host) && !LOCAL_ADDRESS.test(a.host)
}

/** One random node of each subnet, in random order; large subnets tend to come first. */
export function selectSpread(nodes: readonly NetworkNode[], randomness: Randomness): NetworkNode[] {
  const selected: NetworkNode[] = []
  for (const node of shuffle(nodes, randomness)) {
    if (!selected.some((other) => isSameSubnet(node, other))) selected.push(node)
  }
  return selected
}
