/**
 * The names that separate one use of a hash from every other (spec 12 §1.2), and the hash that takes them. What is
 * hashed under a name is the business of its own module.
 *
 * @module
 */
import { concatBytes, encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'

/** Personalisations of BLAKE2b: each has exactly 16 bytes, which the hash checks. */
export const PERSONALISATION = {
  messageIndicator: 'Session-Msg-KISS',
  messageSignature: 'SessionV2Message',
  accountKeyRotation: 'SessionAccKeyRot',
  payloadNonce: 'SessionDevDNonce',
  wrappingNonce: 'SessionDevKNonce',
  wrappingKey: 'SessionDevKeyKey',
  slotIndex: 'SessionDevKeyIdx',
  removalNotice: 'SessionDevKicked',
  groupIdKey: 'SessionDvGrpID_K',
  groupIdNonce: 'SessionDvGrpID_N',
  groupEmoji: 'SessionDvGrp_SAS',
  linkKey: 'SessionDvGrpLink',
  linkIndicator: 'SessionDvGrpKISS',
  linkEmoji: 'SessionLinkEmoji',
} as const

/** Beginnings of SHAKE256 inputs and ends of SHA3-256 inputs. None is a beginning of another that meets the same hash. */
export const LABEL = {
  accountKeys: 'SessionAccountKeys',
  deviceKeys: 'SessionDeviceKeys',
  hybridCombiner: '\\.//^\\',
  messageSecret: 'SessionV2MessageSS',
  plainCombiner: 'SessionV2NonPFS',
  plainSecret: 'SessionV2NonPFSSS',
} as const

export interface DomainHash {
  readonly domain: (typeof PERSONALISATION)[keyof typeof PERSONALISATION]
  /** Part of the hash: two bytes of a digest of 32 are another value than a digest of two. */
  readonly length: number
  readonly key?: Uint8Array
  readonly parts: readonly Uint8Array[]
}

export function hashInDomain({ domain, length, key, parts }: DomainHash): Uint8Array {
  const personalisation = encodeUtf8(domain)
  return blake2b(concatBytes(parts), {
    length,
    personalisation,
    ...(key !== undefined && { key }),
  })
}

export function label(name: keyof typeof LABEL): Uint8Array {
  return encodeUtf8(LABEL[name])
}
