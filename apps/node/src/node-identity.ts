/**
 * A node's six key pairs, all derived from one 32-byte seed, so that one file is the whole backup.
 *
 * The Ed25519 key names the node, signs its results and is its certificate on peer links; the X25519 key
 * opens onion layers; the legacy key is the second name that older software knows a node by (spec 07 §2).
 * The hybrid key is for layers that a quantum computer cannot open; none is sealed to it yet (spec 01 §8.2).
 * The keys of the roles `files` and `preview` are what payloads for those roles are sealed to (spec 15 §1, spec 17 §1).
 *
 * @module
 */
import { deriveAgreementKeyPair, type AgreementKeyPair } from '@sotto/crypto/agreement'
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { deriveHybridKeyPair, type HybridKeyPair } from '@sotto/crypto/kem'
import {
  convertSigningKeyPair,
  deriveSigningKeyPair,
  type SigningKeyPair,
} from '@sotto/crypto/signing'

export const NODE_SEED_BYTES = 32

export interface NodeIdentity {
  readonly signing: SigningKeyPair
  readonly agreement: AgreementKeyPair
  readonly legacy: SigningKeyPair
  readonly hybrid: HybridKeyPair
  readonly files: SigningKeyPair
  readonly preview: SigningKeyPair
}

const KEY_BYTES = 32
const FILES_DOMAIN = encodeUtf8('SottoNodeFiles')
const PREVIEW_DOMAIN = encodeUtf8('SottoNodePreview')
const HYBRID_DOMAIN = encodeUtf8('SottoNodeHybrid')
const LEGACY_DOMAIN = encodeUtf8('SottoNodeLegacy')
const SIGNING_DOMAIN = encodeUtf8('SottoNodeSigning')

function deriveSeed(seed: Uint8Array, domain: Uint8Array): Uint8Array {
  return blake2b(domain, { length: KEY_BYTES, key: seed })
}

/** Throws when the seed has another length. */
export function deriveNodeIdentity(seed: Uint8Array): NodeIdentity {
  if (seed.length !== NODE_SEED_BYTES) throw new RangeError('a node seed has 32 bytes')
  const signing = deriveSigningKeyPair(deriveSeed(seed, SIGNING_DOMAIN))
  const agreement = convertSigningKeyPair(signing)
  return {
    signing,
    agreement: deriveAgreementKeyPair(agreement.secretKey),
    legacy: deriveSigningKeyPair(deriveSeed(seed, LEGACY_DOMAIN)),
    hybrid: deriveHybridKeyPair(deriveSeed(seed, HYBRID_DOMAIN)),
    files: deriveSigningKeyPair(deriveSeed(seed, FILES_DOMAIN)),
    preview: deriveSigningKeyPair(deriveSeed(seed, PREVIEW_DOMAIN)),
  }
}
