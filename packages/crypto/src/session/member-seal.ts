/**
 * One text sealed by a group to each of several members, who find theirs by trying (spec 14 §3). Nothing tells which
 * member a ciphertext is for.
 *
 * @module
 */
import { backend } from '#backend'
import type { AgreementKeyPair, X25519PublicKey } from '../agreement.ts'
import { agree } from '../agreement.ts'
import { concatBytes, encodeUtf8, wipeBytes } from '../bytes.ts'
import { blake2b } from '../hash.ts'

/** Spec 14 §3. What a seal is for; the texts are part of the wire format. */
export type MemberSealDomain = 'SessionGroupKeyMemberKey' | 'SessionGroupKickedMessage'

export interface MemberSealInput {
  readonly domain: MemberSealDomain
  readonly nonce: Uint8Array
  readonly group: AgreementKeyPair
  readonly member: X25519PublicKey
  readonly plaintext: Uint8Array
}

export interface MemberOpenInput {
  readonly domain: MemberSealDomain
  readonly nonce: Uint8Array
  readonly groupKey: X25519PublicKey
  readonly own: AgreementKeyPair
  readonly sealed: readonly Uint8Array[]
}

const KEY_BYTES = 32
/** Spec 14 §3. */
export const MEMBER_SEAL_NONCE_BYTES = 24
/** Spec 14 §3. What sealing adds; the nonce stands beside all ciphertexts, once. */
export const MEMBER_SEAL_OVERHEAD_BYTES = 16

interface Ends {
  readonly domain: MemberSealDomain
  readonly sender: X25519PublicKey
  readonly recipient: X25519PublicKey
}

/** Both ends are in the key: the same shared secret must not open another pair's text. */
function deriveKey(shared: Uint8Array, { domain, sender, recipient }: Ends): Uint8Array {
  const material = concatBytes([shared, sender, recipient])
  const key = blake2b(material, { length: KEY_BYTES, key: encodeUtf8(domain) })
  wipeBytes(shared, material)
  return key
}

/** Throws for a member whose key has low order, which no parsed account id has. */
export function sealToMember(input: MemberSealInput): Uint8Array {
  const { domain, nonce, group, member, plaintext } = input
  const shared = agree(group.secretKey, member)
  if (shared === undefined) throw new TypeError('an account id that was never parsed')
  const key = deriveKey(shared, { domain, sender: group.publicKey, recipient: member })
  const sealed = new Uint8Array(plaintext.length + MEMBER_SEAL_OVERHEAD_BYTES)
  backend.sealXChaCha20(sealed, plaintext, nonce, key)
  wipeBytes(key)
  return sealed
}

/** The first ciphertext that is ours; nothing if none is, or the group's key is of low order. */
export function openAsMember(input: MemberOpenInput): Uint8Array | undefined {
  const { domain, nonce, groupKey, own, sealed } = input
  const shared = agree(own.secretKey, groupKey)
  if (shared === undefined || nonce.length !== MEMBER_SEAL_NONCE_BYTES) return undefined
  const key = deriveKey(shared, { domain, sender: groupKey, recipient: own.publicKey })
  for (const each of sealed) {
    if (each.length < MEMBER_SEAL_OVERHEAD_BYTES) continue
    const plaintext = new Uint8Array(each.length - MEMBER_SEAL_OVERHEAD_BYTES)
    if (backend.openXChaCha20(plaintext, each, nonce, key)) return plaintext
  }
  return undefined
}
