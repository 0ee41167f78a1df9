/**
 * What the directory says about one node (spec 07 §2). Reading records from outside is `parse-node-record.ts`.
 *
 * @module
 */

import type { X25519PublicKey } from '@sotto/crypto/agreement'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'

export interface NodePorts {
  /** For clients of the network, over TLS. */
  readonly https: number
  /** For browsers. */
  readonly web: number
  /** For other nodes. */
  readonly peer: number
}

export interface NodeRecord {
  /** The node's name in requests, and the key of its certificate and signatures. */
  readonly ed25519: Ed25519PublicKey
  /** Onion layers are sealed to it. */
  readonly x25519: X25519PublicKey
  /** A second name, which older software knows. */
  readonly legacy: Ed25519PublicKey
  /** Dotted IPv4. */
  readonly host: string
  readonly ports: NodePorts
  readonly roles: readonly string[]
  /** `INVALID_SWARM_ID` for a node that keeps no messages. */
  readonly swarm: bigint
  /** For operators. */
  readonly name?: string
}
