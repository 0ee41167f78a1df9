/**
 * What a group is: an Ed25519 pair whose seed makes its holder an admin (spec 14 §1). Which messages a group signs is
 * the business of `@sotto/protocol/group`.
 *
 * @module
 */
import type { AgreementKeyPair, X25519PublicKey } from '../agreement.ts'
import type { Randomness } from '../randomness.ts'
import type { Ed25519PublicKey, SigningKeyPair } from '../signing.ts'
import {
  ED25519_KEY_BYTES,
  convertSigningKeyPair,
  convertSigningPublicKey,
  deriveSigningKeyPair,
} from '../signing.ts'

/** Everything that follows from the seed: only admins have it. */
export interface GroupAdmin {
  readonly signing: SigningKeyPair
  readonly agreement: AgreementKeyPair
}

export function createGroupSeed(randomness: Randomness): Uint8Array {
  return randomness.bytes(ED25519_KEY_BYTES)
}

/** Takes ownership of `seed`. Throws on another length, which is a mistake of ours. */
export function deriveGroupAdmin(seed: Uint8Array): GroupAdmin {
  const signing = deriveSigningKeyPair(seed)
  return { signing, agreement: convertSigningKeyPair(signing) }
}

/** The key that members agree with; nothing for an id that no group can have. */
export function deriveGroupAgreementKey(groupKey: Ed25519PublicKey): X25519PublicKey | undefined {
  return convertSigningPublicKey(groupKey)
}
