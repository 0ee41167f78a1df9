/**
 * What a node says of itself (spec 07 §7): signed with its own key and taken at its word wherever it arrives, so that a
 * change of address needs nobody's leave. Whether the node is admitted, and what state it is in, is the epoch
 * document's part. Bytes are `descriptor-codec.ts`.
 *
 * @module
 */

import type { X25519PublicKey } from '@sotto/crypto/agreement'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import type { NodePorts } from './node-record.ts'

/** `[major, minor, patch]`, each 0…255. */
export type SoftwareVersion = readonly [number, number, number]

export interface NodeDescriptor {
  readonly ed25519: Ed25519PublicKey
  readonly x25519: X25519PublicKey
  readonly legacy: Ed25519PublicKey
  /** The hybrid key of onion layers: ML-KEM-768 ‖ X25519, 1184 + 32 bytes; empty for a node that has none. */
  readonly hybrid: Uint8Array
  /** Dotted IPv4. */
  readonly host: string
  readonly ports: NodePorts
  readonly roles: readonly string[]
  readonly software: SoftwareVersion
  /** How to reach the operator; may be empty. */
  readonly contact: string
  /** The operator's name for the node; may be empty. */
  readonly name: string
  /** Milliseconds since 1970; of two descriptors of one node the later holds. */
  readonly issuedAt: number
  /** The node asks to be let go: its swarm hands over, then it is `left`. */
  readonly isLeaving: boolean
}
