/**
 * The head of every question about a swarm's records (spec 10 §9.1): which swarm, so that two nodes with different
 * directories find out instead of comparing different things.
 *
 * @module
 */
import { concatBytes } from '@sotto/crypto/bytes'

const SWARM_BYTES = 8

export interface SwarmQuestion {
  readonly swarm: bigint
  readonly body: Uint8Array
}

export function encodeSwarmQuestion({ swarm, body }: SwarmQuestion): Uint8Array {
  const head = new Uint8Array(SWARM_BYTES)
  new DataView(head.buffer).setBigUint64(0, swarm)
  return concatBytes([head, body])
}

/** Reads bytes from a peer. Undefined for fewer than a swarm id. */
export function decodeSwarmQuestion(bytes: Uint8Array): SwarmQuestion | undefined {
  if (bytes.length < SWARM_BYTES) return undefined
  const swarm = new DataView(bytes.buffer, bytes.byteOffset, SWARM_BYTES).getBigUint64(0)
  return { swarm, body: bytes.subarray(SWARM_BYTES) }
}
