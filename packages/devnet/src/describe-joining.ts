/**
 * What a node from outside needs to join a local network: which one it is, whom to believe, whom to ask.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { deriveAuthorities } from './first-document.ts'
import type { IntrospectedJoining, IntrospectedNode } from './introspection.ts'
import type { NodePlanOptions } from './plan-node.ts'

type NetworkShape = Pick<NodePlanOptions, 'seed' | 'networkId' | 'authorities'>

/** The nodes that are authorities are its seeds: they are asked to admit it, too. */
export function describeJoining(
  { seed, networkId, authorities }: NetworkShape,
  nodes: readonly Pick<IntrospectedNode, 'host' | 'ports' | 'roles'>[],
): IntrospectedJoining {
  const keys = deriveAuthorities(seed, authorities)
  return {
    network: encodeHex(networkId),
    authorities: keys.map(({ publicKey }) => encodeHex(publicKey)),
    threshold: Math.floor(keys.length / 2) + 1,
    seeds: nodes
      .filter(({ roles }) => roles.includes('directory'))
      .map(({ host, ports }) => `http://${host}:${ports.web}`),
  }
}
