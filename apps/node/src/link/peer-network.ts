/**
 * The port through which links between nodes come into being: a connection is dialled, and a connection whose other
 * end is known is taken or not. Its adapter is the machine's network; a network made for tests brings one that fails.
 *
 * @module
 */

import type { Duplex } from 'node:stream'
import { type ConnectionOptions, type TLSSocket, connect } from 'node:tls'

export interface PeerNetwork {
  /** Begins a TLS connection to the node with this Ed25519 key, as `connect` of `node:tls` does. */
  dial(options: ConnectionOptions, peer: Uint8Array): TLSSocket
  /**
   * The stream of a connection, dialled by either side, whose other end has proved to hold this Ed25519 key; undefined
   * when the connection is not taken.
   */
  take(socket: TLSSocket, peer: Uint8Array): Duplex | undefined
}

export const systemPeerNetwork: PeerNetwork = {
  dial: (options) => connect(options),
  take: (socket) => socket,
}
