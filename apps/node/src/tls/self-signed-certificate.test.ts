/** Our certificates, judged by OpenSSL: parsed, verified, and used in handshakes. */
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { systemRandomness } from '@sotto/crypto/randomness'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { readPort } from '../../test/network/read-port.ts'
import {
  createHttpsCredentials,
  createLinkCredentials,
  type TlsCredentials,
} from './self-signed-certificate.ts'

const signing = deriveSigningKeyPair(createSeededRandomness('node').bytes(32))

async function shakeHands(credentials: TlsCredentials, version: 'TLSv1.2' | 'TLSv1.3') {
  const server = createServer({ ...credentials, minVersion: 'TLSv1.2' }, (socket) => socket.end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client: TLSSocket = connect({
    host: '127.0.0.1',
    port: readPort(server),
    ca: credentials.cert,
    servername: 'localhost',
    maxVersion: version,
  })
  await once(client, 'secureConnect')
  const protocol = client.getProtocol()
  const { authorized } = client
  client.destroy()
  server.close()
  await once(server, 'close')
  return { protocol, authorized }
}

describe('createHttpsCredentials', () => {
  it('makes a P-256 certificate for localhost that never ends', () => {
    const certificate = new X509Certificate(createHttpsCredentials(systemRandomness).cert)
    expect(certificate.subject).toBe('CN=localhost')
    expect(certificate.issuer).toBe('CN=localhost')
    expect(certificate.subjectAltName).toBe('DNS:localhost')
    expect(certificate.validToDate.getUTCFullYear()).toBe(9999)
    expect(certificate.validFromDate.getUTCFullYear()).toBe(2020)
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
    expect(certificate.verify(certificate.publicKey)).toBe(true)
  })

  it('makes another key and serial each time, so that two nodes never share one', () => {
    const [first, second] = [0, 1].map(
      () => new X509Certificate(createHttpsCredentials(systemRandomness).cert),
    )
    expect(first?.serialNumber).not.toBe(second?.serialNumber)
    expect(first?.fingerprint256).not.toBe(second?.fingerprint256)
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'serves %s, also to a client that checks',
    async (version) => {
      const result = await shakeHands(createHttpsCredentials(systemRandomness), version)
      expect(result).toEqual({ protocol: version, authorized: true })
    },
  )
})

describe('createLinkCredentials', () => {
  const certificate = new X509Certificate(createLinkCredentials(signing, systemRandomness).cert)

  it('has the key of the directory, which is what peers compare (spec 06 §2)', () => {
    const { x } = certificate.publicKey.export({ format: 'jwk' })
    expect(x).toBe(Buffer.from(signing.publicKey).toString('base64url'))
    expect(certificate.publicKey.asymmetricKeyType).toBe('ed25519')
  })

  it('is signed with that key and with no other', () => {
    const other = deriveSigningKeyPair(createSeededRandomness('other').bytes(32))
    const otherKey = new X509Certificate(createLinkCredentials(other, systemRandomness).cert)
      .publicKey
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.verify(otherKey)).toBe(false)
  })

  it('says nothing of the node but its key', () => {
    expect(certificate.subject).toBe('CN=sotto-node')
    expect(certificate.subjectAltName).toBe('DNS:sotto-node')
  })

  it('parses for any serial, also one that begins with zeros or a high bit', () => {
    for (const first of [0x00, 0x7f, 0x80, 0xff]) {
      const serial = Uint8Array.of(first, ...new Uint8Array(15))
      const { cert } = createLinkCredentials(signing, { bytes: () => serial })
      expect(new X509Certificate(cert).serialNumber).toMatch(/^[0-9A-F]+$/u)
    }
  })
})
