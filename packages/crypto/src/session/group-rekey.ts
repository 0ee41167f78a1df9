/**
 * A group's next key, and what its members and admins need to get it (spec 14 §4). Everything follows from the seed, the
 * members and the generation: admins who remove the same member at the same time make the same key.
 *
 * @module
 */
import { chacha20 } from '@noble/ciphers/chacha.js'
import { backend } from '#backend'
import { concatBytes, encodeUtf8, wipeBytes } from '../bytes.ts'
import { blake2b } from '../hash.ts'
import type { AccountId } from '../identity/account-id.ts'
import { accountIdPublicKey } from '../identity/account-id.ts'
import type { GroupAdmin } from './group.ts'
import { MEMBER_SEAL_NONCE_BYTES, sealToMember } from './member-seal.ts'

/** Spec 14 §4.1. */
export const GROUP_KEY_BYTES = 32
/** Spec 14 §4.2. */
export const SEALED_KEY_BYTES = 48
/** Spec 14 §4.2. So that the number of members shows in steps of this many. */
export const SEALED_KEYS_STEP = 75

export interface Rekey {
  readonly generation: number
  readonly key: Uint8Array
  readonly nonce: Uint8Array
  readonly sealedForAdmins: Uint8Array
  /** For each member, then junk. */
  readonly sealedForMembers: readonly Uint8Array[]
}

const HASH_KEY = {
  seed: encodeUtf8('SessionGroupKeySeed'),
  generation: encodeUtf8('SessionGroupKeyGen'),
  admin: encodeUtf8('SessionGroupKeyAdminKey'),
  junk: encodeUtf8('SessionGroupJunkMembers'),
} as const
/** The nonce of libsodium's deterministic generator. */
const JUNK_NONCE: Uint8Array = encodeUtf8('LibsodiumDRG')

/** `members` are all of the group, admins included. */
export function deriveRekey(
  admin: GroupAdmin,
  members: readonly AccountId[],
  generation: number,
): Rekey {
  if (!Number.isSafeInteger(generation) || generation < 0) throw new RangeError('no generation')
  const sorted = [...new Set(members)].toSorted()
  const seedHash = hashSeed(admin)
  const names = encodeUtf8(sorted.join('') + generation.toString())
  const digest = blake2b(concatBytes([names, seedHash]), {
    length: GROUP_KEY_BYTES + MEMBER_SEAL_NONCE_BYTES,
    key: HASH_KEY.generation,
  })
  const key = digest.slice(0, GROUP_KEY_BYTES)
  const nonce = digest.slice(GROUP_KEY_BYTES)
  const sealedForAdmins = new Uint8Array(SEALED_KEY_BYTES)
  backend.sealXChaCha20(sealedForAdmins, key, nonce, deriveAdminKey(admin))
  const sealed = sorted.map((member) => sealKey(admin, member, { nonce, plaintext: key }))
  const junk = deriveJunk(admin, digest, sealed.length)
  wipeBytes(digest, seedHash)
  return { generation, key, nonce, sealedForAdmins, sealedForMembers: [...sealed, ...junk] }
}

function sealKey(
  admin: GroupAdmin,
  member: AccountId,
  { nonce, plaintext }: { readonly nonce: Uint8Array; readonly plaintext: Uint8Array },
): Uint8Array {
  return sealToMember({
    domain: 'SessionGroupKeyMemberKey',
    nonce,
    group: admin.agreement,
    member: accountIdPublicKey(member),
    plaintext,
  })
}

function hashSeed({ signing }: GroupAdmin): Uint8Array {
  return blake2b(signing.seed, { length: GROUP_KEY_BYTES, key: HASH_KEY.seed })
}

function deriveAdminKey({ signing }: GroupAdmin): Uint8Array {
  return blake2b(signing.seed, { length: GROUP_KEY_BYTES, key: HASH_KEY.admin })
}

/** Deterministic like everything else, or concurrent admins would store two messages. */
function deriveJunk({ signing }: GroupAdmin, digest: Uint8Array, count: number): Uint8Array[] {
  const missing = (SEALED_KEYS_STEP - (count % SEALED_KEYS_STEP)) % SEALED_KEYS_STEP
  const material = concatBytes([digest, signing.seed, signing.publicKey])
  const seed = blake2b(material, { length: GROUP_KEY_BYTES, key: HASH_KEY.junk })
  const stream = chacha20(seed, JUNK_NONCE, new Uint8Array(missing * SEALED_KEY_BYTES))
  wipeBytes(material, seed)
  return Array.from({ length: missing }, (_, index) =>
    stream.slice(index * SEALED_KEY_BYTES, (index + 1) * SEALED_KEY_BYTES),
  )
}

/** What an admin reads without being among the members. */
export function openAdminKey(
  admin: GroupAdmin,
  { nonce, sealed }: { readonly nonce: Uint8Array; readonly sealed: Uint8Array },
): Uint8Array | undefined {
  if (sealed.length !== SEALED_KEY_BYTES || nonce.length !== MEMBER_SEAL_NONCE_BYTES)
    return undefined
  const key = new Uint8Array(GROUP_KEY_BYTES)
  return backend.openXChaCha20(key, sealed, nonce, deriveAdminKey(admin)) ? key : undefined
}

export interface Supplement {
  readonly nonce: Uint8Array
  readonly sealed: readonly Uint8Array[]
}

/** Keys that exist already, for new members who may read what was written before. */
export function sealSupplement(
  admin: GroupAdmin,
  members: readonly AccountId[],
  plaintext: Uint8Array,
): Supplement {
  const seedHash = hashSeed(admin)
  const nonce = blake2b(concatBytes([encodeUtf8(members.join('')), plaintext, seedHash]), {
    length: MEMBER_SEAL_NONCE_BYTES,
    key: HASH_KEY.generation,
  })
  wipeBytes(seedHash)
  return { nonce, sealed: members.map((member) => sealKey(admin, member, { nonce, plaintext })) }
}
