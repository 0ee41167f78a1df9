/**
 * Keys and messages of groups a second time, from the text of spec 14 §3 to §6 alone, with OpenSSL and a BLAKE2b of its
 * own. Nothing is shared with the code under test.
 *
 * @module
 */
import { createCipheriv, createDecipheriv, createHash, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { parseTree, type Tree, writeTree } from './reference-config.ts'
import { hashSlowly } from './reference-hash.ts'
import {
  agreeWithOpenssl,
  exportPublic,
  importPublic,
  importSecret,
  type ReferenceAccount,
} from './reference-keys.ts'
import { deriveHchacha20 } from './reference-stream.ts'

export interface ReferenceGroup {
  readonly seed: Buffer
  readonly signingSecret: KeyObject
  readonly signingKey: Buffer
  readonly agreementSecret: Buffer
  readonly agreementKey: Buffer
}

const TAG_BYTES = 16
const MEMBER_DOMAIN = 'SessionGroupKeyMemberKey'
const KICK_DOMAIN = 'SessionGroupKickedMessage'

export function createReferenceGroup(seed: Buffer): ReferenceGroup {
  const signingSecret = importSecret('ed25519', seed)
  const agreementSecret = createHash('sha512').update(seed).digest().subarray(0, 32)
  const agreementKey = exportPublic(importSecret('x25519', agreementSecret))
  const signingKey = exportPublic(signingSecret)
  return { seed, signingSecret, signingKey, agreementSecret, agreementKey }
}

function sealXchacha(key: Uint8Array, nonce: Uint8Array, text: Uint8Array): Buffer {
  const short = Buffer.concat([Buffer.alloc(4), nonce.subarray(16)])
  const subkey = deriveHchacha20(key, nonce)
  const cipher = createCipheriv('chacha20-poly1305', subkey, short, { authTagLength: TAG_BYTES })
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()])
}

function openXchacha(key: Uint8Array, nonce: Uint8Array, sealed: Buffer): Buffer | undefined {
  const short = Buffer.concat([Buffer.alloc(4), nonce.subarray(16)])
  const subkey = deriveHchacha20(key, nonce)
  const cipher = createDecipheriv('chacha20-poly1305', subkey, short, { authTagLength: TAG_BYTES })
  cipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([cipher.update(sealed.subarray(0, -TAG_BYTES)), cipher.final()])
  } catch {
    return undefined
  }
}

function hashKeyed(parts: readonly Uint8Array[], key: string, length = 32): Buffer {
  return hashSlowly(Buffer.concat(parts), length, Buffer.from(key))
}

function memberKey(
  domain: string,
  shared: Buffer,
  keys: readonly [group: Uint8Array, member: Uint8Array],
): Buffer {
  return hashKeyed([shared, ...keys], domain)
}

function idKey(id: string): Buffer {
  return Buffer.from(id.slice(2), 'hex')
}

function hex(bytes: Uint8Array): Tree {
  return { hex: Buffer.from(bytes).toString('hex') }
}

function keyOf(text: string): string {
  return Buffer.from(text).toString('hex')
}

/** The signature stands behind everything else, so its place in the bytes is known. */
function signTree(dict: Readonly<Record<string, Tree>>, secret: KeyObject): Buffer {
  const unsigned = writeTree({ dict }).subarray(0, -1)
  const signature = sign(null, unsigned, secret)
  return Buffer.concat([unsigned, Buffer.from('1:~64:'), signature, Buffer.from('e')])
}

export function rekeyTheirs(
  group: ReferenceGroup,
  ids: readonly string[],
  generation: number,
): Buffer {
  const seedHash = hashKeyed([group.seed], 'SessionGroupKeySeed')
  const sorted = ids.toSorted()
  const names = Buffer.from(sorted.join('') + String(generation))
  const digest = hashKeyed([names, seedHash], 'SessionGroupKeyGen', 56)
  const [key, nonce] = [digest.subarray(0, 32), digest.subarray(32)]
  const forAdmins = sealXchacha(hashKeyed([group.seed], 'SessionGroupKeyAdminKey'), nonce, key)
  const forMembers = sorted.map((id) => {
    const shared = agreeWithOpenssl(group.agreementSecret, idKey(id))
    return sealXchacha(
      memberKey(MEMBER_DOMAIN, shared, [group.agreementKey, idKey(id)]),
      nonce,
      key,
    )
  })
  const missing = (75 - (sorted.length % 75)) % 75
  const junkSeed = hashKeyed([digest, group.seed, group.signingKey], 'SessionGroupJunkMembers')
  const counter = Buffer.concat([Buffer.alloc(4), Buffer.from('LibsodiumDRG')])
  const stream = createCipheriv('chacha20', junkSeed, counter).update(Buffer.alloc(48 * missing))
  const junk = Array.from({ length: missing }, (_, at) => stream.subarray(48 * at, 48 * at + 48))
  const dict = {
    [keyOf('#')]: hex(nonce),
    [keyOf('G')]: { int: BigInt(generation) },
    [keyOf('K')]: hex(forAdmins),
    [keyOf('k')]: { list: [...forMembers, ...junk].map(hex) },
  }
  return signTree(dict, group.signingSecret)
}

export interface ReferenceKey {
  readonly generation: number
  readonly key: Buffer
  readonly timestampMs: number
}

