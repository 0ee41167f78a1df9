/**
 * Opens a TLS connection to a node and makes sure that it is that node (spec 06 §2). When to dial, and what the
 * connection is used for, is `peer-links.ts`.
 *
 * @module
 */

import type { TLSSocket } from 'node:tls'
import { equalBytes } from '@sotto/crypto/bytes'
import type { Clock } from '@sotto/protocol/clock'
import type { NodeRecord } from '@sotto/protocol/directory'
import { readPeerKey } from '../tls/peer-key.ts'
import type { TlsCredentials } from '../tls/self-signed-certificate.ts'
import { type PeerNetwork, systemPeerNetwork } from './peer-network.ts'
import { createDialTlsOptions } from './peer-tls.ts'

export type DialFailure = 'unreachable' | 'wrong_key'

export interface DialOptions {
  readonly certificate: TlsCredentials
  readonly clock: Clock
  readonly timeoutMs: number
  readonly network?: PeerNetwork
}

/** Resolves with the socket, or with the reason why there is none. Never rejects. */
export function dialPeer(
  peer: Pick<NodeRecord, 'ed25519' | 'host' | 'ports'>,
  { certificate, clock, timeoutMs, network = systemPeerNetwork }: DialOptions,
): Promise<TLSSocket | DialFailure> {
  const { promise, resolve } = Promise.withResolvers<TLSSocket | DialFailure>()
  const socket = network.dial(
    { ...createDialTlsOptions(certificate), host: peer.host, port: peer.ports.peer },
    peer.ed25519,
  )
  const fail = (failure: DialFailure): void => {
    cancel()
    resolve(failure)
    socket.destroy()
  }
  const cancel = clock.after(timeoutMs, () => fail('unreachable'))
  socket.setNoDelay(true)
  socket.on('error', () => fail('unreachable'))
  socket.on('close', () => fail('unreachable'))
  socket.on('secureConnect', () => {
    const key = readPeerKey(socket)
    // Whoever answered at this address could otherwise read every request that is meant for the node.
    if (key === undefined || !equalBytes(key, peer.ed25519)) {
      fail('wrong_key')
      return
    }
    cancel()
    socket.removeAllListeners('error')
    socket.removeAllListeners('close')
    resolve(socket)
  })
  return promise
}
