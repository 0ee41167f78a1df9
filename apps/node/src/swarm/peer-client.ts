/**
 * The port through which a node asks another node (spec 06 §4). Its adapter is the peer link.
 *
 * @module
 */
import type { Result } from '@sotto/crypto/result'
import type { NodeRecord } from '@sotto/protocol/directory'

export interface PeerFailure {
  /** `refused`: the peer answered that it will not; the others: it did not answer. */
  readonly kind: 'timeout' | 'unreachable' | 'refused'
}

export interface PeerRequest {
  /** A number of `COMMANDS` (spec 06 §4.1). */
  readonly command: number
  readonly body: Uint8Array
  readonly timeoutMs: number
}

export interface PeerClient {
  /** Never rejects. */
  request(peer: NodeRecord, request: PeerRequest): Promise<Result<Uint8Array, PeerFailure>>
}
