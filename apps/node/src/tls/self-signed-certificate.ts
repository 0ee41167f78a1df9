/**
 * Certificates that say nothing but "I hold this key" (RFC 5280 §4.1): one for clients, whose key is random, and one
 * for other nodes, whose key is the node's own (spec 06 §2). Nobody trusts their signatures; who checks what about a
 * certificate is decided where the connection is made.
 *
 * Node has no writer of certificates, and libraries that have one weigh more than the node may (ADR 0003).
 *
 * @module
 */

import {
  type KeyObject,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from 'node:crypto'
import { encodeUtf8 } from '@sotto/crypto/bytes'
import type { Randomness } from '@sotto/crypto/randomness'
import type { SigningKeyPair } from '@sotto/crypto/signing'
import {
  encodeBitString,
  encodeExplicit,
  encodeGeneralizedTime,
  encodeImplicit,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSet,
  encodeUtf8String,
} from './der.ts'

/** Both in PEM, as `node:tls` takes them. */
export interface TlsCredentials {
  readonly key: string
  readonly cert: string
}

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'
const ED25519 = '1.3.101.112'
const COMMON_NAME = '2.5.4.3'
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17'
const DNS_NAME = 2
const VERSION_3 = Uint8Array.of(2)
const SERIAL_BYTES = 16
/** RFC 5280 §4.1.2.5: no end, because nobody renews it and a clock that is wrong must not cut a node off. */
const NOT_BEFORE = '20200101000000Z'
const NOT_AFTER = '99991231235959Z'
const PEM_LINE = /.{1,64}/gu

/** A new P-256 key and its certificate, for clients that check neither. */
export function createHttpsCredentials(randomness: Randomness): TlsCredentials {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return createCredentials(privateKey, { name: 'localhost', randomness })
}

/** The certificate by which other nodes know this one: its public key is the one in the directory. */
export function createLinkCredentials(
  signing: SigningKeyPair,
  randomness: Randomness,
): TlsCredentials {
  const pkcs8 = encodePrivateKey(signing.seed)
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  return createCredentials(privateKey, { name: 'sotto-node', randomness })
}

/** RFC 8410 §7. */
function encodePrivateKey(seed: Uint8Array): Uint8Array {
  return encodeSequence(
    encodeInteger(Uint8Array.of(0)),
    encodeSequence(encodeObjectIdentifier(ED25519)),
    encodeOctetString(encodeOctetString(seed)),
  )
}

function createCredentials(
  privateKey: KeyObject,
  { name, randomness }: { readonly name: string; readonly randomness: Randomness },
): TlsCredentials {
  const isEd25519 = privateKey.asymmetricKeyType === 'ed25519'
  const algorithm = encodeSequence(encodeObjectIdentifier(isEd25519 ? ED25519 : ECDSA_WITH_SHA256))
  const body = encodeBody(privateKey, { name, algorithm, serial: randomness.bytes(SERIAL_BYTES) })
  const signature = sign(isEd25519 ? null : 'sha256', body, privateKey)
  const certificate = encodeSequence(body, algorithm, encodeBitString(signature))
  return {
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    cert: encodePem(certificate),
  }
}

function encodeBody(
  privateKey: KeyObject,
  content: {
    readonly name: string
    readonly algorithm: Uint8Array
    readonly serial: Uint8Array
  },
): Uint8Array {
  const { algorithm, serial } = content
  const name = encodeSequence(
    encodeSet(encodeSequence(encodeObjectIdentifier(COMMON_NAME), encodeUtf8String(content.name))),
  )
  const alternativeName = encodeSequence(
    encodeObjectIdentifier(SUBJECT_ALTERNATIVE_NAME),
    encodeOctetString(encodeSequence(encodeImplicit(DNS_NAME, encodeUtf8(content.name)))),
  )
  return encodeSequence(
    encodeExplicit(0, encodeInteger(VERSION_3)),
    encodeInteger(serial),
    algorithm,
    name,
    encodeSequence(encodeGeneralizedTime(NOT_BEFORE), encodeGeneralizedTime(NOT_AFTER)),
    name,
    createPublicKey(privateKey).export({ format: 'der', type: 'spki' }),
    encodeExplicit(3, encodeSequence(alternativeName)),
  )
}

function encodePem(der: Uint8Array): string {
  const lines = Buffer.from(der).toString('base64').match(PEM_LINE) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
