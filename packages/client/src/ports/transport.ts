/**
 * The port through which bytes leave the device. What is in them, whom to trust and when to try again is the engine's
 * part; connections, encryption in transit and limits on what is read are the adapter's.
 *
 * An adapter does not verify the certificates of nodes, which are self-signed: trust comes from the key that an onion
 * layer is sealed to (trap 29).
 *
 * @module
 */
import type { Result } from '@sotto/crypto/result'

/** Where a node listens. An adapter chooses the listener that its platform can reach. */
export interface NodeAddress {
  /** Dotted IPv4. */
  readonly host: string
  readonly httpsPort: number
  /** Missing where a node has no listener for browsers. */
  readonly webPort?: number
}

/** The two endpoints of a node that a client uses. */
export type NodeEndpoint = '/storage_rpc/v1' | '/onion_req/v2'

export type TransportTarget =
  | { readonly kind: 'node'; readonly node: NodeAddress; readonly endpoint: NodeEndpoint }
  | { readonly kind: 'url'; readonly url: string }

export interface TransportRequest {
  readonly target: TransportTarget
  readonly body: Uint8Array
  /** After this time the adapter gives up and answers `timeout`. */
  readonly timeoutMs: number
}

export interface TransportReply {
  /** An HTTP status. */
  readonly status: number
  readonly body: Uint8Array
  readonly contentType?: string
}

/** `unreachable` covers all that is not an answer: no route, refused, cut off, too large. */
export interface TransportFailure {
  readonly kind: 'timeout' | 'unreachable'
}

/** What anybody may read at a URL: the directory's documents. */
export interface TransportReading {
  readonly url: string
  readonly timeoutMs: number
}

export interface Transport {
  /** Never rejects. */
  post(request: TransportRequest): Promise<Result<TransportReply, TransportFailure>>
  /** Never rejects. */
  get(reading: TransportReading): Promise<Result<TransportReply, TransportFailure>>
}
