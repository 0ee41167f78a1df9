/**
 * Reads which Ed25519 key the other end of a TLS connection has proved to hold. Whether that key may do
 * anything is decided with the directory.
 *
 * @module
 */
import type { TLSSocket } from 'node:tls'
import { toEd25519PublicKey, type Ed25519PublicKey } from '@sotto/crypto/signing'
import { LINK_PROTOCOL } from '@sotto/protocol/version'

/** Undefined when there is no certificate, one with another kind of key, or another protocol (spec 06 §2). */
export function readPeerKey(socket: TLSSocket): Ed25519PublicKey | undefined {
  if (socket.alpnProtocol !== LINK_PROTOCOL) return undefined
  const key = socket.getPeerX509Certificate()?.publicKey
  if (key?.asymmetricKeyType !== 'ed25519') return undefined
  // A tenth of the time of an export as DER.
  const { x = '' } = key.export({ format: 'jwk' })
  return toEd25519PublicKey(Buffer.from(x, 'base64url'))
}
