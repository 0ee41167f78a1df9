/**
 * How a group's members show its swarm that they may read and write, without its seed (spec 14 §2): each has a key that
 * an admin derived from the member's account id and signed, and for which only the member has the secret.
 *
 * Both back ends compute it with noble's field arithmetic, as `xed25519.ts` does, in a time that depends on the numbers.
 *
 * @module
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToNumberLE } from '@noble/curves/utils.js'
import { assertLength } from '../assert-length.ts'
import { concatBytes, encodeUtf8, wipeBytes } from '../bytes.ts'
import { blake2b, sha512 } from '../hash.ts'
import type { Account } from '../identity/account.ts'
import type { AccountId } from '../identity/account-id.ts'
import { accountIdPublicKey } from '../identity/account-id.ts'
import type { Ed25519PublicKey, Signature } from '../signing.ts'
import { sign, verify } from '../signing.ts'
import { xed25519PublicKey } from '../xed25519.ts'
import type { GroupAdmin } from './group.ts'

/** Spec 14 §2.1. */
export const SUBACCOUNT_TOKEN_BYTES = 36
/** Spec 14 §2.2. */
export const MEMBER_AUTH_BYTES = 100
/** Spec 14 §2.1. What a token allows; a sum. */
export const SUBACCOUNT_FLAG: {
  readonly read: number
  readonly write: number
  readonly delete: number
} = { read: 1, write: 2, delete: 4 }

const GROUP_PREFIX = 3
const ACCOUNT_PREFIX = 5
const HEADER_BYTES = 4
const SCALAR_BYTES = 32
const WIDE_BYTES = 64
const SIGN_BIT = 0x80
const DEFAULT_FLAGS = 3
const HASH_KEY = {
  mask: encodeUtf8('SessionGroupSubaccountMask'),
  seed: encodeUtf8('SubaccountSeed'),
  signature: encodeUtf8('SubaccountSig'),
} as const
const { BASE, Fn } = ed25519.Point

export interface MemberAuth {
  /** What the swarm is shown, and what an admin revokes. */
  readonly token: Uint8Array
  /** The group's, over the token. */
  readonly tokenSignature: Signature
  /** Blinds the member's own key. */
  readonly factor: Uint8Array
}

export interface MemberGrant {
  readonly member: AccountId
  /** Read and write unless said otherwise. */
  readonly flags?: number
}

/** What an admin revokes when a member is removed; it needs no more than the id. */
export function deriveSubaccountToken(admin: GroupAdmin, grant: MemberGrant): Uint8Array {
  return encodeToken(grant, blindKey(grant.member, deriveFactor(admin, grant.member)))
}

/** The 100 bytes that an invitation carries: only their member can use them. */
export function createMemberAuth(admin: GroupAdmin, grant: MemberGrant): Uint8Array {
  const factor = deriveFactor(admin, grant.member)
  const token = encodeToken(grant, blindKey(grant.member, factor))
  const header = token.subarray(0, HEADER_BYTES)
  return concatBytes([header, Fn.toBytes(factor), sign(admin.signing, token)])
}

/** Different in each group, so that swarms of two groups cannot tell that they share a member. */
function deriveFactor({ signing }: GroupAdmin, member: AccountId): bigint {
  const mask = blake2b(signing.seed, { length: SCALAR_BYTES, key: HASH_KEY.mask })
  const both = concatBytes([
    Uint8Array.of(ACCOUNT_PREFIX),
    accountIdPublicKey(member),
    Uint8Array.of(GROUP_PREFIX),
    signing.publicKey,
  ])
  const factor = reduceScalar(blake2b(both, { length: WIDE_BYTES, key: mask }))
  wipeBytes(mask)
  return factor
}

function blindKey(member: AccountId, factor: bigint): Uint8Array {
  const key = xed25519PublicKey(accountIdPublicKey(member))
  if (key === undefined) throw new TypeError('an account id that was never parsed')
  return ed25519.Point.fromBytes(key).multiply(factor).toBytes()
}

function encodeToken({ flags = DEFAULT_FLAGS }: MemberGrant, blindedKey: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(GROUP_PREFIX, flags, 0, 0), blindedKey])
}

/** Nothing for what the group did not grant to this member. Total. */
export function openMemberAuth(input: {
  readonly groupKey: Ed25519PublicKey
  readonly member: AccountId
  readonly bytes: Uint8Array
}): MemberAuth | undefined {
  const { groupKey, member, bytes } = input
  if (bytes.length !== MEMBER_AUTH_BYTES) return undefined
  const factor = bytes.slice(HEADER_BYTES, HEADER_BYTES + SCALAR_BYTES)
  const blindedKey = tryBlindKey(member, factor)
  if (blindedKey === undefined) return undefined
  const token = concatBytes([bytes.subarray(0, HEADER_BYTES), blindedKey])
  const signature = bytes.slice(HEADER_BYTES + SCALAR_BYTES)
  const isGranted = verify({ publicKey: groupKey, message: token, signature })
  return isGranted ? { token, tokenSignature: signature as Signature, factor } : undefined
}

/** Noble throws for a factor of zero or beyond the order, and for a key that is no point of the group. */
function tryBlindKey(member: AccountId, factor: Uint8Array): Uint8Array | undefined {
  try {
    return blindKey(member, Fn.fromBytes(factor))
  } catch {
    return undefined
  }
}

/**
 * A signature with the token's key. The scalar is negated when the account's own key is the negative of the one that its
 * id names (trap 21), or the swarm would refuse every second member.
 */
export function signAsMember(auth: MemberAuth, account: Account, message: Uint8Array): Signature {
  assertLength(auth.token, SUBACCOUNT_TOKEN_BYTES, 'subaccount token')
  const blindedKey = auth.token.subarray(HEADER_BYTES)
  const own = reduceScalar(account.agreement.secretKey)
  const isNegative = ((account.signing.publicKey[SCALAR_BYTES - 1] ?? 0) & SIGN_BIT) !== 0
  const secret = Fn.mul(Fn.fromBytes(auth.factor), isNegative ? Fn.neg(own) : own)
  const seedHash = blake2b(account.signing.seed, { length: SCALAR_BYTES, key: HASH_KEY.seed })
  const nonceInput = concatBytes([seedHash, blindedKey, message])
  const nonce = blake2b(nonceInput, { length: WIDE_BYTES, key: HASH_KEY.signature })
  const r = reduceScalar(nonce)
  // Whoever learns r of one signature computes the secret from it.
  wipeBytes(seedHash, nonceInput, nonce)
  const pointR = BASE.multiply(r).toBytes()
  const h = reduceScalar(sha512(concatBytes([pointR, blindedKey, message])))
  return concatBytes([pointR, Fn.toBytes(Fn.add(r, Fn.mul(h, secret)))]) as Signature
}

/** The secret key of an account is stored clamped. */
function reduceScalar(littleEndian: Uint8Array): bigint {
  return Fn.create(bytesToNumberLE(littleEndian))
}
