/**
 * A node as the engine knows it: what the node list says, and its key as text to compare and look up by.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { type ServiceNodeState, parseServiceNodeStates } from '@sotto/protocol/directory'

export interface NetworkNode extends ServiceNodeState {
  /** The Ed25519 key: 64 hex digits, lower case. */
  readonly id: string
}

export function toNetworkNode(state: ServiceNodeState): NetworkNode {
  return { ...state, id: encodeHex(state.ed25519) }
}

export function formatAddress({ host, httpsPort }: NetworkNode): string {
  return `${host}:${httpsPort}`
}

/** Reads any answer that holds a node list. What cannot be used is left out. Never throws. */
export function parseNodeList(answer: unknown): readonly NetworkNode[] {
  return parseServiceNodeStates(answer).map(toNetworkNode)
}

/** The text that `parseNodeList` reads, for remembering a list: the form in which nodes send it. */
export function formatNodeList(nodes: readonly NetworkNode[]): string {
  return JSON.stringify(
    nodes.map((node) => ({
      pubkey_ed25519: node.id,
      pubkey_x25519: encodeHex(node.x25519),
      public_ip: node.host,
      storage_port: node.httpsPort,
      storage_web_port: node.webPort,
    })),
  )
}