export function supplementTheirs(
  group: ReferenceGroup,
  ids: readonly string[],
  keys: readonly ReferenceKey[],
): Buffer {
  const list = keys.map(({ generation, key, timestampMs }) => ({
    dict: {
      [keyOf('g')]: { int: BigInt(generation) },
      [keyOf('k')]: hex(key),
      [keyOf('t')]: { int: BigInt(timestampMs) },
    },
  }))
  const plaintext = writeTree({ list })
  const seedHash = hashKeyed([group.seed], 'SessionGroupKeySeed')
  const nonce = hashKeyed(
    [Buffer.from(ids.join('')), plaintext, seedHash],
    'SessionGroupKeyGen',
    24,
  )
  const sealed = ids.map((id) => {
    const shared = agreeWithOpenssl(group.agreementSecret, idKey(id))
    const key = memberKey(MEMBER_DOMAIN, shared, [group.agreementKey, idKey(id)])
    return hex(sealXchacha(key, nonce, plaintext))
  })
  const newest = Math.max(...keys.map(({ generation }) => generation))
  const dict = {
    [keyOf('#')]: hex(nonce),
    [keyOf('+')]: { list: sealed },
    [keyOf('G')]: { int: BigInt(newest) },
  }
  return signTree(dict, group.signingSecret)
}

function bytesAt(tree: Tree, key: string): Buffer {
  const value = 'dict' in tree ? tree.dict[keyOf(key)] : undefined
  if (value === undefined || !('hex' in value)) throw new Error(`no ${key}`)
  return Buffer.from(value.hex, 'hex')
}

function listAt(tree: Tree, key: string): Buffer[] {
  const value = 'dict' in tree ? tree.dict[keyOf(key)] : undefined
  if (value === undefined || !('list' in value)) throw new Error(`no ${key}`)
  return value.list.map((item) => Buffer.from('hex' in item ? item.hex : '', 'hex'))
}

/** The first of a list that opens for an account, whichever list that is. */
export function openListTheirs(
  message: Uint8Array,
  account: ReferenceAccount,
  options: { readonly groupKey: Buffer; readonly list: 'k' | '+' | 'e' },
): Buffer | undefined {
  const tree = parseTree(Buffer.from(message))
  const domain = options.list === 'e' ? KICK_DOMAIN : MEMBER_DOMAIN
  const shared = agreeWithOpenssl(account.agreementSecret, options.groupKey)
  const key = memberKey(domain, shared, [options.groupKey, account.agreementKey])
  const nonce = bytesAt(tree, '#')
  return listAt(tree, options.list)
    .map((sealed) => openXchacha(key, nonce, sealed))
    .find((opened) => opened !== undefined)
}

export function kickTheirs(
  group: ReferenceGroup,
  ids: readonly string[],
  options: { readonly generation: number; readonly nonce: Buffer },
): Buffer {
  const sealed = ids.map((id) => {
    const shared = agreeWithOpenssl(group.agreementSecret, idKey(id))
    const key = memberKey(KICK_DOMAIN, shared, [group.agreementKey, idKey(id)])
    const text = Buffer.concat([idKey(id), Buffer.from(String(options.generation))])
    return hex(sealXchacha(key, options.nonce, text))
  })
  return writeTree({ dict: { [keyOf('#')]: hex(options.nonce), [keyOf('e')]: { list: sealed } } })
}

export interface ReferenceMessage {
  readonly groupKey: Buffer
  readonly secret: Buffer
  readonly nonce: Buffer
  readonly author: ReferenceAccount
  readonly data: Buffer
  /** Before data were signed together with the group. */
  readonly isOlder?: boolean
}

export function sealMessageTheirs(message: ReferenceMessage): Buffer {
  const { groupKey, secret, nonce, author, data, isOlder = false } = message
  const signed = isOlder ? data : Buffer.concat([data, groupKey])
  const dict = writeTree({
    dict: {
      '': { int: 1n },
      [keyOf('a')]: hex(author.signingKey),
      [keyOf('d')]: hex(data),
      [keyOf('s')]: hex(sign(null, signed, author.signingSecret)),
    },
  })
  const padding = (256 - ((24 + 16 + dict.length) % 256)) % 256
  return Buffer.concat([
    nonce,
    sealXchacha(secret, nonce, Buffer.concat([dict, Buffer.alloc(padding)])),
  ])
}

/** Author's key and data as written; throws unless the author signed them for this group. */
export function openMessageTheirs(
  sealed: Uint8Array,
  { groupKey, secret }: Pick<ReferenceMessage, 'groupKey' | 'secret'>,
): { readonly author: Buffer; readonly data: Buffer } {
  const bytes = Buffer.from(sealed)
  const padded = openXchacha(secret, bytes.subarray(0, 24), bytes.subarray(24))
  if (padded === undefined || bytes.length % 256 !== 0) throw new Error('does not open')
  const tree = parseTree(padded.subarray(0, padded.lastIndexOf('e') + 1))
  const [author, data] = [bytesAt(tree, 'a'), bytesAt(tree, 'd')]
  const signed = Buffer.concat([data, groupKey])
  if (!verify(null, signed, importPublic('ed25519', author), bytesAt(tree, 's'))) {
    throw new Error('the signature does not hold')
  }
  return { author, data }
}
