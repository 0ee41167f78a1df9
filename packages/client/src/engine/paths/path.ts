/**
 * Three nodes that carry requests: the guard sees who asks, the exit sees whom, the middle keeps the two from seeing
 * each other.
 *
 * @module
 */
import { type NetworkNode, formatAddress } from '../network/network-node.ts'

/** ADR 0006. Fixed: paths of other lengths would be told apart. */
export const PATH_HOPS = 3

/** A new object for every path, so that two paths are the same only if they are one. */
export interface Path {
  readonly nodes: readonly [guard: NetworkNode, middle: NetworkNode, exit: NetworkNode]
}

/** A node of a path as a person may see it. */
export interface PathHop {
  /** 64 hex digits. */
  readonly ed25519: string
  /** Host and port. */
  readonly address: string
}

export function isOnPath(path: Path, id: string): boolean {
  return path.nodes.some((node) => node.id === id)
}

export function describePath(path: Path): readonly PathHop[] {
  return path.nodes.map((node) => ({ ed25519: node.id, address: formatAddress(node) }))
}
