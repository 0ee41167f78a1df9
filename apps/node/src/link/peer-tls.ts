/**
 * The TLS settings of peer links (ADR 0003): version 1.3 only, hybrid key exchange only, a certificate
 * from both sides, and trust from the directory instead of from certificate authorities.
 *
 * @module
 */
import {
  type ConnectionOptions,
  createSecureContext,
  type SecureContext,
  type SecureContextOptions,
  type TLSSocketOptions,
} from 'node:tls'
import { LINK_PROTOCOL } from '@sotto/protocol/version'
import type { TlsCredentials } from '../tls/self-signed-certificate.ts'

/**
 * Only the hybrid group: with a fallback to X25519, whoever records traffic today and owns a quantum
 * computer tomorrow would only have to meddle with the handshake of an old pair.
 */
export const PEER_KEY_EXCHANGE = 'X25519MLKEM768'

export function createPeerTlsOptions(certificate: TlsCredentials): SecureContextOptions &
  TLSSocketOptions & {
    readonly rejectUnauthorized: boolean
    readonly ALPNProtocols: string[]
  } {
  return {
    ...certificate,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ecdhCurve: PEER_KEY_EXCHANGE,
    ALPNProtocols: [LINK_PROTOCOL],
    requestCert: true,
    // The key in the certificate is compared with the directory's after the handshake, on both sides.
    rejectUnauthorized: false,
  }
}

/** Reading a key and a certificate takes a fifth of what a handshake does, and they are the same for every dial. */
const contexts = new WeakMap<TlsCredentials, SecureContext>()

/** The same settings for a connection that this node dials. */
export function createDialTlsOptions(certificate: TlsCredentials): ConnectionOptions {
  const options = createPeerTlsOptions(certificate)
  const secureContext = contexts.get(certificate) ?? createSecureContext(options)
  contexts.set(certificate, secureContext)
  const { ALPNProtocols, rejectUnauthorized } = options
  return { secureContext, ALPNProtocols, rejectUnauthorized, minVersion: 'TLSv1.3' }
}
