/**
 * The id of a group: `03` and its Ed25519 key (spec 14 §1).
 *
 * @module
 */

import { decodeHex, encodeHex } from '@sotto/crypto/bytes'
import { type Ed25519PublicKey, toEd25519PublicKey } from '@sotto/crypto/signing'
import { type GroupId, parseGroupKey } from '../config/index.ts'

const PREFIX = '03'

/** `undefined` for what is no id. Upper case is read. */
export function parseGroupId(text: string): GroupId | undefined {
  return parseGroupKey(text.toLowerCase())
}

export function encodeGroupId(groupKey: Ed25519PublicKey): GroupId {
  return `${PREFIX}${encodeHex(groupKey)}`
}

/** Total, because the type says that the text was checked. */
export function groupIdKey(groupId: GroupId): Ed25519PublicKey {
  const key = toEd25519PublicKey(decodeHex(groupId.slice(PREFIX.length)) ?? new Uint8Array())
  if (key === undefined) throw new TypeError('a group id that was never parsed')
  return key
}
