/**
 * The name of a group, and how it is hidden from the nodes that keep the group's messages (spec 12 §5.4). It tells the
 * account's groups apart and proves nothing: whoever has the account's seed can use any id.
 *
 * @module
 */
import { concatBytes, encodeUint32LittleEndian, readUint32LittleEndian } from '@sotto/crypto/bytes'
import type { Account } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import { XCHACHA_KEY_BYTES, XCHACHA_NONCE_BYTES, xorXChaCha } from '@sotto/crypto/xchacha'
import { hashInDomain, PERSONALISATION } from '../domains.ts'

export const GROUP_ID_BYTES = 8
const RANDOM_BYTES = 4
const MS_PER_MINUTE = 60_000

/** The minute of its creation stands in front, for the person who has to choose between two groups. */
export function createGroupId(nowMs: number, randomness: Randomness): Uint8Array {
  const minutes = encodeUint32LittleEndian(Math.floor(nowMs / MS_PER_MINUTE))
  return concatBytes([minutes, randomness.bytes(RANDOM_BYTES)])
}

export function groupCreatedAtMs(groupId: Uint8Array): number {
  return (readUint32LittleEndian(groupId, 0) ?? 0) * MS_PER_MINUTE
}

/**
 * Hides an id, and shows a hidden one. The nonce comes from the message's ephemeral key, so that two messages of one group
 * have nothing in common for those who cannot read the id.
 */
export function hideGroupId(
  { signing }: Account,
  ephemeral: Uint8Array,
  groupId: Uint8Array,
): Uint8Array {
  const key = hashInDomain({
    domain: PERSONALISATION.groupIdKey,
    length: XCHACHA_KEY_BYTES,
    parts: [signing.seed],
  })
  const nonce = hashInDomain({
    domain: PERSONALISATION.groupIdNonce,
    length: XCHACHA_NONCE_BYTES,
    parts: [ephemeral],
  })
  return xorXChaCha({ key, nonce }, groupId)
}
