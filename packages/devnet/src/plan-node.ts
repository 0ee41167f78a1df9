/**
 * What a node of a local network starts with: its keys, ports and files, all of which follow from its number.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import { nameNode } from './chaos/select-nodes.ts'
import { NetworkNode } from './network-node.ts'
import type { NodeDriver, NodePlan } from './node-driver.ts'
import { deriveNodePublicKeys, formatPublicKeys } from './node-keys.ts'
import {
  ANY_PORT,
  LOOPBACK_HOST,
  planFilesPort,
  planNodePorts,
  planPreviewPort,
} from './port-plan.ts'
import { deriveNodeSeed } from './seeds.ts'
import type { StateDirectory } from './state-directory.ts'
import { deriveAuthorities, findAuthoritySeed, formatKeys } from './first-document.ts'

export interface NodePlanOptions {
  readonly seed: string
  readonly basePort: number
  readonly state: StateDirectory
  readonly driver: NodeDriver
  readonly settings: Readonly<Record<string, string>>
  readonly networkId: Uint8Array
  /** How many of the first nodes are authorities. */
  readonly authorities: number
  /** How many of the first nodes have the role `files`. */
  readonly files: number
  /** The same for the role `preview`. */
  readonly previews: number
}

const KEY_PREFIX_DIGITS = 8

/** The node with this 1-based number, not yet started. */
export function createNode(options: NodePlanOptions, number: number): NetworkNode {
  const { state, seed } = options
  const name = nameNode(number)
  const nodeSeed = deriveNodeSeed(seed, number)
  const keys = deriveNodePublicKeys(nodeSeed)
  const authoritySeed = findAuthoritySeed(seed, number, options.authorities)
  const hasFiles = number <= options.files
  const hasPreview = number <= options.previews
  const ports = {
    ...planNodePorts(options.basePort, number),
    ...(hasFiles && { files: planFilesPort(options.basePort, number) }),
    ...(hasPreview && { preview: planPreviewPort(options.basePort, number) }),
  }
  const plan: NodePlan = {
    name,
    seed: nodeSeed,
    host: LOOPBACK_HOST,
    ports,
    // Another network seed makes other nodes; they must not find these nodes' messages.
    dataDirectory: state.nodeDirectory(
      `${name}-${formatPublicKeys(keys).ed25519.slice(0, KEY_PREFIX_DIGITS)}`,
    ),
    directoryFile: state.directoryFile,
    roles: [
      'storage',
      ...(authoritySeed === undefined ? [] : ['directory']),
      ...(hasFiles ? ['files'] : []),
      ...(hasPreview ? ['preview'] : []),
    ],
    networkId: encodeHex(options.networkId),
    directoryKeys: formatKeys(deriveAuthorities(seed, options.authorities)),
    ...(authoritySeed === undefined ? {} : { authoritySeed }),
    logFile: state.logFile(name),
    conditionsFile: state.conditionsFile(name),
    settings: { ...allowRoles(options), ...options.settings },
  }
  return new NetworkNode(options.driver, plan, { keys })
}

/** Nodes reach only public addresses, unless they are told otherwise; a local network has none. */
function allowRoles({ files, previews, basePort }: NodePlanOptions): Record<string, string> {
  const ports = [
    ...Array.from({ length: files }, (_, index) => planFilesPort(basePort, index + 1)),
    ...Array.from({ length: previews }, (_, index) => planPreviewPort(basePort, index + 1)),
  ]
  if (ports.length === 0) return {}
  const places = ports.map((port) => (port === 0 ? LOOPBACK_HOST : `${LOOPBACK_HOST}:${port}`))
  return { SOTTO_HOST_RELAY_ALLOW: places.join(',') }
}

/** A second program with the keys of a node, and with files and ports of its own; `copy` counts from 1. */
export function createClone(
  { state, driver }: Pick<NodePlanOptions, 'state' | 'driver'>,
  original: NetworkNode,
  copy: number,
): NetworkNode {
  const name = `${original.name}-clone${copy > 1 ? `-${copy}` : ''}`
  const plan: NodePlan = {
    ...original.plan,
    name,
    ports: ANY_PORT,
    dataDirectory: `${original.plan.dataDirectory}-clone-${copy}`,
    logFile: state.logFile(name),
    conditionsFile: state.conditionsFile(name),
  }
  return new NetworkNode(driver, plan, { keys: original.keys, cloneOf: original.name })
}
