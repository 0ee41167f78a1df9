/**
 * Accepts the links that peers dial, and refuses everybody whose key the directory does not list (TM-N2).
 *
 * @module
 */
import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { Directory } from '@sotto/protocol/directory'
import { readPeerKey } from '../tls/peer-key.ts'
import type { TlsCredentials } from '../tls/self-signed-certificate.ts'
import type { PeerLinks } from './peer-links.ts'
import { createPeerTlsOptions } from './peer-tls.ts'

const HANDSHAKE_TIMEOUT_MS = 5000
/** Strangers cannot take all file descriptors while they shake hands. */
const CONNECTIONS_MAX = 4096

export interface PeerListenerOptions {
  readonly certificate: TlsCredentials
  readonly links: PeerLinks
  readonly directory: () => Directory | undefined
  readonly onRefused: () => void
}

export function createPeerListener({
  certificate,
  links,
  directory,
  onRefused,
}: PeerListenerOptions): Server {
  const accept = (socket: TLSSocket): void => {
    const key = readPeerKey(socket)
    const record = key === undefined ? undefined : directory()?.findByEd25519(key)
    if (record === undefined) {
      onRefused()
      socket.destroy()
      return
    }
    links.accept(socket.setNoDelay(true), record)
  }
  const server = createServer(
    { ...createPeerTlsOptions(certificate), handshakeTimeout: HANDSHAKE_TIMEOUT_MS },
    (socket) => {
      socket.on('error', () => socket.destroy())
      accept(socket)
    },
  )
  server.on('tlsClientError', onRefused)
  server.maxConnections = CONNECTIONS_MAX
  return server
}
