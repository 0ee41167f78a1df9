/**
 * Accounts and what their clients send, written from the wire format and not with the node's own code, so
 * that the same mistake cannot be on both sides.
 *
 * @module
 */
import { concatBytes, encodeBase64, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import {
  convertSigningPublicKey,
  deriveSigningKeyPair,
  sign,
  type SigningKeyPair,
} from '@sotto/crypto/signing'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'

const SEED_BYTES = 32
export const DAY_MS = 86_400_000

export interface TestAccount {
  /** 66 hex digits. */
  readonly id: string
  readonly signing: SigningKeyPair
  /** What every signed request of this account holds. */
  readonly identity: Readonly<Record<string, string>>
}

function createSigning(name: string): SigningKeyPair {
  return deriveSigningKeyPair(createSeededRandomness(name).bytes(SEED_BYTES))
}

/** A person's account: its id is the X25519 form of its signing key. */
export function createAccount(name: string): TestAccount {
  const signing = createSigning(name)
  const key = convertSigningPublicKey(signing.publicKey)
  if (key === undefined) throw new Error('a key of ours is always a point')
  const id = `05${encodeHex(key)}`
  return { id, signing, identity: { pubkey: id, pubkey_ed25519: encodeHex(signing.publicKey) } }
}

/** A group: its id is its signing key. */
export function createGroup(name: string): TestAccount {
  const signing = createSigning(name)
  const id = `03${encodeHex(signing.publicKey)}`
  return { id, signing, identity: { pubkey: id } }
}

export const alice = createAccount('alice')
export const bob = createAccount('bob')
export const group = createGroup('group')

export function signText(signing: SigningKeyPair, text: string | Uint8Array): string {
  return encodeBase64(sign(signing, typeof text === 'string' ? encodeUtf8(text) : text))
}

/** Parameters of a request that the account's owner signs. */
export function signedBy(account: TestAccount, text: string | Uint8Array, params: object): object {
  return { ...account.identity, ...params, signature: signText(account.signing, text) }
}

export const FLAGS = { read: 1, write: 2, delete: 4, anyPrefix: 8 } as const

export interface TestMember {
  readonly token: Uint8Array
  /** Parameters of a request that the member signs in the account's name. */
  signed(text: string, params: object): object
}

interface MemberOptions {
  readonly flags: number
  readonly name?: string
  readonly owner?: TestAccount
  readonly prefix?: number
}

export function createMember(options: MemberOptions): TestMember {
  const { flags, name = 'member', owner = group, prefix = 3 } = options
  const signing = createSigning(name)
  const token = concatBytes([Uint8Array.of(prefix, flags, 0, 0), signing.publicKey])
  const identity = {
    ...owner.identity,
    subaccount: encodeBase64(token),
    subaccount_sig: signText(owner.signing, token),
  }
  return {
    token,
    signed: (text, params) => ({ ...identity, ...params, signature: signText(signing, text) }),
  }
}

interface StoreDraft {
  readonly account?: TestAccount
  readonly text?: string
  readonly namespace?: number
}

/** Parameters of an unsigned store, which public inboxes take. */
export function draftStore(nowMs: number, draft: StoreDraft = {}): Record<string, unknown> {
  const { account = alice, text = 'hello', namespace = 0 } = draft
  return {
    pubkey: account.id,
    data: encodeBase64(encodeUtf8(text)),
    ttl: DAY_MS,
    timestamp: nowMs,
    namespace,
  }
}

/** The same, signed by the owner, for every namespace. */
export function draftSignedStore(nowMs: number, draft: StoreDraft = {}): object {
  const { account = alice, namespace = 0 } = draft
  const text = `store${namespace === 0 ? '' : namespace}${nowMs}`
  return signedBy(account, text, draftStore(nowMs, draft))
}

/** Parameters by which the owner reads a namespace. */
export function draftRetrieve(nowMs: number, { account = alice, namespace = 0 }: StoreDraft = {}) {
  const text = `retrieve${namespace === 0 ? '' : namespace}${nowMs}`
  return signedBy(account, text, { namespace, timestamp: nowMs })
}
